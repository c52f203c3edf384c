//! Tools as a provider reads them.

use serde_json::{Value, json};

use crate::{agent::model::client::ChatTool, contract::Reason, conversation::Colleague};

/// Why a model would hand over by itself. The other reasons are the desk's.
const REASONS: [Reason; 5] = [
    Reason::Specialization,
    Reason::Escalation,
    Reason::Delegation,
    Reason::Completion,
    Reason::Supervision,
];

/// The tool that hands over to this colleague.
pub(super) fn hand_over(name: String, colleague: &Colleague) -> ChatTool {
    ChatTool {
        name,
        description: description(colleague),
        parameters: parameters(),
    }
}

/// The tool by which nothing is handed over.
pub(super) fn decline(name: &str, meaning: &str) -> ChatTool {
    ChatTool {
        name: name.to_owned(),
        description: meaning.to_owned(),
        parameters: json!({
            "type": "object",
            "properties": { "why": { "type": "string" } },
        }),
    }
}

/// Declarations of tools that were called and cannot be called any more:
/// several gateways refuse a transcript with calls of tools that the request
/// does not declare.
pub(in crate::agent::model) fn bygone<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<ChatTool> {
    let mut tools: Vec<ChatTool> = Vec::new();
    for name in names {
        if !tools.iter().any(|tool| tool.name == name) {
            tools.push(ChatTool {
                name: name.to_owned(),
                description: "Cannot be called now.".to_owned(),
                parameters: json!({ "type": "object", "properties": {} }),
            });
        }
    }
    tools
}

fn description(colleague: &Colleague) -> String {
    let mut text = format!("Hands the conversation over to {}.", colleague.name);
    if !colleague.description.is_empty() {
        text = format!("{text} {}", colleague.description);
    }
    if !colleague.skills.is_empty() {
        text = format!("{text}\nOffers: {}", colleague.skills.join(", "));
    }
    if !colleague.examples.is_empty() {
        let examples = colleague.examples.join("\n- ");
        text = format!("{text}\nPeople who need it say:\n- {examples}");
    }
    text
}

fn parameters() -> Value {
    json!({
        "type": "object",
        "properties": {
            "reason": {
                "type": "string",
                "enum": REASONS,
                "description": "With `delegation` you get the colleague's answer as the result \
                                and go on yourself; with any other the colleague takes over. \
                                `completion` gives work that is done back to whoever gave it.",
            },
            "instructions": {
                "type": "string",
                "description": "What the colleague is to do, beyond the user's message.",
            },
            "findings": {
                "type": "object",
                "description": "What you found out, by name, so that nobody asks again.",
            },
            "confidence": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "How sure you are that this colleague is the right one.",
            },
        },
    })
}
