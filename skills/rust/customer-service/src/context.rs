//! What a department should know of the customer. Whatever is not known, or not
//! granted, is left out: a handoff does not fail for want of it.

use baton_sdk::conversation;
use baton_sdk::prelude::*;
use baton_sdk::tickets;

/// How many messages a department is told of, and how much of each: enough to
/// see what it is about, without the conversation a second time.
const MESSAGES: u32 = 6;
const LETTERS: usize = 120;

/// Tier, history and open tickets, as metadata of the handoff.
pub fn of_customer(handoff: &HandoffContext) -> Patch {
    let mut patch = Patch::new();
    let mut open: Vec<String> = Vec::new();
    if let Ok(profile) = conversation::profile() {
        let tier = profile
            .text("tier")
            .unwrap_or_else(|| "standard".to_owned());
        patch = patch.metadata("customer_tier", tier);
        open.extend(
            profile
                .read::<Vec<String>>("open_tickets")
                .unwrap_or_default(),
        );
    }
    for ticket in tickets::list_open().unwrap_or_default() {
        if !open.contains(&ticket.id) {
            open.push(ticket.id);
        }
    }
    if let Some(said) = history(Some(&handoff.original_task)) {
        patch = patch.metadata("history_summary", said);
    }
    patch.metadata("open_tickets", open)
}

/// The last messages in short, without the one that the department gets anyway.
pub fn history(present: Option<&str>) -> Option<String> {
    let mut messages = conversation::recent(MESSAGES + 1).ok()?;
    if messages
        .last()
        .is_some_and(|last| Some(last.content.as_str()) == present)
    {
        messages.pop();
    }
    let lines: Vec<_> = messages
        .iter()
        .map(|message| {
            let speaker = message.agent.as_deref().unwrap_or(&message.role);
            format!("{speaker}: {}", shortened(&message.content))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
