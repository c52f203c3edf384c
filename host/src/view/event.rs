//! What happened, for programs and in words.

use std::time::Duration;

use serde::Serialize;

use super::text::{moment, span};
use crate::{
    conversation::{Came, Event, EventKind, Weighed},
    id::ConversationId,
    trust::Sanitize,
};

/// An event for programs.
#[derive(Serialize)]
pub struct Recorded<'a> {
    /// Of which conversation; only where there can be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<&'a ConversationId>,
    /// Which turn.
    pub turn: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: &'a Event,
}

/// The type of an event, and the rest of it in words.
pub fn words(event: &EventKind) -> (&'static str, String) {
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
        E::VerdictsWeighed { skills, left_out } => ("verdicts.weighed", weighed(skills, *left_out)),
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
            microseconds,
            ..
        } => {
            let took =
                microseconds.map(|took| format!(", after {}", span(Duration::from_micros(took))));
            let took = took.unwrap_or_default();
            let words =
                format!("{source} → {target} by {by} ({reason}, confidence {confidence:.2}{took})");
            ("handoff.initiated", words)
        }
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
            cost,
        } => {
            let tokens = match (prompt_tokens, completion_tokens) {
                (Some(read), Some(written)) => format!("{read} tokens read, {written} written"),
                _ => "tokens not counted".to_owned(),
            };
            let cost = cost.map(|cost| format!(", {cost}")).unwrap_or_default();
            let words = format!("{model} for {agent} in {milliseconds} ms, {tokens}{cost}");
            ("model.called", words)
        }
        E::ModelStopped { agent, why } => ("model.stopped", format!("{agent}: {why}")),
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
        E::ToolAmended {
            by,
            agent,
            skill,
            tool,
            outcome,
            why,
        } => {
            let why = match why.is_empty() {
                true => String::new(),
                false => format!(": {why}"),
            };
            let outcome = outcome.as_str();
            let words = format!("{skill}/{tool} by {agent}: {outcome} by a hook of {by}{why}");
            ("tool.amended", words)
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

/// Who lost and who passed, skill by skill.
fn weighed(skills: &[Weighed], left_out: usize) -> String {
    let mut parts = Vec::new();
    for weighed in skills {
        let mut said: Vec<String> = Vec::new();
        for verdict in &weighed.verdicts {
            let target = verdict.target.as_ref();
            let target = target.map(|name| format!(" → {name}")).unwrap_or_default();
            let why = match verdict.outcome {
                Came::Won => String::new(),
                _ if verdict.why.is_empty() => String::new(),
                _ => format!(" ({})", verdict.why),
            };
            said.push(format!(
                "{}{target} {}{why}",
                verdict.handoff,
                verdict.outcome.as_str()
            ));
        }
        if !weighed.passed.is_empty() {
            let names: Vec<&str> = weighed.passed.iter().map(|name| name.as_str()).collect();
            said.push(format!("{} passed", names.join(", ")));
        }
        let took = weighed
            .microseconds
            .map(|took| format!(" in {}", span(Duration::from_micros(took))));
        parts.push(format!(
            "{}: {}{}",
            weighed.skill,
            said.join(", "),
            took.unwrap_or_default()
        ));
    }
    if left_out > 0 {
        parts.push(format!("{left_out} skills more passed"));
    }
    parts.join("; ")
}
