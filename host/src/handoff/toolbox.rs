//! Tools that an agent may call in a turn, whoever runs them.

use std::{fmt, str::FromStr, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::{
    conversation::ToolEnd,
    id::{FunctionName, SkillName},
    payment::Money,
    trust::Trust,
};

/// A tool by its full name, written `skill/tool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolName {
    /// Whose it is.
    pub skill: SkillName,
    /// Its name there.
    pub tool: FunctionName,
}

impl fmt::Display for ToolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.skill, self.tool)
    }
}

/// One tool, written `skill/tool`, or all of a skill, written `skill`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolRef {
    /// All that the skill has.
    All(SkillName),
    /// This one.
    One(ToolName),
}

impl ToolRef {
    /// Whether the tool is meant.
    pub fn names(&self, skill: &SkillName, tool: &FunctionName) -> bool {
        match self {
            Self::All(of) => of == skill,
            Self::One(name) => name.skill == *skill && name.tool == *tool,
        }
    }
}

/// The text names no tool.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no tool; write \"skill/tool\", or \"skill\" for all of its tools")]
pub struct WrongToolRef(String);

impl FromStr for ToolRef {
    type Err = WrongToolRef;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(skill), None, None) if !skill.is_empty() => Ok(Self::All(skill.into())),
            (Some(skill), Some(tool), None) if !skill.is_empty() && !tool.is_empty() => {
                Ok(Self::One(ToolName {
                    skill: skill.into(),
                    tool: tool.into(),
                }))
            }
            _ => Err(WrongToolRef(text.to_owned())),
        }
    }
}

/// How far an agent may go with its tools before it must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolLimits {
    /// Replies with calls in them.
    pub steps: u32,
    /// Tokens over all requests, read and written.
    pub tokens: u64,
    /// From the first request on.
    pub time: Duration,
    /// What the requests may cost together; none: as much as they do.
    pub cost: Option<Money>,
}

impl Default for ToolLimits {
    fn default() -> Self {
        Self {
            // Looking up, doing and checking is three; a model that has called
            // eight times without an answer is going in circles.
            steps: 8,
            // Eight requests that each read a long conversation. What costs
            // more than that should be the operator's choice.
            tokens: 100_000,
            // Two thirds of the half minute that an agent has, so that there
            // is time for one more request: the answer.
            time: Duration::from_secs(20),
            // Only the operator knows what a token costs.
            cost: None,
        }
    }
}

/// What the operator lets an agent call.
#[derive(Clone, Debug, Default)]
pub struct ToolAccess {
    /// Which tools.
    pub tools: Vec<ToolRef>,
    /// How far it may go.
    pub limits: ToolLimits,
}

/// A tool as an agent is offered it.
#[derive(Clone, Debug)]
pub struct OfferedTool {
    /// Its name.
    pub name: ToolName,
    /// What it does.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
}

/// What came of a call, for the agent to read as data.
#[derive(Clone, Debug)]
pub struct ToolResult {
    /// What the tool said, or why there is nothing.
    pub text: String,
    /// How far that may be believed.
    pub trust: Trust,
    /// How it ended.
    pub end: ToolEnd,
}

/// The tools of one agent in one turn.
#[async_trait]
pub trait Toolbox: Send + Sync {
    /// What it may call now.
    fn offered(&self) -> Vec<OfferedTool>;

    /// How far it may go.
    fn limits(&self) -> ToolLimits;

    /// Calls a tool, within this time. Whatever goes wrong is a result. A call
    /// that was begun is on record before the tool runs; dropping the future
    /// breaks the call off.
    async fn call(
        &self,
        tool: &ToolName,
        arguments: Map<String, Value>,
        limit: Duration,
    ) -> ToolResult;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_named_with_its_skill_or_all_of_a_skill_at_once() {
        let (shop, find) = (SkillName::from("shop"), FunctionName::from("find"));
        for (text, names) in [("shop", true), ("shop/find", true), ("shop/buy", false)] {
            let parsed: ToolRef = text.parse().unwrap();
            assert_eq!(parsed.names(&shop, &find), names, "{text}");
        }
        for text in ["", "/", "shop/", "/find", "shop/find/all"] {
            assert!(text.parse::<ToolRef>().is_err(), "{text}");
        }
    }
}
