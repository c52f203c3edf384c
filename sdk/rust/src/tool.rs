//! How a tool's arguments come in and its answer goes out.

use crate::bindings::serves_tools::exports::baton::skill::tools;
pub use crate::bindings::serves_tools::exports::baton::skill::tools::Caller;
use crate::error::ToolError;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

impl Caller {
    /// An agent that calls a tool, as a test needs it.
    pub fn agent(name: &str) -> Self {
        Self {
            kind: "agent".to_owned(),
            name: name.to_owned(),
            user: None,
            conversation: None,
            scopes: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// The same caller, on behalf of this user.
    pub fn on_behalf_of(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// Whether the caller was authorized for `scope`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }
}

/// The arguments of one call, taken one by one, so that what does not fit can
/// be named.
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// The arguments must be an object.
    pub fn parse(text: &str) -> Result<Self, ToolError> {
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(ToolError::invalid_arguments(
                "the arguments must be a JSON object",
            )),
            Err(why) => Err(ToolError::invalid_arguments(format!(
                "the arguments are no JSON: {why}"
            ))),
        }
    }

    /// An argument that is left out counts as `null`, which an `Option` takes.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, ToolError> {
        match self.0.remove(name) {
            Some(value) => serde_json::from_value(value)
                .map_err(|why| ToolError::invalid_arguments(format!("argument `{name}`: {why}"))),
            None => serde_json::from_value(Value::Null)
                .map_err(|_| ToolError::invalid_arguments(format!("argument `{name}` is missing"))),
        }
    }
}

/// The JSON Schema of a tool's arguments, whole in one piece: those who read
/// it, models foremost, follow no references.
pub fn schema<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    // Some models want it of every tool, and it is there in every language.
    schema
        .ensure_object()
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    schema.as_value().to_string()
}

/// A tool's result as JSON.
pub fn answer(value: &impl Serialize) -> Result<String, ToolError> {
    serde_json::to_string(value)
        .map_err(|why| ToolError::failed(format!("the answer cannot be written as JSON: {why}")))
}

impl From<ToolError> for tools::ToolError {
    fn from(error: ToolError) -> Self {
        Self {
            code: error.code.as_str().to_owned(),
            message: error.message,
            extra: Vec::new(),
        }
    }
}
