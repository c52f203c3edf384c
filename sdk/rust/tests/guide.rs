//! The code that the guides show, compiled and run; and the check that what
//! they show is what is here.

use baton_sdk::prelude::*;
use baton_sdk::testing::{Conversation, Desk, describe};
use baton_sdk::{
    Proposal, agents, clock, config, conversation, discovery, handoffs, http, log, payments,
    random, storage, tickets,
};
use std::time::Duration;

/// Sends investment questions to the expert.
#[skill]
pub struct Finance;

#[skill]
impl Finance {
    /// Investments and trading go to the expert.
    #[handoff("finance-expert", triggers = ["stock", "portfolio"])]
    fn needs_finance_expert(&self, query: &Query) -> bool {
        query.mentions_any(["stock", "portfolio"])
    }
}

mod workflow {
    use super::*;

    /// Sends to analysis first, then to the writer.
    #[skill]
    pub struct Workflow {
        analysis_done: bool,
    }

    #[skill]
    impl Workflow {
        #[hook(before_handoff)]
        fn add_tier(&self, _: &HandoffContext) -> Result<Patch, Refusal> {
            let profile =
                conversation::profile().map_err(|why| Refusal::unavailable(why.to_string()))?;
            Ok(Patch::new().metadata("tier", profile.text("tier")))
        }

        #[hook(after_handoff, targets = ["data-analyst"])]
        fn track(&mut self, _: &HandoffContext, outcome: &Outcome) {
            self.analysis_done = outcome.success;
        }

        /// Escalate to human support.
        #[tool]
        fn escalate_to_human(
            &self,
            /// Why a person is needed.
            reason: String,
        ) -> Result<String, ToolError> {
            let ticket = tickets::open(&reason, &[])?;
            Ok(format!("I've created support ticket #{}.", ticket.id))
        }
    }
}

fn rate(currency: &str) -> Result<f64, Error> {
    let url = format!("https://rates.example.com/{currency}");
    let request = http::Request::get(&url).header("authorization", "Bearer secret:rates");
    request.within(Duration::from_secs(2)).send()?.json()
}

#[test]
fn a_rate_is_read_from_the_web() {
    let desk = Desk::new().serves("https://rates.example.com/eur", 200, "1.5");
    assert_eq!(desk.run(|| rate("eur")), Ok(1.5));
}

mod paid {
    use super::*;

    /// Has the user pay for the target.
    #[skill]
    pub struct Paid;

    #[skill]
    impl Paid {
        #[hook(before_handoff)]
        fn check_payment(&self, handoff: &HandoffContext) -> Result<(), Refusal> {
            let target = &handoff.target;
            if let Ok(Some(price)) = payments::price(target) {
                payments::charge(&price, &format!("Consultation with {target}"))
                    .map_err(|why| Refusal::payment_required(why.message))?;
            }
            Ok(())
        }
    }
}

mod bounded {
    use super::*;

    /// Pays what experts cost, and looks up who is a customer.
    #[skill(
        spending = "5 USD",
        hosts = ["crm.example.com"],
        depends = ["payments", "weather/forecast"],
    )]
    pub struct PaidExperts;

    #[skill]
    impl PaidExperts {
        #[handoff("expert", keywords = ["expert"])]
        fn needs_expert(&self, query: &Query);
    }

    #[test]
    fn the_guides_bounds_are_in_the_manifest() {
        let manifest = describe::<PaidExperts>();
        assert_eq!(manifest.wants.len(), 2);
        assert_eq!(manifest.depends, ["payments", "weather/forecast"]);
    }
}

mod asking {
    use super::*;

    /// Asks around.
    #[skill]
    pub struct Opinions;

    #[skill]
    impl Opinions {
        /// Asks those who have not had the conversation yet.
        #[tool(effect = "read")]
        fn second_opinions(&self, question: String) -> Result<Vec<String>, ToolError> {
            let most: usize = config::get("experts")?.unwrap_or(2);
            let past = handoffs::recent(10)?;
            let had = |name: &str| past.iter().any(|handoff| handoff.target == name);
            let mut experts: Vec<String> = agents::list()?.into_iter().map(|it| it.name).collect();
            experts.retain(|name| !had(name));
            // Not the same ones every time.
            let first = random::below(experts.len().max(1) as u64);
            experts.rotate_left(first as usize);
            experts.truncate(most);
            log::info(&format!(
                "{} are asked at {}",
                experts.join(", "),
                clock::now()
            ));
            let questions = experts
                .iter()
                .map(|expert| (expert.as_str(), question.as_str()));
            let answers = agents::query_all(questions);
            Ok(answers.into_iter().flatten().map(|it| it.reply).collect())
        }
    }

    #[test]
    fn the_guides_second_opinions_are_of_those_who_have_not_been_asked() {
        let desk = Desk::new()
            .answers("legal", "Yes.")
            .answers("science", "No.")
            .handed_over("desk", "legal", "completed");
        let found = desk.run(|| Opinions.second_opinions("May I?".to_owned()));
        assert_eq!(found.unwrap(), ["No."]);
        assert!(desk.log()[0].1.starts_with("science are asked at"));
        let denied = Desk::denying().run(|| Opinions.second_opinions("May I?".to_owned()));
        let why = denied.unwrap_err().message;
        assert!(why.contains("handoffs"), "{why}");
    }
}

mod counting {
    use super::*;

    /// Keeps the last answer of each agent, and counts all.
    #[skill]
    pub struct Counting;

