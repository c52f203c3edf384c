//! Calls a skill's tool outside a turn, for a person or a client.

use serde_json::Value;

use super::{DeskError, ToolName, desk::Desk};
use crate::{
    contract::{Caller, ToolDeclaration, ToolError},
    conversation::Message,
    id::{ConversationId, FunctionName, Scope, SkillName},
    routing::{Admission, note_fault},
};

/// A tool with all that its skill says of it.
#[derive(Clone, Debug)]
pub struct DeclaredTool {
    /// Its name.
    pub name: ToolName,
    /// What it is.
    pub declaration: ToolDeclaration,
}

/// Why a tool call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ToolCallError {
    /// There is no such skill.
    #[error("there is no skill `{0}`; `baton skill list` shows those that are loaded")]
    NoSkill(SkillName),
    /// The skill has no such tool.
    #[error("`{skill}` has no tool `{tool}`; it has: {known}")]
    NoTool {
        /// The skill.
        skill: SkillName,
        /// The tool that was called.
        tool: FunctionName,
        /// Those that there are.
        known: String,
    },
    /// The caller may not.
    #[error("`{tool}` is only for callers with the scope `{scope}`")]
    OutOfScope {
        /// The tool.
        tool: FunctionName,
        /// What is missing.
        scope: Scope,
    },
    /// The tool says no, or its skill failed.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The conversation cannot be opened.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl Desk {
    /// The tools that somebody with these scopes may call now.
    pub fn tools_open_to(&self, scopes: &[Scope]) -> Vec<DeclaredTool> {
        let catalog = self.catalog();
        let members = catalog.members().iter().filter(|member| {
            member.terms.admission == Admission::Admitted && !member.quarantine.is_active()
        });
        let tools = members.flat_map(|member| {
            let tools = member.skill.manifest().tools.iter();
            tools.map(move |declaration| DeclaredTool {
                name: ToolName {
                    skill: member.name().clone(),
                    tool: declaration.name.clone(),
                },
                declaration: declaration.clone(),
            })
        });
        tools
            .filter(|tool| tool.declaration.scopes.iter().all(|s| scopes.contains(s)))
            .collect()
    }

    /// Calls a tool about a conversation. What it leaves behind is kept when it
    /// succeeds, and only then.
    pub async fn call_tool(
        &self,
        skill: &SkillName,
        tool: &FunctionName,
        arguments: &Value,
        caller: Caller,
    ) -> Result<Value, ToolCallError> {
        let catalog = self.catalog();
        let member = catalog
            .members()
            .iter()
            .find(|member| member.name() == skill)
            .ok_or_else(|| ToolCallError::NoSkill(skill.clone()))?;
        let tools = &member.skill.manifest().tools;
        let declaration = tools.iter().find(|t| t.name == *tool).ok_or_else(|| {
            let known: Vec<&str> = tools.iter().map(|t| t.name.as_str()).collect();
            ToolCallError::NoTool {
                skill: skill.clone(),
                tool: tool.clone(),
                known: if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                },
            }
        })?;
        if let Some(scope) = declaration
            .scopes
            .iter()
            .find(|s| !caller.scopes.contains(s))
        {
            return Err(ToolCallError::OutOfScope {
                tool: tool.clone(),
                scope: scope.clone(),
            });
        }
        declaration.accepts(arguments)?;

        let id = caller
            .conversation
            .clone()
            .unwrap_or_else(ConversationId::generate);
        let _turn_of_this_conversation = self.enter(&id).await?;
        let hold = self.between_turns(&id).await?;
        let conversation = self.open(id, caller.user.as_ref()).await?;
        // A tool has no user message; its turn begins with an empty one.
        let turn = self.begin(
            &conversation,
            &Message::from_user(""),
            caller.scopes.clone(),
            None,
        );
        if caller.conversation.is_none() {
            // Nobody comes back to a conversation that was made up for one call.
            turn.afterwards.call_off();
        }
        let mut session = member.skill.clone().open(&turn);
        let result = session.call(tool, arguments, &caller).await;
        drop(session);
        match result {
            Ok(value) => {
                let effects = turn.with_effects(std::mem::take);
                let kept = self.store().keep(&conversation, effects).await;
                kept.map_err(DeskError::from)?;
                hold.end();
                // A call outside a turn says nothing.
                turn.afterwards.stored(|| turn.last_message());
                Ok(value)
            }
            Err(error) => {
                if let ToolError::Fault(fault) = &error {
                    note_fault(member, &turn, &format!("tool {tool}"), fault);
                }
                Err(error.into())
            }
        }
    }
}
