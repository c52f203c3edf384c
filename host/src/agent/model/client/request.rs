//! What a model is asked, as the protocol writes it.

use serde_json::{Map, Value, json};

/// One request for a reply.
#[derive(Clone, Debug, Default)]
pub struct ChatRequest {
    pub system: Option<String>,
    /// Oldest first; the last one is what to answer.
    pub messages: Vec<ChatTurn>,
    /// What the model may call.
    pub tools: Vec<ChatTool>,
    pub choice: ToolChoice,
    /// Nobody reads along, so the reply may come at once.
    pub whole: bool,
}

/// One message as a provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatTurn {
    User(String),
    /// Text, calls, or both.
    Assistant {
        text: String,
        calls: Vec<ChatCall>,
    },
    /// The result of the call with this id.
    Tool {
        answers: String,
        text: String,
    },
}

impl ChatTurn {
    /// Who said what, for whoever observes it.
    pub(in crate::agent::model) fn observed(&self) -> (&'static str, &str) {
        match self {
            Self::User(text) => ("user", text),
            Self::Assistant { text, .. } => ("assistant", text),
            Self::Tool { text, .. } => ("tool", text),
        }
    }
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatCall {
    pub id: String,
    pub name: String,
    /// As the model wrote them, which may be no JSON.
    pub arguments: String,
}

/// A tool that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatTool {
    pub name: String,
    pub description: String,
    /// A JSON schema.
    pub parameters: Value,
}

/// Whether the model calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// It must answer in words.
    None,
    /// It must call.
    Required,
}

impl ChatRequest {
    /// The body, with the operator's own fields as the base.
    pub(super) fn into_body(self, parameters: &Map<String, Value>, model: &str) -> Value {
        let system = self
            .system
            .map(|text| json!({ "role": "system", "content": text }));
        let turns = self.messages.into_iter().map(message);
        let mut body = parameters.clone();
        if self.whole {
            // Servers refuse it where nothing is streamed.
            body.remove("stream_options");
        } else {
            // An old server may not know this field; `stream_options` among the parameters
            // replaces it.
            body.entry("stream_options")
                .or_insert_with(|| json!({ "include_usage": true }));
        }
        body.insert("model".to_owned(), json!(model));
        body.insert("stream".to_owned(), json!(!self.whole));
        body.insert(
            "messages".to_owned(),
            system.into_iter().chain(turns).collect(),
        );
        // Without tools neither field: servers that know no tools refuse even an empty list.
        if !self.tools.is_empty() {
            body.insert(
                "tools".to_owned(),
                self.tools.into_iter().map(tool).collect(),
            );
            let choice = match self.choice {
                ToolChoice::Auto => "auto",
                ToolChoice::None => "none",
                ToolChoice::Required => "required",
            };
            body.insert("tool_choice".to_owned(), json!(choice));
        }
        Value::Object(body)
    }
}

fn message(turn: ChatTurn) -> Value {
    match turn {
        ChatTurn::User(text) => json!({ "role": "user", "content": text }),
        ChatTurn::Assistant { text, calls } if calls.is_empty() => {
            json!({ "role": "assistant", "content": text })
        }
        ChatTurn::Assistant { text, calls } => {
            let content = (!text.is_empty()).then_some(text);
            let calls: Vec<Value> = calls.into_iter().map(call).collect();
            json!({ "role": "assistant", "content": content, "tool_calls": calls })
        }
        ChatTurn::Tool { answers, text } => {
            json!({ "role": "tool", "tool_call_id": answers, "content": text })
        }
    }
}

fn call(call: ChatCall) -> Value {
    let function = json!({ "name": call.name, "arguments": call.arguments });
    json!({ "id": call.id, "type": "function", "function": function })
}

fn tool(tool: ChatTool) -> Value {
    let ChatTool {
        name,
        description,
        parameters,
    } = tool;
    let function = json!({ "name": name, "description": description, "parameters": parameters });
    json!({ "type": "function", "function": function })
}
