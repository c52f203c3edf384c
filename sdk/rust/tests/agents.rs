//! Agents as the host sees them, run natively.

use baton_sdk::prelude::*;
use baton_sdk::testing::{Desk, describe_agent};
use baton_sdk::{AgentAnswer, agents};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Settings {
    /// Whom it asks.
    #[allow(dead_code)]
    expert: String,
}

/// Asks an expert.
#[agent(
    config = Settings,
    examples = ["What do you think?"],
    offers = ["opinions"],
    hosts = "opinions.example.com",
    state_version = 2
)]
pub struct SecondHand;

#[agent]
impl SecondHand {
    fn answer(&self, request: &Request) -> Result<Option<Reply>, Declined> {
        if request.text().is_empty() {
            return Ok(None);
        }
        let answer = agents::query("expert", request.text())?;
        Ok(Some(
            Reply::new(answer.reply)
                .confidence(0.7)
                .insight("of", answer.agent),
        ))
    }
}

#[test]
fn an_agent_says_of_itself_what_its_attribute_and_its_comment_say() {
    let said = describe_agent::<SecondHand>();
    assert_eq!(said.name, "second-hand");
    assert_eq!(said.description, "Asks an expert.");
    assert_eq!(said.examples, ["What do you think?"]);
    assert_eq!(said.offers[0].name, "opinions");
    assert_eq!(said.state_version, 2);
    assert_eq!(said.wants[0].capability, "http");
    assert!(said.config_schema.unwrap().contains("Whom it asks."));
}

#[test]
fn an_agent_is_answered_by_the_desk_that_the_test_sets_up() {
    let desk = Desk::new().answers("expert", "Yes.");
    let reply = desk.run(|| SecondHand.answer(&Request::new("Really?")));
    assert_eq!(reply.unwrap().unwrap().text(), "Yes.");
    let denied = Desk::denying().run(|| SecondHand.answer(&Request::new("Really?")));
    let why = denied.unwrap_err();
    assert!(why.message().contains("agents"), "{}", why.message());
}

#[test]
fn whatever_an_agent_returns_becomes_a_reply_or_the_reason_for_none() {
    assert_eq!("Yes.".answer().unwrap().text, "Yes.");
    assert_eq!("Yes.".to_owned().answer().unwrap().text, "Yes.");
    let handed = HandOver::to("billing").answer().unwrap().handoff.unwrap();
    assert_eq!(
        (handed.target.as_str(), handed.confidence),
        ("billing", 1.0)
    );
    assert_eq!(None::<String>.answer().unwrap_err().code, "no-answer");
    let nobody = SecondHand.answer(&Request::new("")).answer();
    assert_eq!(nobody.unwrap_err().code, "no-answer");
    let declined = Err::<String, _>(Declined::busy()).answer();
    assert_eq!(declined.unwrap_err().code, "busy");
}
