use std::sync::Arc;

use crate::{
    agent::Script,
    contract::{Mode, Reason},
    conversation::Event,
    handoff::{
        Agent, Answer, Desk, Incoming, Intents, LedgerFilter, LegEnd, PaymentPolicy, Policy, Rules,
        StandIn,
    },
    id::{AgentName, SkillName},
    payment::{Account, Posting, shown},
    routing::{Member, Terms},
    testing::{Native, agent, answering, desk_of},
};

fn priced(prices: &[(&str, &str)]) -> Policy {
    let price = |(name, price): &(&str, &str)| (AgentName::from(*name), price.parse().unwrap());
    Policy {
        payments: PaymentPolicy {
            prices: prices.iter().map(price).collect(),
            ..PaymentPolicy::default()
        },
        local_reply: "nobody".to_owned(),
        ..Policy::default()
    }
}

fn fails() -> Script {
    Script::Fail("out of order".to_owned())
}

fn wants(target: &str) -> Vec<Member> {
    vec![Native::wants("s", target).on(Terms::default())]
}

fn desk(agents: Vec<Arc<dyn Agent>>, skills: Vec<Member>, policy: Policy) -> Desk {
    desk_of(agents, Some("general"), skills, policy, Rules::default())
}

async fn credit(desk: &Desk, amount: &str) {
    let posting = Posting::Credit {
        key: format!("credit {amount}").into(),
        user: "ada".into(),
        amount: amount.parse().unwrap(),
        description: String::new(),
    };
    let posted = desk.store().post(None, vec![posting]).await.unwrap();
    posted.unwrap();
}

async fn ask(desk: &Desk, user: Option<&str>) -> Answer {
    let incoming = Incoming {
        user: user.map(Into::into),
        text: "hello".to_owned(),
        ..Incoming::default()
    };
    desk.answer(incoming).await.unwrap()
}

/// What is in an account, and that the books are right.
async fn has(desk: &Desk, account: &str) -> String {
    let audit = desk.store().audit().await.unwrap();
    assert_eq!(audit.faults, Vec::<String>::new());
    let account: Account = account.parse().unwrap();
    let balances = desk.store().balances(&LedgerFilter::default()).await;
    let balances = balances.unwrap().into_iter();
    let of = balances.filter(|balance| balance.account == account);
    of.map(|balance| shown(balance.millionths, balance.currency))
        .collect()
}

