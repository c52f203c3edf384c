//! `baton events`: what happened in conversations.

use std::{process::ExitCode, time::Duration};

use anyhow::bail;
use baton::{
    conversation::{Event, EventKind},
    id::ConversationId,
    trust::Sanitize,
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

/// How often to look for new events: soon enough for whoever watches, and
/// seldom enough for the store.
const LOOKS: Duration = Duration::from_millis(200);

/// Shows what happened in conversations, oldest first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service events 01J9ZQ3K4XWB6T0V5N2M8R7D1C
  baton events --conversation c-1 --conversation c-2 --type handoff. --follow")]
pub struct Events {
    /// The conversations
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    conversations: Vec<ConversationId>,
    /// The same; may be repeated
    #[arg(long = "conversation", value_name = "ID", value_parser = id::<ConversationId>)]
    #[arg(required_unless_present = "conversations")]
    more: Vec<ConversationId>,
    /// Only events whose type begins like this, such as `handoff.`
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = "",
        hide_default_value = true
    )]
    kind: String,
    /// Go on showing what happens, one event a line
    #[arg(long)]
    follow: bool,
}

/// An event for programs.
#[derive(Serialize)]
struct Recorded<'a> {
    /// Only where there can be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a ConversationId>,
    turn: u64,
    #[serde(flatten)]
    event: &'a Event,
}

impl Events {
    /// Shows the events, a line each.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        let conversations = [self.conversations, self.more].concat();
        // Whoever follows may be there before the first message.
        for id in conversations.iter().filter(|_| !self.follow) {
            if store.open(id).await?.is_none() {
                bail!("there is no conversation `{id}` in this folder's store");
            }
        }
        let several = conversations.len() > 1;
        let mut seen = vec![0; conversations.len()];
        loop {
            let mut found = Vec::new();
            for (id, seen) in conversations.iter().zip(&mut seen) {
                let events = store.events(id).await?;
                let new = events.iter().skip(*seen).cloned();
                found.extend(new.map(|(turn, event)| (id, turn, event)));
                *seen = events.len();
            }
            found.retain(|(_, _, event)| words(&event.kind).0.starts_with(&self.kind));
            // Within a conversation they are in order already.
            found.sort_by_key(|(_, _, event)| event.time);
            let recorded = found.iter().map(|(id, turn, event)| Recorded {
                conversation: several.then_some(*id),
                turn: *turn,
                event,
            });
            match (output.is_json(), self.follow) {
                (true, false) => output.value(&recorded.collect::<Vec<_>>())?,
                (true, true) => {
                    for event in recorded {
                        output.line(&serde_json::to_string(&event)?)?;
                    }
                }
                (false, _) => {
                    for event in recorded {
                        output.line(&on_a_line(&event))?;
                    }
                }
            }
            if !self.follow {
                return Ok(ExitCode::SUCCESS);
            }
            tokio::time::sleep(LOOKS).await;
        }
    }
}

