//! What a remote agent is sent: the message, and beside it what it is told of
//! a handoff and of the conversation before it, never as words of the user.

use std::sync::Arc;

use a2a::{Message, Part, Role, SendMessageConfiguration, SendMessageRequest};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{card::Remote, memory::Memory};
use crate::{
    conversation::{self, Speaker},
    handoff::{AgentFailure, Assignment, Templates},
    id::AgentName,
};

/// What our way to tell of a handoff is called.
pub const HANDOFF: &str = "urn:baton:a2a:handoff:1";

/// Messages of the conversation that a remote agent is sent at most, as models are.
const TRANSCRIPT: usize = 200;

/// Characters of them, the newest first: most servers take a request of a megabyte.
const TRANSCRIPT_CHARS: usize = 100_000;

/// The request for an assignment.
pub(super) fn request(
    assignment: &Assignment,
    agent: &AgentName,
    templates: &Templates,
    memory: &Memory,
    remote: &Remote,
) -> Result<SendMessageRequest, AgentFailure> {
    let instructions = assignment
        .context
        .as_deref()
        .map(|context| templates.render(context));
    let said = unheard(&assignment.transcript(TRANSCRIPT)?, agent, memory);
    let mut message = Message {
        message_id: message_id(assignment, agent),
        context_id: memory.context.clone(),
        task_id: memory.task.clone(),
        ..Message::new(Role::User, vec![Part::text(&*assignment.text)])
    };
    if instructions.is_some() || !said.is_empty() {
        let told = json!({ "instructions": instructions, "history": said });
        let marks = [(HANDOFF.to_owned(), Value::Bool(true))];
        let extends = remote.extends(HANDOFF);
        if extends {
            message.extensions = Some(vec![HANDOFF.to_owned()]);
        }
        if extends || remote.reads_data() {
            message.parts.push(Part {
                metadata: Some(marks.into()),
                ..Part::data(told).with_media_type("application/json")
            });
        } else {
            message.metadata = Some([(HANDOFF.to_owned(), told)].into());
        }
    }
    Ok(SendMessageRequest {
        message,
        configuration: Some(SendMessageConfiguration {
            accepted_output_modes: Some(vec![
                "text/plain".to_owned(),
                "application/json".to_owned(),
            ]),
            task_push_notification_config: None,
            history_length: Some(1),
            // With the task's name in hand it can be called off.
            return_immediately: Some(true),
        }),
        metadata: None,
        tenant: None,
    })
}

/// The same message has the same name, so that one that is sent again is known:
/// also when a turn is taken up again or a dead letter retried, by when more may
/// be told of what went wrong meanwhile.
fn message_id(assignment: &Assignment, agent: &AgentName) -> String {
    let context = assignment.context.as_deref();
    let findings = context.map(|context| Value::Object(context.findings.clone()).to_string());
    let mut hash = Sha256::new();
    for part in [
        agent.as_str(),
        &*assignment.text,
        context.map_or("", |context| &context.instructions),
        findings.as_deref().unwrap_or(""),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest = hex::encode(hash.finalize());
    let short = digest.get(..12).unwrap_or(&digest);
    format!("{}-{short}", assignment.turn.task)
}

/// What was said since the agent was last asked, by others than itself.
fn unheard(said: &[Arc<conversation::Message>], agent: &AgentName, memory: &Memory) -> Vec<Value> {
    let mut left = TRANSCRIPT_CHARS;
    let mut told: Vec<Value> = said
        .iter()
        .rev()
        .filter(|message| {
            memory
                .heard
                .as_ref()
                .is_none_or(|heard| message.id > *heard)
        })
        .filter_map(|message| {
            let role = match &message.speaker {
                Speaker::User => "user",
                Speaker::Agent { agent: speaker } if speaker != agent => "agent",
                Speaker::Agent { .. } | Speaker::Operator | Speaker::Tool { .. } => return None,
            };
            let text = message.content.trim();
            (!text.is_empty()).then_some((role, text))
        })
        .take_while(|(_, text)| {
            let fits = text.len() <= left;
            left = left.saturating_sub(text.len());
            fits
        })
        .map(|(role, text)| json!({ "role": role, "text": text }))
        .collect();
    told.reverse();
    told
}