async fn payments(desk: &Desk, answer: &Answer) -> Vec<String> {
    let events = desk.store().events(&answer.conversation).await.unwrap();
    let kind = |event: Event| {
        let event = serde_json::to_value(event).unwrap();
        event["type"].as_str().unwrap().to_owned()
    };
    events
        .into_iter()
        .map(|(_, event)| kind(event))
        .filter_map(|kind| kind.strip_prefix("payment.").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn the_price_of_an_agent_is_collected_even_if_no_skill_asks() {
    let agents = vec![answering("expert"), answering("general")];
    let desk = desk(agents, wants("expert"), priced(&[("expert", "0.05 USD")]));
    credit(&desk, "1 USD").await;
    let answer = ask(&desk, Some("ada")).await;
    assert_eq!(answer.reply, "expert");
    assert_eq!(has(&desk, "user:ada").await, "0.95 USD");
    assert_eq!(has(&desk, "agent:expert").await, "0.05 USD");
    assert_eq!(payments(&desk, &answer).await, ["reserved", "captured"]);
}

#[tokio::test]
async fn a_visitor_and_a_user_with_too_little_are_refused_and_told_why() {
    let agents = vec![answering("expert"), answering("general")];
    let desk = desk(agents, wants("expert"), priced(&[("expert", "0.05 USD")]));
    credit(&desk, "0.049999 USD").await;
    for (user, why) in [
        (None, "a visitor without a user has no wallet"),
        (
            Some("ada"),
            "0.05 USD are needed and 0.049999 USD are there",
        ),
    ] {
        let answer = ask(&desk, user).await;
        assert_eq!(answer.stand_in, StandIn::Agent);
        let LegEnd::Rejected(rejected) = &answer.route[0].end else {
            panic!("{answer:?}");
        };
        for text in [rejected, &answer.reply] {
            assert!(
                text.contains("payment required: expert costs 0.05 USD"),
                "{text}"
            );
            assert!(text.contains(why), "{text}");
        }
        assert_eq!(payments(&desk, &answer).await, ["refused"]);
    }
    assert_eq!(has(&desk, "user:ada").await, "0.049999 USD");
}

#[tokio::test]
async fn money_in_another_currency_pays_nothing() {
    let agents = vec![answering("expert"), answering("general")];
    let desk = desk(agents, wants("expert"), priced(&[("expert", "0.05 USD")]));
    credit(&desk, "100 EUR").await;
    let answer = ask(&desk, Some("ada")).await;
    assert_eq!(answer.stand_in, StandIn::Agent);
    assert_eq!(has(&desk, "user:ada").await, "100.00 EUR");
}

#[tokio::test]
async fn a_failed_handoff_costs_nothing_and_its_money_pays_for_the_alternative() {
    let agents = vec![
        agent("expert", fails(), &["deputy"]),
        answering("deputy"),
        answering("general"),
    ];
    let prices = priced(&[("expert", "0.05 USD"), ("deputy", "0.05 USD")]);
    let desk = desk(agents, wants("expert"), prices);
    // Enough for one of them: the first reservation is gone before the second.
    credit(&desk, "0.05 USD").await;
    let answer = ask(&desk, Some("ada")).await;
    assert_eq!(answer.reply, "deputy");
    assert_eq!(has(&desk, "agent:expert").await, "");
    assert_eq!(has(&desk, "agent:deputy").await, "0.05 USD");
    assert_eq!(
        payments(&desk, &answer).await,
        ["reserved", "released", "reserved", "captured"]
    );
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_target_the_customer_pays_nothing() {
    for script in [fails(), Script::Hang, Script::Panic, Script::Busy] {
        let agents = vec![agent("expert", script, &[]), answering("general")];
        let desk = desk(agents, wants("expert"), priced(&[("expert", "0.05 USD")]));
        credit(&desk, "1 USD").await;
        let answer = ask(&desk, Some("ada")).await;
        assert_eq!(answer.reply, "general");
        assert_eq!(has(&desk, "user:ada").await, "1.00 USD");
    }
}

#[tokio::test]
async fn an_owner_with_a_price_costs_it_in_each_turn_and_so_does_a_fallback() {
    let owner = desk(
        vec![answering("general")],
        Vec::new(),
        priced(&[("front-desk", "0.4 USD"), ("general", "0.3 USD")]),
    );
    credit(&owner, "1 USD").await;
    for (reply, left) in [
        ("front-desk", "0.60 USD"),
        ("front-desk", "0.20 USD"),
        ("nobody", "0.20 USD"),
    ] {
        let answer = ask(&owner, Some("ada")).await;
        assert!(answer.reply.starts_with(reply), "{}", answer.reply);
        assert_eq!(has(&owner, "user:ada").await, left);
    }
    let fallback = desk(
        vec![agent("expert", fails(), &[]), answering("general")],
        wants("expert"),
        priced(&[("general", "0.3 USD")]),
    );
    credit(&fallback, "1 USD").await;
    assert_eq!(ask(&fallback, Some("ada")).await.reply, "general");
    assert_eq!(has(&fallback, "agent:general").await, "0.30 USD");
}

#[tokio::test]
async fn of_a_chain_only_the_agent_that_answers_is_paid() {
    let agents = vec![
        agent("first", Script::HandTo("last".into(), None), &[]),
        answering("last"),
        answering("general"),
    ];
    let prices = priced(&[("first", "0.5 USD"), ("last", "0.25 USD")]);
    let desk = desk(agents, wants("first"), prices);
    credit(&desk, "1 USD").await;
    assert_eq!(ask(&desk, Some("ada")).await.reply, "last");
    assert_eq!(has(&desk, "agent:first").await, "");
    assert_eq!(has(&desk, "agent:last").await, "0.25 USD");
    assert_eq!(has(&desk, "user:ada").await, "0.75 USD");
}

#[tokio::test]
async fn whoever_delegates_and_whoever_does_the_part_are_both_paid() {
    let delegation = Script::HandTo("helper".into(), Some(Reason::Delegation));
    let agents = vec![
        agent("expert", delegation, &[]),
        answering("helper"),
        answering("general"),
    ];
    let prices = priced(&[("expert", "0.5 USD"), ("helper", "0.25 USD")]);
    let desk = desk(agents, wants("expert"), prices);
    credit(&desk, "1 USD").await;
    let answer = ask(&desk, Some("ada")).await;
    assert_eq!(answer.agent.as_str(), "expert", "{answer:?}");
    assert_eq!(has(&desk, "agent:expert").await, "0.50 USD");
    assert_eq!(has(&desk, "agent:helper").await, "0.25 USD");
}

#[tokio::test]
async fn of_a_broadcast_only_the_winner_is_paid() {
    let agents = vec![
        agent("expert", Script::Busy, &["deputy"]),
        answering("deputy"),
        answering("general"),
    ];
    let broadcast = Native::wants("s", "expert").condition(|c| c.mode = Mode::Broadcast);
    let prices = priced(&[("expert", "0.5 USD"), ("deputy", "0.25 USD")]);
    let desk = desk(agents, vec![broadcast.on(Terms::default())], prices);
    credit(&desk, "0.25 USD").await;
    assert_eq!(ask(&desk, Some("ada")).await.reply, "deputy");
    assert_eq!(has(&desk, "agent:deputy").await, "0.25 USD");
    assert_eq!(has(&desk, "agent:expert").await, "");
}

#[tokio::test]
async fn nothing_is_set_aside_for_a_supervised_handoff_that_is_not_approved() {
    let agents = vec![answering("expert"), answering("boss"), answering("general")];
    let supervised = || Native::wants("s", "expert").condition(|c| c.mode = Mode::Supervised);
    let policy = |boss: &str| Policy {
        supervisor: Some(boss.into()),
        ..priced(&[("expert", "0.5 USD"), ("boss", "9 USD")])
    };
    let refusing = desk(
        agents,
        vec![supervised().on(Terms::default())],
        policy("boss"),
    );
    credit(&refusing, "1 USD").await;
    let answer = ask(&refusing, Some("ada")).await;
    assert_eq!(payments(&refusing, &answer).await, Vec::<String>::new());
    let approves = agent("boss", Script::HandTo("expert".into(), None), &[]);
    let agents = vec![answering("expert"), approves, answering("general")];
    let approving = desk(
        agents,
        vec![supervised().on(Terms::default())],
        policy("boss"),
    );
    credit(&approving, "1 USD").await;
    assert_eq!(ask(&approving, Some("ada")).await.reply, "expert");
    // Approving is the desk's own work, which nobody pays for.
    assert_eq!(has(&approving, "user:ada").await, "0.50 USD");
}

#[tokio::test]
async fn of_several_that_are_asked_each_that_answers_is_paid() {
    for intents in [Intents::All, Intents::Sequence] {
        let agents = vec![
            answering("one"),
            answering("two"),
            agent("broken", fails(), &[]),
            answering("general"),
        ];
        let skills = ["one", "two", "broken"].map(|target| {
            let skill = Native::wants(&format!("s-{target}"), target);
            skill.on(Terms::default())
        });
        let prices = [
            ("one", "0.1 USD"),
            ("two", "0.2 USD"),
            ("broken", "0.4 USD"),
        ];
        let policy = Policy {
            intents,
            ..priced(&prices)
        };
        let desk = desk(agents, skills.into(), policy);
        credit(&desk, "1 USD").await;
        let answer = ask(&desk, Some("ada")).await;
        assert!(answer.reply.contains("one: one"), "{}", answer.reply);
        assert_eq!(has(&desk, "user:ada").await, "0.70 USD");
        assert_eq!(has(&desk, "agent:broken").await, "");
    }
}

#[tokio::test]
async fn a_user_spends_no_more_than_a_day_allows() {
    let agents = vec![answering("expert"), answering("general")];
    let mut policy = priced(&[("expert", "0.6 USD")]);
    policy.payments.user_per_day = vec!["1 USD".parse().unwrap()];
    let desk = desk(agents, wants("expert"), policy);
    credit(&desk, "10 USD").await;
    assert_eq!(ask(&desk, Some("ada")).await.reply, "expert");
    let second = ask(&desk, Some("ada")).await;
    assert!(second.reply.starts_with("general"), "{}", second.reply);
    assert!(
        second
            .reply
            .contains("at most 1.00 USD may be spent a day, and 0.60 USD were spent"),
        "{}",
        second.reply
    );
    assert_eq!(has(&desk, "user:ada").await, "9.40 USD");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_concurrent_turns_against_the_last_cent_exactly_one_is_answered_by_the_expert() {
    let agents = vec![answering("expert"), answering("general")];
    let desk = desk(agents, wants("expert"), priced(&[("expert", "0.01 USD")]));
    let desk = Arc::new(desk);
    credit(&desk, "0.01 USD").await;
    let turns = (0..8).map(|_| {
        let desk = desk.clone();
        tokio::spawn(async move { ask(&desk, Some("ada")).await })
    });
    let answers = futures_util::future::join_all(turns).await;
    let experts = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().agent.as_str() == "expert");
    assert_eq!(experts.count(), 1);
    assert_eq!(has(&desk, "user:ada").await, "0.00 USD");
}

#[tokio::test]
async fn a_question_of_a_skill_costs_the_price_of_the_agent_that_answers_it() {
    let asks = |to: &str| Arc::new(Asks(answering("asker").card().clone(), to.into()));
    for (to, prices, left) in [
        ("expert", vec![("expert", "0.25 USD")], "0.75 USD"),
        ("broken", vec![("broken", "0.25 USD")], "1.00 USD"),
        ("expert", vec![("expert", "1.25 USD")], "1.00 USD"),
    ] {
        let agents: Vec<Arc<dyn Agent>> = vec![
            asks(to),
            answering("expert"),
            agent("broken", fails(), &[]),
            answering("general"),
        ];
        let desk = desk(agents, wants("asker"), priced(&prices));
        credit(&desk, "1 USD").await;
        ask(&desk, Some("ada")).await;
        assert_eq!(has(&desk, "user:ada").await, left, "{to} {prices:?}");
    }
}

/// An agent that asks another one as skills do.
struct Asks(crate::handoff::AgentCard, AgentName);

#[async_trait::async_trait]
impl Agent for Asks {
    fn card(&self) -> &crate::handoff::AgentCard {
        &self.0
    }

    async fn answer(
        &self,
        assignment: crate::handoff::Assignment,
    ) -> Result<crate::handoff::Reply, crate::handoff::AgentFailure> {
        let turn = &assignment.turn;
        let asked = turn
            .colleagues
            .ask(turn, self.1.clone(), "?".to_owned(), None)
            .await;
        let text = match asked {
            Ok(answer) => answer.reply,
            Err(error) => error.to_string(),
        };
        Ok(crate::handoff::Reply {
            text,
            ..Default::default()
        })
    }
}

#[tokio::test]
async fn a_skill_charges_nothing_that_its_operator_has_not_allowed() {
    use crate::conversation::PaymentWish;
    let mut policy = priced(&[]);
    let allowed = vec!["1 USD".parse().unwrap()];
    policy.payments.spending = [(SkillName::from("paid"), allowed)].into();
    let desk = desk(vec![answering("general")], Vec::new(), policy);
    credit(&desk, "10 USD").await;
    credit(&desk, "10 EUR").await;
    let conversation = desk.open("c".into(), Some(&"ada".into())).await.unwrap();
    let message = crate::conversation::Message::from_user("hello");
    let turn = desk.begin(&conversation, &message, Arc::default(), None);
    let wish = |amount: &str| PaymentWish::Reserve {
        amount: amount.parse().unwrap(),
        description: String::new(),
        key: None,
        handoff: None,
        charge: true,
    };
    for (skill, amount) in [("other", "0.1 USD"), ("paid", "0.1 EUR")] {
        let refused = desk.payments().pay(&turn, skill.into(), wish(amount)).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("spending ="), "{refused}");
    }
    // Nor outside a turn that the store knows of.
    let refused = desk
        .payments()
        .pay(&turn, "paid".into(), wish("0.1 USD"))
        .await;
    assert_eq!(refused.unwrap_err().code(), "not-allowed");
}
