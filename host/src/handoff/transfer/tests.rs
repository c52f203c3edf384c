use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tokio::sync::Barrier;

use crate::{
    agent::Script,
    contract::{HandoffContext, Mode, Ownership, Reason},
    handoff::{
        Agent, AgentCard, AgentFailure, Assignment, Desk, HandoffLimits, Intents, LegEnd, Offer,
        Order, Policy, Reply, Rule, Rules,
    },
    id::AgentName,
    routing::{Member, Terms},
    testing::{Native, agent, answering, desk_of, events, say},
};

fn calls(name: &str, target: &str) -> Arc<dyn Agent> {
    agent(name, Script::HandTo(AgentName::from(target), None), &[])
}

fn wants(target: &str) -> Vec<Member> {
    vec![Native::wants("s", target).on(Terms::default())]
}

fn policy(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy);
    policy
}

fn desk(agents: Vec<Arc<dyn Agent>>, skills: Vec<Member>, policy: Policy) -> Desk {
    desk_of(agents, Some("general"), skills, policy, Rules::default())
}

#[tokio::test]
async fn an_agent_hands_over_by_a_call_and_the_next_one_answers_and_owns() {
    let agents = vec![
        calls("billing", "payments"),
        answering("payments"),
        answering("general"),
    ];
    let desk = desk(agents, wants("billing"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.owner.as_str()),
        ("payments", "payments")
    );
    let context = answer
        .route
        .iter()
        .find(|leg| leg.agent.as_str() == "payments")
        .unwrap();
    let chain = &context.context.as_ref().unwrap().chain;
    assert_eq!(
        chain.iter().map(AgentName::as_str).collect::<Vec<_>>(),
        ["front-desk", "billing"]
    );
}

