//! What a target that reads text is told of a handoff: instructions beside the
//! conversation, never a message in it.

use std::fmt::Write;

use crate::contract::{HandoffContext, Reason};

/// The context as instructions.
pub fn instructions_for(context: &HandoffContext) -> String {
    let HandoffContext { source, reason, .. } = context;
    let opening = match reason {
        Reason::Specialization => format!("You take over from {source}: this is your field."),
        Reason::Escalation => format!("{source} escalates this to you."),
        Reason::Delegation => format!("{source} asks you to do a part of the work."),
        Reason::Completion => format!("{source} is done and hands back to you."),
        Reason::Failure | Reason::Recovery => {
            format!("You take over from {source}, because another agent could not answer.")
        }
        Reason::LoadShedding => format!("You take over from {source}, who has too much to do."),
        Reason::Supervision => format!("{source} needs your approval or guidance."),
    };
    let mut text = opening;
    text.push_str(
        " The conversation below is yours from here: answer its last message, and do not ask \
         again for what is already known.\n",
    );
    let mut section = |title: &str, body: &str| {
        if !body.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n## {title}\n{}\n", body.trim_end());
        }
    };
    section("What you are to do", &context.instructions);
    section("What has been done", &context.state);
    section("Facts", &bullets(&context.facts));
    section("Decisions", &bullets(&context.decisions));
    section("Findings", &entries(&context.findings));
    section(
        "About this customer and request",
        &entries(&context.metadata),
    );
    text
}

fn bullets(items: &[String]) -> String {
    items.iter().map(|item| format!("- {item}\n")).collect()
}

fn entries(entries: &crate::contract::Findings) -> String {
    entries
        .iter()
        .map(|(name, value)| format!("- {name}: {value}\n"))
        .collect()
}
