//! After a handoff: what the expert found out for a user is kept for all later
//! conversations of that user, and the conversation remembers that an expert was
//! consulted. Nobody is told what was found out for somebody else, and of a
//! visitor, who cannot be known again, nothing is kept.

use baton_sdk::prelude::*;
use baton_sdk::{log, storage};
use serde::{Deserialize, Serialize};

/// Entries kept of one expert for one user: what an agent can be told before its own work.
const KEPT: usize = 20;

/// Characters kept of a reply that says what no insight says.
const REPLY: usize = 500;

/// One thing that an expert found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    /// What it is about; `reply` for what was answered.
    pub about: String,
    /// What was found out.
    pub what: serde_json::Value,
}

/// Keeps what experts found out.
#[skill]
pub struct Insights;

#[skill]
impl Insights {
    /// Whoever asks for an expert gets one.
    #[handoff("expert", triggers = ["expert"])]
    fn needs_expert(&self, query: &Query) -> bool {
        query.mentions("expert")
    }

    /// Tells the expert what it found out in the user's earlier conversations.
    #[hook(before_handoff, handoffs = "all", on_failure = "continue")]
    fn recall(&self, handoff: &HandoffContext) -> Patch {
        let Some(user) = &handoff.user else {
            return Patch::new();
        };
        match known(&handoff.target, user) {
            Ok(known) => known.iter().fold(Patch::new(), |patch, insight| {
                patch.finding(&format!("earlier: {}", insight.about), insight.what.clone())
            }),
            Err(why) => {
                log::warn(&why.to_string());
                Patch::new()
            }
        }
    }

    /// Keeps the insights of an expert who has answered.
    #[hook(after_handoff, handoffs = "all")]
    fn process_result(&self, handoff: &HandoffContext, outcome: &Outcome) -> Patch {
        if !outcome.success {
            return Patch::new();
        }
        // The answer stands, whether it could be kept or not.
        let kept = match &handoff.user {
            Some(user) => keep(&handoff.target, user, found(outcome)),
            None => Ok(()),
        };
        if let Err(why) = kept {
            log::warn(&why.to_string());
        }
        Patch::new()
            .remember("expert_consulted", true)
            .remember("expert_response", outcome.reply.as_str())
    }

    /// What an expert has found out so far for the user who asks.
    #[tool(effect = "read")]
    fn insights(
        &self,
        caller: &Caller,
        /// The name of the agent.
        expert: String,
    ) -> Result<Vec<Insight>, ToolError> {
        match &caller.user {
            Some(user) => Ok(known(&expert, user)?),
            None => Ok(Vec::new()),
        }
    }
}

fn key(expert: &str, user: &str) -> String {
    format!("{user}/{expert}")
}

fn known(expert: &str, user: &str) -> Result<Vec<Insight>, Error> {
    Ok(storage::get(&key(expert, user))?.unwrap_or_default())
}

/// Several conversations of a user may learn from the same expert at the same
/// time, so this is written at once, and the oldest give way.
fn keep(expert: &str, user: &str, new: Vec<Insight>) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let kept: Vec<Insight> =
        storage::update(&key(expert, user), |before: Option<Vec<Insight>>| {
            let mut kept = before.unwrap_or_default();
            kept.retain(|old| !new.contains(old));
            kept.extend(new.iter().cloned());
            kept.split_off(kept.len().saturating_sub(KEPT))
        })?;
    log::debug(&format!("{} insights of {expert} are kept", kept.len()));
    Ok(())
}

fn found(outcome: &Outcome) -> Vec<Insight> {
    let insights = outcome.insights.iter().filter_map(|pair| {
        Some(Insight {
            about: pair.name.clone(),
            what: serde_json::from_str(&pair.value).ok()?,
        })
    });
    let reply: String = outcome.reply.chars().take(REPLY).collect();
    let reply = (!reply.is_empty()).then(|| Insight {
        about: "reply".to_owned(),
        what: reply.into(),
    });
    insights.chain(reply).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;

    fn after(desk: &Desk, outcome: Outcome) -> Patch {
        let handoff = HandoffContext::sample("expert", "Why?");
        desk.run(|| Insights.process_result(&handoff, &outcome))
    }

    fn answered(reply: &str, number: u32) -> Outcome {
        Outcome {
            insights: vec![Pair::new("number", number)],
            ..Outcome::success("expert", reply)
        }
    }

    #[test]
    fn what_an_expert_found_out_is_kept_and_told_next_time() {
        let desk = Desk::new();
        let patch = after(&desk, answered("Because.", 7));
        assert_eq!(patch.remembered().read("expert_consulted"), Some(true));
        assert_eq!(
            patch.remembered().text("expert_response").as_deref(),
            Some("Because.")
        );
        let next = HandoffContext::sample("expert", "And now?");
        let told = desk.run(|| Insights.recall(&next));
        assert_eq!(told.findings().read("earlier: number"), Some(7));
        assert_eq!(
            told.findings().text("earlier: reply").as_deref(),
            Some("Because.")
        );
        let other_expert = HandoffContext::sample("other-expert", "And now?");
        let other_user = HandoffContext {
            user: Some("other".to_owned()),
            ..next.clone()
        };
        let visitor = HandoffContext {
            user: None,
            ..next.clone()
        };
        for other in [other_expert, other_user, visitor] {
            assert!(desk.run(|| Insights.recall(&other)).findings().is_empty());
        }
    }

    #[test]
    fn a_failure_teaches_nothing() {
        let desk = Desk::new();
        let patch = after(&desk, Outcome::failure("expert", "down"));
        assert!(patch.remembered().is_empty());
        assert!(desk.values().is_empty());
    }

    #[test]
    fn the_oldest_give_way_and_nothing_is_kept_twice() {
        let desk = Desk::new();
        for number in 0..30 {
            after(&desk, answered("The same.", number));
        }
        let kept = desk.run(|| known("expert", "user")).unwrap();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(kept.iter().filter(|it| it.about == "reply").count(), 1);
        assert_eq!(kept[KEPT - 2].what, 29);
    }

    #[test]
    fn without_storage_the_answer_stands_and_the_operator_reads_why() {
        for desk in [Desk::denying(), Desk::new().storage_quota(1, 8)] {
            let patch = after(&desk, answered("Because.", 7));
            assert_eq!(patch.remembered().read("expert_consulted"), Some(true));
            assert_eq!(desk.log()[0].0, "warn");
        }
    }
}