    #[skill]
    impl Counting {
        #[hook(after_handoff)]
        fn count_answers(
            &self,
            handoff: &HandoffContext,
            outcome: &Outcome,
        ) -> Result<(), Refusal> {
            let other = |why: Error| Refusal::other(why.to_string());
            // With the answer, or not at all:
            storage::set(&format!("last/{}", handoff.target), &outcome.reply).map_err(other)?;
            // At once, and no count is lost:
            storage::update("answers", |before: Option<u64>| before.unwrap_or(0) + 1)
                .map_err(other)?;
            Ok(())
        }
    }

    #[test]
    fn the_guides_answers_are_kept_and_counted() {
        let desk = Desk::new();
        let handoff = HandoffContext::sample("billing", "Why?");
        for reply in ["Because.", "So."] {
            let outcome = Outcome::success("billing", reply);
            desk.run(|| Counting.count_answers(&handoff, &outcome))
                .unwrap();
        }
        assert_eq!(
            desk.values(),
            [
                ("answers".to_owned(), "2".to_owned()),
                ("last/billing".to_owned(), "\"So.\"".to_owned())
            ]
        );
    }
}

mod finding {
    use super::*;

    /// Finds the agent for each message.
    #[skill]
    pub struct Finding;

    #[skill]
    impl Finding {
        /// Whoever is best at what the message wants gets it, if that is sure enough.
        #[handoff]
        fn find_best_agent(&self, query: &Query) -> Option<Proposal> {
            let found = discovery::find_agents(&query.text, 5).ok()?;
            let best = found.into_iter().next()?;
            (best.score > 0.7).then(|| Proposal::to(best.agent).confidence(best.score))
        }
    }

    #[test]
    fn the_guides_search_takes_the_best_if_it_is_sure() {
        let desk = Desk::new().finds("billing", 0.1).finds("shipping", 0.8);
        let found = desk.run(|| Finding.find_best_agent(&Query::new("Where is it?")));
        assert_eq!(found.unwrap().target(), "shipping");
    }
}

mod greeting {
    use super::*;

    /// Welcomes whoever comes in.
    #[agent(examples = ["hello", "good morning"], offers = ["welcome"])]
    pub struct Greeter {
        welcomed: bool,
    }

    #[agent]
    impl Greeter {
        fn answer(&mut self, request: &Request) -> Reply {
            if request.query.mentions("invoice") && request.may_hand_to("billing") {
                return HandOver::to("billing")
                    .instructions("Find the invoice.")
                    .into();
            }
            match std::mem::replace(&mut self.welcomed, true) {
                false => Reply::new("Welcome!").confidence(0.9),
                true => Reply::new("What can I do for you?").confidence(0.3),
            }
        }
    }

    #[test]
    fn the_guides_agent_welcomes_once_and_hands_invoices_over() {
        let mut greeter = Greeter::default();
        let hello = Request::new("Hello");
        assert_eq!(greeter.answer(&hello).text(), "Welcome!");
        assert_eq!(greeter.answer(&hello).text(), "What can I do for you?");
        let invoice = Request::new("My invoice?").with_target("billing", "Bills");
        let handed = HandOver::to("billing").instructions("Find the invoice.");
        assert_eq!(greeter.answer(&invoice), handed.into());
    }
}

struct Resilient;

impl Resilient {
    fn handle_handoff_failure(&self, handoff: &HandoffContext, _: &Outcome) -> Patch {
        match agents::query("general-assistant", &handoff.original_task) {
            Ok(answer) => Patch::new().fallback_reply_of(&answer.agent, answer.reply),
            Err(_) => Patch::new().fallback_reply("I'll do my best."),
        }
    }
}

#[test]
fn when_the_expert_fails_the_assistant_answers() {
    let desk = Desk::new().answers("general-assistant", "Because.");
    let handoff = HandoffContext::sample("primary-expert", "Why?");
    let outcome = Outcome::failure("primary-expert", "unreachable");

    let patch = desk.run(|| Resilient.handle_handoff_failure(&handoff, &outcome));

    assert_eq!(patch.replacement().unwrap().reply, "Because.");
    assert_eq!(desk.queries()[0].1, "Why?");
}

#[test]
fn the_first_skill_of_the_guide_does_what_the_guide_says() {
    let manifest = describe::<Finance>();
    assert_eq!(manifest.name, "finance");
    assert_eq!(manifest.handoffs[0].name, "needs-finance-expert");
    assert!(Finance.needs_finance_expert(&Query::new("My STOCK portfolio")));
}

#[test]
fn the_guides_hooks_are_those_of_a_skill_with_a_memory() {
    assert_eq!(describe::<workflow::Workflow>().hooks.len(), 2);
    let _ = Conversation::<workflow::Workflow>::at(Desk::new());
}

/// What code says, however it is laid out; what it uses is said once, above.
fn without_layout(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("use ") && !line.starts_with("// src/"))
        .flat_map(str::split_whitespace)
        .collect()
}

#[test]
fn every_piece_of_rust_in_the_guides_stands_in_this_file() {
    let here = without_layout(include_str!("guide.rs"));
    for (guide, text) in [
        (
            "docs/skills/rust.md",
            include_str!("../../../docs/skills/rust.md"),
        ),
        ("README.md", include_str!("../../../README.md")),
    ] {
        let pieces: Vec<&str> = text
            .split("```rust\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(!pieces.is_empty(), "{guide} shows no Rust");
        for piece in pieces {
            let shown = without_layout(piece);
            assert!(
                here.contains(&shown),
                "{guide} shows what is not here:\n{piece}"
            );
        }
    }
}