#[tokio::test]
async fn a_chain_that_is_too_long_is_refused_and_its_last_agent_answers_itself() {
    let agents = vec![
        calls("a", "b"),
        calls("b", "c"),
        calls("c", "d"),
        answering("d"),
        answering("general"),
    ];
    let desk = desk(agents, wants("a"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.agent.as_str(), "c");
    assert!(
        answer.reply.contains("at most 3 handoffs"),
        "{}",
        answer.reply
    );
}

#[tokio::test]
async fn a_handoff_that_goes_in_circles_is_refused() {
    let agents = vec![calls("a", "b"), calls("b", "a"), answering("general")];
    let desk = desk(agents, wants("a"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert!(
        answer.reply.contains("`a` has had this task already"),
        "{}",
        answer.reply
    );
    assert_eq!(answer.agent.as_str(), "b");
}

#[tokio::test]
async fn work_that_is_done_goes_back_to_whoever_gave_it() {
    let done = agent(
        "b",
        Script::HandTo(AgentName::from("a"), Some(Reason::Completion)),
        &[],
    );
    // `a` calls for `b`; when `b` is done, `a` may not begin again and answers.
    let agents = vec![calls("a", "b"), done, answering("general")];
    let desk = desk(agents, wants("a"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert_eq!((answer.agent.as_str(), answer.owner.as_str()), ("a", "a"));
}

#[tokio::test]
async fn too_many_attempts_for_one_task_end_in_the_fallback() {
    let broken = |name: &str, next: &[&str]| agent(name, Script::Fail("no".into()), next);
    let agents = vec![
        broken("a", &["b", "c"]),
        broken("b", &[]),
        answering("c"),
        answering("general"),
    ];
    let two = policy(|p| {
        p.limits = HandoffLimits {
            per_task: 2,
            ..HandoffLimits::default()
        }
    });
    let desk = desk(agents, wants("a"), two);
    assert_eq!(say(&desk, "hello").await.agent.as_str(), "front-desk");
}

#[tokio::test]
async fn what_an_agent_delegates_it_hears_the_answer_of_and_keeps_the_conversation() {
    let delegates = agent(
        "a",
        Script::HandTo(AgentName::from("b"), Some(Reason::Delegation)),
        &[],
    );
    let agents = vec![delegates, answering("b"), answering("general")];
    let desk = desk(agents, wants("a"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.owner.as_str()),
        ("b says: b", "a")
    );
}

#[tokio::test]
async fn a_busy_target_sheds_its_load_to_an_alternative() {
    let agents = vec![
        agent("a", Script::Busy, &["b"]),
        answering("b"),
        answering("general"),
    ];
    let desk = desk(agents, wants("a"), Policy::default());
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.agent.as_str(), "b");
    assert_eq!(answer.route[1].reason, Some(Reason::LoadShedding));
}

#[tokio::test]
async fn of_a_broadcast_the_first_that_can_claims_it_and_the_others_are_released() {
    let broadcast = Native::wants("s", "a").condition(|c| c.mode = Mode::Broadcast);
    let agents = vec![
        agent("a", Script::Busy, &["b", "c"]),
        answering("b"),
        answering("c"),
    ];
    let agents = agents.into_iter().chain([answering("general")]).collect();
    let desk = desk(
        agents,
        vec![broadcast.on(Terms::default())],
        Policy::default(),
    );
    let answer = say(&desk, "hello").await;
    assert!(
        ["b", "c"].contains(&answer.agent.as_str()),
        "{}",
        answer.agent
    );
    assert_eq!(answer.route.len(), 1);
    assert!(
        events(&desk, &answer)
            .await
            .contains(&"handoff.claimed".to_owned())
    );
}

/// Says that it takes the work when all others are about to say so too.
struct Racer {
    card: AgentCard,
    line: Arc<Barrier>,
    /// How often it was asked whether it takes the work, and to do it.
    offers: AtomicUsize,
    worked: Arc<AtomicUsize>,
}

#[async_trait]
impl Agent for Racer {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    async fn offer(&self, _context: &HandoffContext) -> Offer {
        // Whoever has claimed it is asked once more when its turn comes, alone.
        if self.offers.fetch_add(1, Ordering::SeqCst) == 0 {
            let line = self.line.clone();
            // On a thread of its own, so that neither is always first.
            let ready = tokio::spawn(async move { line.wait().await });
            assert!(ready.await.is_ok());
        }
        Offer::Accepted
    }

    async fn answer(&self, _assignment: Assignment) -> Result<Reply, AgentFailure> {
        self.worked.fetch_add(1, Ordering::SeqCst);
        Ok(Reply {
            text: self.card.name.to_string(),
            ..Reply::default()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_claim_at_the_same_moment_one_alone_works() {
    for _ in 0..200 {
        let (line, worked) = (Arc::new(Barrier::new(3)), Arc::<AtomicUsize>::default());
        let racer = |name: &str, alternatives: &[&str]| {
            let card = answering(name).card().clone();
            let alternatives = alternatives.iter().map(|name| AgentName::from(*name));
            let alternatives = alternatives.collect();
            Arc::new(Racer {
                card: AgentCard {
                    alternatives,
                    ..card
                },
                line: line.clone(),
                offers: AtomicUsize::new(0),
                worked: worked.clone(),
            }) as Arc<dyn Agent>
        };
        let broadcast = Native::wants("s", "a").condition(|c| c.mode = Mode::Broadcast);
        let racers = vec![
            racer("a", &["b", "c"]),
            racer("b", &[]),
            racer("c", &[]),
            answering("general"),
        ];
        let desk = desk(
            racers,
            vec![broadcast.on(Terms::default())],
            Policy::default(),
        );
        let answer = say(&desk, "hello").await;
        assert_eq!(answer.reply, answer.agent.as_str());
        assert_eq!(answer.owner, answer.agent);
        assert_eq!(answer.route.len(), 1);
        assert_eq!(worked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_supervised_handoff_needs_the_supervisors_approval() {
    let supervised = || {
        vec![
            Native::wants("s", "a")
                .condition(|c| c.mode = Mode::Supervised)
                .on(Terms::default()),
        ]
    };
    for (supervisor, expected) in [(calls("lead", "a"), "a"), (answering("lead"), "general")] {
        let agents = vec![answering("a"), supervisor, answering("general")];
        let lead = policy(|p| p.supervisor = Some(AgentName::from("lead")));
        let answer = say(&desk(agents, supervised(), lead), "hello").await;
        assert_eq!(answer.agent.as_str(), expected);
    }
}

#[tokio::test]
async fn several_intents_are_asked_at_once_and_their_replies_joined_with_failures_marked() {
    let skills = ["a", "b", "c"].map(|t| Native::wants(t, t).on(Terms::default()));
    let agents = vec![
        answering("a"),
        agent("b", Script::Fail("out of order".into()), &[]),
        answering("c"),
        answering("general"),
    ];
    let all = policy(|p| p.intents = Intents::All);
    let answer = say(&desk(agents, skills.into(), all), "hello").await;
    assert!(
        answer.reply.contains("a: a") && answer.reply.contains("c: c"),
        "{}",
        answer.reply
    );
    assert!(
        answer.reply.contains("b has not answered"),
        "{}",
        answer.reply
    );
    assert_eq!(answer.owner.as_str(), "front-desk");
}

#[tokio::test]
async fn several_intents_one_after_another_leave_the_conversation_with_the_last() {
    let skills = ["a", "b"].map(|t| Native::wants(t, t).on(Terms::default()));
    let agents = vec![answering("a"), answering("b"), answering("general")];
    let sequence = policy(|p| p.intents = Intents::Sequence);
    let answer = say(&desk(agents, skills.into(), sequence), "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.owner.as_str()),
        ("a: a\n\nb: b", "b")
    );
}

#[tokio::test]
async fn an_operators_rule_comes_before_every_skill() {
    let rule = Rule {
        name: "angry".to_owned(),
        target: AgentName::from("lead"),
        reason: Reason::Escalation,
        owner: None,
        keywords: vec!["LAWYER".to_owned()],
        confidence_below: None,
        max_steps: None,
    };
    let agents = vec![answering("a"), answering("lead"), answering("general")];
    let rules = Rules(vec![rule]);
    let desk = desk_of(
        agents,
        Some("general"),
        wants("a"),
        Policy::default(),
        rules,
    );
    assert_eq!(
        say(&desk, "my lawyer will call").await.agent.as_str(),
        "lead"
    );
    assert_eq!(say(&desk, "hello").await.agent.as_str(), "a");
}

#[tokio::test]
async fn the_decider_is_asked_when_no_skill_decides_and_a_wrong_answer_means_no_handoff() {
    let decider = |p: &mut Policy| p.decider = Some(AgentName::from("router"));
    for (target, expected) in [("a", "a"), ("nobody", "front-desk")] {
        let agents = vec![
            answering("a"),
            calls("router", target),
            answering("general"),
        ];
        let desk = desk(agents, Vec::new(), policy(decider));
        assert_eq!(say(&desk, "hello").await.agent.as_str(), expected);
    }
}

#[tokio::test]
async fn an_operator_hands_a_conversation_along_a_chain() {
    let agents = vec![answering("a"), answering("b"), answering("general")];
    let desk = desk(agents, Vec::new(), Policy::default());
    let begun = say(&desk, "hello").await;
    let order = Order {
        settles: None,
        continues: None,
        conversation: begun.conversation,
        targets: vec![AgentName::from("a"), AgentName::from("b")],
        task: "look into it".to_owned(),
        reason: Reason::Escalation,
        instructions: String::new(),
        findings: Default::default(),
        scopes: Arc::default(),
    };
    let answers = desk.hand_over(order).await.unwrap();
    let said: Vec<&str> = answers.iter().map(|answer| answer.reply.as_str()).collect();
    assert_eq!((said, answers[1].owner.as_str()), (vec!["a", "b"], "b"));
}

#[tokio::test]
async fn a_target_that_keeps_failing_is_not_asked_until_its_breaker_closes() {
    let agents = vec![
        agent("a", Script::Fail("down".into()), &[]),
        answering("general"),
    ];
    let skills = vec![
        Native::wants("s", "a")
            .condition(|c| c.ownership = Ownership::Returns)
            .on(Terms::default()),
    ];
    let desk = desk(agents, skills, Policy::default());
    for _ in 0..5 {
        say(&desk, "hello").await;
    }
    let answer = say(&desk, "hello").await;
    assert_eq!(
        answer.route[0].end,
        LegEnd::Rejected("a: it is down".to_owned())
    );
}
