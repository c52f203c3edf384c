//! The tools of the skills.

use std::sync::Arc;

use rmcp::{
    ErrorData,
    model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations},
};
use serde_json::Value;

use super::{ask, caller::Caller, problem::told};
use crate::{
    contract::{self, CallerKind, Effect},
    handoff::{DeclaredTool, Desk, callable_and_free},
    server::client::Client,
};

/// Those that the client may call, each under the name that it has here.
fn open(desk: &Desk, client: &Client) -> Vec<(String, DeclaredTool)> {
    let mut named: Vec<(String, DeclaredTool)> = Vec::new();
    for tool in desk.tools_open_to(&client.scopes) {
        let name = callable_and_free(&tool.name.to_string(), |name| {
            name == ask::NAME || named.iter().any(|(taken, _)| taken == name)
        });
        named.push((name, tool));
    }
    named
}

/// The same, as the protocol describes them.
pub(super) fn described(desk: &Desk, client: &Client) -> impl Iterator<Item = Tool> {
    open(desk, client).into_iter().map(|(name, tool)| {
        let declaration = tool.declaration;
        let schema = match declaration.parameters {
            Value::Object(schema) => schema,
            _ => JsonObject::new(),
        };
        let reads = declaration.effect == Effect::Read;
        Tool::new(name, declaration.description, Arc::new(schema))
            .with_title(tool.name.to_string())
            .with_annotations(ToolAnnotations::new().read_only(reads))
    })
}

/// Calls one of them.
pub(super) async fn call(
    desk: &Desk,
    caller: &Caller,
    name: &str,
    arguments: JsonObject,
) -> Result<CallToolResult, ErrorData> {
    let open = open(desk, &caller.client);
    let Some((_, tool)) = open.into_iter().find(|(known, _)| known == name) else {
        let why = format!("there is no tool `{name}` here, or not for this client");
        return Err(ErrorData::invalid_params(why, None));
    };
    let who = contract::Caller {
        kind: CallerKind::Client,
        name: caller.client.name.to_string(),
        user: Some(caller.user.clone()),
        conversation: caller.conversation.clone(),
        scopes: caller.client.scopes.clone(),
    };
    let arguments = Value::Object(arguments);
    let called = desk.call_tool(&tool.name.skill, &tool.name.tool, &arguments, who);
    Ok(match called.await {
        Ok(Value::String(text)) => CallToolResult::success(vec![ContentBlock::text(text)]),
        Ok(value @ Value::Object(_)) => CallToolResult::structured(value),
        // The protocol's older versions know no other structure than objects.
        Ok(value) => CallToolResult::success(vec![ContentBlock::text(value.to_string())]),
        Err(error) => told(error),
    })
}