fn on_a_line(recorded: &Recorded<'_>) -> String {
    let Recorded {
        conversation,
        turn,
        event,
    } = recorded;
    let of = conversation.map(|id| format!("{id}  ")).unwrap_or_default();
    let when = paint(FAINT, format!("{of}{turn:>3}  {}", moment(event.time)));
    format!("{when}  {}", line(&event.kind))
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
        | E::HandoffExpired { .. }
        | E::TurnCutOff { .. }
        | E::PaymentUnknown { .. }
        | E::PaymentRefused { .. }
        | E::AgentFailed { .. } => BAD,
        E::SkillStateReset { .. }
        | E::SkillDenied { .. }
        | E::VerdictShadowed { .. }
        | E::ReplyReplaced { .. }
        | E::DeadLetterKept { .. }
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
        E::TurnCutOff { why } => ("turn.cut-off", why.clone()),
        E::TurnResumed { ticket } => ("turn.resumed", format!("as the ticket {ticket} says")),
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
        E::TurnSeeded { seed } => ("turn.seeded", seed.clone()),
        E::SkillLog { skill, level, text } => ("skill.log", format!("{skill} {level}: {text}")),
        E::SkillDenied { skill, capability } => (
            "skill.denied",
            format!("{skill} has no grant for {capability}"),
        ),
        E::SkillHttp {
            skill,
            host,
            method,
            status,
            bytes,
            milliseconds,
            why,
        } => (
            "skill.http",
            match (status, why) {
                (Some(status), _) => {
                    format!("{skill}: {method} {host} → {status}, {bytes} bytes, {milliseconds} ms")
                }
                (None, why) => format!(
                    "{skill}: {method} {host} → {}, {milliseconds} ms",
                    why.as_deref().unwrap_or("nothing")
                ),
            },
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
        E::HandoffContextSanitized { found, action, .. } => {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            let words = match action {
                _ if found.is_empty() => "nothing found".to_owned(),
                Sanitize::Flag => format!("flagged {}", found.join(", ")),
                Sanitize::Strip => format!("stripped {}", found.join(", ")),
                Sanitize::Refuse => format!("refused {}", found.join(", ")),
            };
            ("handoff.context_sanitized", words)
        }
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
        E::HandoffApprovalRequested {
            by,
            ticket,
            deadline,
            ..
        } => {
            let until = deadline.map(|at| format!(" until {}", moment(at)));
            let until = until.unwrap_or_default();
            let words = format!("of {by} on the ticket {ticket}{until}");
            ("handoff.approval-requested", words)
        }
        E::HandoffApproved { by, .. } => ("handoff.approved", format!("by {by}")),
        E::HandoffAccepted { handoff } => ("handoff.accepted", handoff.to_string()),
        E::HandoffRejected { by, why, .. } => ("handoff.rejected", format!("by {by}: {why}")),
        E::HandoffCompleted { milliseconds, .. } => {
            ("handoff.completed", format!("in {milliseconds} ms"))
        }
        E::HandoffFailed { why, .. } => ("handoff.failed", why.clone()),
        E::HandoffExpired { handoff, outcome } => {
            ("handoff.expired", format!("{handoff}, outcome {outcome}"))
        }
        E::DeadLetterKept { handoff } => ("deadletter.kept", handoff.to_string()),
        E::DeadLetterRetried { handoff } => ("deadletter.retried", handoff.to_string()),
        E::DeadLetterDropped { handoff } => ("deadletter.dropped", handoff.to_string()),
        E::PaymentReserved { amount, to, .. } => ("payment.reserved", format!("{amount} for {to}")),
        E::PaymentCaptured { amount, to, .. } => ("payment.captured", format!("{amount} to {to}")),
        E::PaymentReleased { amount, .. } => ("payment.released", amount.to_string()),
        E::PaymentRefunded { amount, .. } => ("payment.refunded", amount.to_string()),
        E::PaymentRefused { to, amount, code } => {
            ("payment.refused", format!("{amount} for {to}: {code}"))
        }
        E::PaymentUnknown {
            reservation,
            amount,
            provider,
        } => (
            "payment.unknown",
            format!("{amount} by {provider} ({reservation}): look whether it was collected"),
        ),
        E::AgentFailed { agent, why } => ("agent.failed", format!("{agent}: {why}")),
        E::ModelCalled {
            agent,
            model,
            milliseconds,
            prompt_tokens,
            completion_tokens,
        } => {
            let tokens = match (prompt_tokens, completion_tokens) {
                (Some(read), Some(written)) => format!("{read} tokens read, {written} written"),
                _ => "tokens not counted".to_owned(),
            };
            let words = format!("{model} for {agent} in {milliseconds} ms, {tokens}");
            ("model.called", words)
        }
        E::ToolCalled {
            agent,
            skill,
            tool,
            outcome,
            milliseconds,
        } => {
            let outcome = outcome.as_str();
            let words = format!("{skill}/{tool} by {agent}: {outcome} in {milliseconds} ms");
            ("tool.called", words)
        }
        E::ReplyReplaced { skill } => ("reply.replaced", format!("by a hook of {skill}")),
        E::OwnerChanged { from, to } => ("owner.changed", format!("{from} → {to}")),
        E::TicketOpened { ticket, reason } => ("ticket.opened", format!("{ticket}: {reason}")),
        E::ConversationErased => ("conversation.erased", String::new()),
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
