//! `baton events`: what happened in a conversation.

use std::process::ExitCode;

use anyhow::bail;
use baton::{
    conversation::{Event, EventKind},
    id::ConversationId,
};
use clap::Args;
use serde::Serialize;

use super::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{BAD, FAINT, GOOD, NOTE, paint},
    text::{moment, one_line},
};

/// Shows what happened in a conversation, oldest first.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service events 01J9ZQ3K4XWB6T0V5N2M8R7D1C")]
pub struct Events {
    /// The conversation
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    conversation: ConversationId,
}

/// An event for programs.
#[derive(Serialize)]
struct Recorded<'a> {
    turn: u64,
    #[serde(flatten)]
    event: &'a Event,
}

impl Events {
    /// Shows the events, a line each.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        if store.open(&self.conversation).await?.is_none() {
            bail!(
                "there is no conversation `{}` in this folder's store",
                self.conversation
            );
        }
        let events = store.events(&self.conversation).await?;
        if output.is_json() {
            let recorded = events
                .iter()
                .map(|(turn, event)| Recorded { turn: *turn, event });
            output.value(&recorded.collect::<Vec<_>>())?;
            return Ok(ExitCode::SUCCESS);
        }
        for (turn, event) in &events {
            let when = paint(FAINT, format!("{turn:>3}  {}", moment(event.time)));
            output.line(&format!("{when}  {}", line(&event.kind)))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An event on one line, in the colour of what it means.
pub fn line(event: &EventKind) -> String {
    use EventKind as E;
    let style = match event {
        E::SkillFaulted { .. }
        | E::SkillQuarantined { .. }
        | E::VerdictRejected { .. }
        | E::HandoffRejected { .. }
        | E::HandoffFailed { .. }
        | E::AgentFailed { .. } => BAD,
        E::SkillStateReset { .. }
        | E::SkillDenied { .. }
        | E::VerdictShadowed { .. }
        | E::ReplyReplaced { .. }
        | E::VerdictHeld { .. }
        | E::TicketOpened { .. }
        | E::TicketAppended { .. } => NOTE,
        E::TurnAnswered { fallback, .. } if *fallback => NOTE,
        E::TurnAnswered { .. } | E::HandoffCompleted { .. } | E::TicketReplied { .. } => GOOD,
        _ => FAINT,
    };
    let (name, text) = words(event);
    format!("{} {}", paint(style, name), one_line(&text))
}

fn words(event: &EventKind) -> (&'static str, String) {
    use EventKind as E;
    match event {
        E::TurnStarted => ("turn.started", String::new()),
        E::TurnAnswered { agent, fallback } => (
            "turn.answered",
            format!(
                "by {agent}{}",
                if *fallback { ", as a stand-in" } else { "" }
            ),
        ),
        E::SkillFaulted { skill, during, why } => {
            ("skill.faulted", format!("{skill} during {during}: {why}"))
        }
        E::SkillStateReset { skill, why } => ("skill.state-reset", format!("{skill}: {why}")),
        E::SkillQuarantined { skill, why } => ("skill.quarantined", format!("{skill}: {why}")),
        E::SkillLog { skill, level, text } => ("skill.log", format!("{skill} {level}: {text}")),
        E::SkillDenied { skill, capability } => (
            "skill.denied",
            format!("{skill} has no grant for {capability}"),
        ),
        E::VerdictShadowed {
            skill,
            handoff,
            target,
        } => (
            "verdict.shadowed",
            format!("{skill}/{handoff} → {target}, not admitted"),
        ),
        E::VerdictRejected {
            skill,
            handoff,
            why,
        } => ("verdict.rejected", format!("{skill}/{handoff}: {why}")),
        E::HandoffClaimed { by, released } => {
            let others: Vec<&str> = released.iter().map(|name| name.as_str()).collect();
            let others = if others.is_empty() {
                "nobody else".to_owned()
            } else {
                others.join(", ")
            };
            ("handoff.claimed", format!("by {by}; {others} released"))
        }
        E::HandoffInitiated {
            source,
            target,
            reason,
            by,
            confidence,
            ..
        } => (
            "handoff.initiated",
            format!("{source} → {target} by {by} ({reason}, confidence {confidence:.2})"),
        ),
        E::HandoffAccepted { handoff } => ("handoff.accepted", handoff.to_string()),
        E::HandoffRejected { by, why, .. } => ("handoff.rejected", format!("by {by}: {why}")),
        E::HandoffCompleted { milliseconds, .. } => {
            ("handoff.completed", format!("in {milliseconds} ms"))
        }
        E::HandoffFailed { why, .. } => ("handoff.failed", why.clone()),
        E::AgentFailed { agent, why } => ("agent.failed", format!("{agent}: {why}")),
        E::ReplyReplaced { skill } => ("reply.replaced", format!("by a hook of {skill}")),
        E::OwnerChanged { from, to } => ("owner.changed", format!("{from} → {to}")),
        E::TicketOpened { ticket, reason } => ("ticket.opened", format!("{ticket}: {reason}")),
        E::TicketAppended { ticket } => ("ticket.appended", ticket.to_string()),
        E::TicketClaimed { ticket, by } => ("ticket.claimed", format!("{ticket} by {by}")),
        E::TicketReplied { ticket, by, .. } => ("ticket.replied", format!("{ticket} by {by}")),
        E::TicketClosed { ticket, by } => ("ticket.closed", format!("{ticket} by {by}")),
        E::TicketHandedBack { ticket, by, to } => {
            ("ticket.handed-back", format!("{ticket} by {by} → {to}"))
        }
        E::VerdictHeld {
            skill,
            handoff,
            target,
        } => (
            "verdict.held",
            format!("{skill}/{handoff} → {target}, as people have the conversation"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    #[test]
    fn an_event_is_one_line_even_if_a_skill_writes_several() {
        let event = EventKind::SkillLog {
            skill: "finance".into(),
            level: "info".to_owned(),
            text: "one\ntwo\u{1b}[2J".to_owned(),
        };
        assert_eq!(
            strip_str(&line(&event)).to_string(),
            "skill.log finance info: one two[2J"
        );
    }
}
