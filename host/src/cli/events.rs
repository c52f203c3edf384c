//! `baton events`: what happened in conversations.

use std::{process::ExitCode, time::Duration};

use anyhow::bail;
use baton::{
    conversation::EventKind,
    id::ConversationId,
    view::event::{Recorded, words},
};
use clap::Args;

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
        | E::ModelStopped { .. }
        | E::ToolAmended { .. }
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
