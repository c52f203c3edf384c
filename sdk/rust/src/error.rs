//! Why a capability or a tool could not do what it was asked.

use crate::bindings::types;
use crate::codes::{ErrorCode, ToolErrorCode};
use std::fmt;

/// Why a capability could not do what it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// What kind of reason it is.
    pub code: ErrorCode,
    /// The reason in words.
    pub message: String,
}

impl Error {
    /// For test doubles, and for functions that pass errors of their own along.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code.as_str())?;
        out.write_str(": ")?;
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        Self {
            code: error.code.as_str().into(),
            message: error.message,
        }
    }
}

/// Why a tool did not do what it was called for. Whoever called it reads this.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolError {
    /// What kind of reason it is.
    pub code: ToolErrorCode,
    /// The reason in words.
    pub message: String,
}

impl ToolError {
    /// It was tried and failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            code: ToolErrorCode::Failed,
            message: message.into(),
        }
    }

    /// The arguments make no sense, though they fit the schema.
    pub fn invalid_arguments(message: impl Into<String>) -> Self {
        Self {
            code: ToolErrorCode::InvalidArguments,
            message: message.into(),
        }
    }

    /// This caller may not do it.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self {
            code: ToolErrorCode::NotAllowed,
            message: message.into(),
        }
    }

    pub(crate) fn unknown_tool(name: &str) -> Self {
        Self {
            code: ToolErrorCode::UnknownTool,
            message: format!("this skill has no tool `{name}`"),
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for ToolError {}

/// So that a tool can pass a capability's error on with `?`.
impl From<Error> for ToolError {
    fn from(error: Error) -> Self {
        let code = match error.code {
            ErrorCode::NotGranted | ErrorCode::NotAllowed => ToolErrorCode::NotAllowed,
            _ => ToolErrorCode::Failed,
        };
        Self {
            code,
            message: error.message,
        }
    }
}
