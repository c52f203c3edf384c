//! The tool by which the desk is asked.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolResult, ContentBlock, JsonObject, ProgressNotificationParam, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::{caller::Caller, problem::told};
use crate::{
    handoff::{Answer, Desk, DeskError, Incoming},
    id::{AgentName, ConversationId, outside},
    server::story::story,
};

/// What the tool is called.
pub(super) const NAME: &str = "ask";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    message: String,
    #[serde(default)]
    conversation: Option<String>,
    #[serde(default)]
    agent: Option<String>,
}

/// The tool, as the protocol describes it.
pub(super) fn described() -> Tool {
    let takes = json!({
        "type": "object",
        "properties": {
            "message": { "type": "string", "description": "What the user says" },
            "conversation": {
                "type": "string",
                "description": "The conversation to go on with, as an answer before named it",
            },
            "agent": {
                "type": "string",
                "description": "The agent that a new conversation begins with; best left out",
            },
        },
        "required": ["message"],
        "additionalProperties": false,
    });
    let list = |of: &str| json!({ "type": "array", "items": { "type": of } });
    let gives = json!({
        "type": "object",
        "properties": {
            "conversation": { "type": "string" },
            "turn": { "type": "integer" },
            "agent": { "type": "string", "description": "Who has answered" },
            "owner": { "type": "string", "description": "Who has the conversation now" },
            "fallback": { "type": "boolean", "description": "Somebody stepped in" },
            "handoffs": list("object"),
            "tickets": list("string"),
            "sources": list("object"),
            "reply": { "type": "string" },
        },
        "required": ["conversation", "turn", "agent", "reply"],
    });
    let annotations = ToolAnnotations::new().read_only(false).destructive(false);
    Tool::new(
        NAME,
        "Sends a user's message to the desk, which finds the agent to answer it",
        schema(takes),
    )
    .with_title("Ask the desk")
    .with_raw_output_schema(schema(gives))
    .with_annotations(annotations)
}

fn schema(value: Value) -> Arc<JsonObject> {
    match value {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

/// Asks. What agents say goes out as progress, if the client wants that.
pub(super) async fn call(
    desk: &Arc<Desk>,
    caller: &Caller,
    arguments: JsonObject,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let mut incoming = match read(desk, caller, arguments) {
        Ok(incoming) => incoming,
        Err(why) => return Ok(told(why)),
    };
    let mut progress = Progress::wanted(context);
    incoming.deltas = progress.as_mut().and_then(|progress| {
        let sender = progress.sender.take()?;
        Some(Arc::new(move |_: &AgentName, part: &str| {
            // Whoever reads them has left, and with them the turn.
            let _ = sender.send(part.to_owned());
        }) as crate::handoff::Deltas)
    });
    // A task of its own: a client that reads slowly holds up no turn.
    let desk = desk.clone();
    let turn = tokio::spawn(async move { desk.answer(incoming).await });
    let turn = AbortOnDropHandle::new(turn);
    if let Some(progress) = progress {
        progress.tell(context).await;
    }
    match turn.await {
        Ok(Ok(answer)) => Ok(answered(&answer)),
        Ok(Err(error)) => {
            if let DeskError::Store(why) = &error {
                tracing::error!("a message could not be kept: {why}");
            }
            Ok(told(error))
        }
        Err(error) => Err(ErrorData::internal_error(error.to_string(), None)),
    }
}

fn read(desk: &Desk, caller: &Caller, arguments: JsonObject) -> Result<Incoming, String> {
    let asked: Arguments = serde_json::from_value(Value::Object(arguments))
        .map_err(|wrong| format!("`{NAME}` does not understand its arguments: {wrong}"))?;
    let named = asked.conversation.map(|id| outside::<ConversationId>(&id));
    let named = named.transpose();
    let named = named.map_err(|why| format!("the conversation's id cannot be used: {why}"))?;
    let entry = match asked.agent {
        None => None,
        Some(name) => {
            let mut open = desk.directory().open_to(&caller.client.scopes);
            let found = open.find(|open| open.as_str() == name);
            Some(found.ok_or_else(|| format!("there is no agent `{name}` here; leave it out"))?)
        }
    };
    Ok(Incoming {
        conversation: caller.conversation.clone().or(named),
        user: Some(caller.user.clone()),
        scopes: caller.client.scopes.clone(),
        text: asked.message,
        key: caller.key.clone(),
        entry,
        trace: caller.trace.clone(),
        ..Incoming::default()
    })
}

fn answered(answer: &Answer) -> CallToolResult {
    let mut story = story(answer);
    story["reply"] = json!(answer.reply);
    let mut result = CallToolResult::success(vec![ContentBlock::text(answer.reply.as_str())]);
    result.structured_content = Some(story);
    result
}

/// Parts of a reply on their way to a client.
struct Progress {
    token: rmcp::model::ProgressToken,
    sender: Option<mpsc::UnboundedSender<String>>,
    parts: mpsc::UnboundedReceiver<String>,
}

impl Progress {
    fn wanted(context: &RequestContext<RoleServer>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        let (sender, parts) = mpsc::unbounded_channel();
        Some(Self {
            token,
            sender: Some(sender),
            parts,
        })
    }

    /// Tells each part until the turn has let go of its end.
    async fn tell(mut self, context: &RequestContext<RoleServer>) {
        // The protocol wants a number that grows: the characters so far.
        let mut said = 0.0;
        while let Some(part) = self.parts.recv().await {
            for _ in part.chars() {
                said += 1.0;
            }
            let told = ProgressNotificationParam::new(self.token.clone(), said).with_message(part);
            if context.peer.notify_progress(told).await.is_err() {
                return;
            }
        }
    }
}
