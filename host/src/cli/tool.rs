//! `baton tool`: what skills can be called for.

use std::process::ExitCode;

use anyhow::Context;
use baton::{
    contract::{Caller, CallerKind, ToolDeclaration},
    handoff::{Desk, ToolCallError},
    id::{FunctionName, SkillName},
    nearest::nearest,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;

use super::{
    Global,
    input::{Who, from_stdin, id},
    open::{open, open_quietly},
    output::{Output, table},
    skill::parameters,
    text::one_line,
    wrap::wrap,
};

/// What can be done with tools.
#[derive(Subcommand)]
pub enum Command {
    /// List the tools of all loaded skills
    List(List),
    /// Call a tool
    Call(Call),
}

/// Lists the tools.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service tool list")]
pub struct List {}

/// Calls a tool and shows its result.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service tool call customer-service escalate_to_human \\
      '{\"reason\": \"third complaint\"}' --user c-1001")]
pub struct Call {
    /// The skill
    #[arg(value_name = "SKILL", value_parser = id::<SkillName>)]
    skill: SkillName,
    /// Its tool
    #[arg(value_name = "TOOL", value_parser = id::<FunctionName>)]
    tool: FunctionName,
    /// The arguments, as a JSON object; `-` reads them from standard input
    #[arg(value_name = "JSON", default_value = "{}")]
    arguments: String,
    #[command(flatten)]
    who: Who,
}

/// A tool for programs.
#[derive(Serialize)]
struct Listed<'a> {
    skill: &'a SkillName,
    #[serde(flatten)]
    tool: &'a ToolDeclaration,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(List {}) => {
                let opened = open_quietly(global).await?;
                show_all(&opened.desk, output)?;
            }
            Self::Call(call) => {
                let opened = open(global).await?;
                let text = match call.arguments.as_str() {
                    "-" => from_stdin()?,
                    _ => call.arguments,
                };
                let result =
                    self::call(&opened.desk, &call.skill, &call.tool, &text, &call.who).await?;
                show(&result, output)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Calls a tool as a person does.
pub async fn call(
    desk: &Desk,
    skill: &SkillName,
    tool: &FunctionName,
    arguments: &str,
    who: &Who,
) -> anyhow::Result<Value> {
    let arguments: Value = serde_json::from_str(arguments)
        .context("the arguments are not JSON, such as {\"order\": \"4321\"}")?;
    let caller = Caller {
        kind: CallerKind::Person,
        name: "operator".to_owned(),
        user: who.user.clone(),
        conversation: who.conversation.clone(),
        scopes: who.scopes(),
    };
    desk.call_tool(skill, tool, &arguments, caller)
        .await
        .map_err(|error| {
            let meant = match &error {
                ToolCallError::NoSkill(_) => meant(desk, skill),
                _ => None,
            };
            match meant {
                Some(meant) => {
                    anyhow::anyhow!("there is no skill `{skill}`; did you mean `{meant}`?")
                }
                None => error.into(),
            }
        })
}

/// Shows a result: a text as it is, anything else as JSON.
pub fn show(result: &Value, output: &mut Output) -> anyhow::Result<()> {
    match result {
        Value::String(text) if !output.is_json() => Ok(output.line(&wrap(text, output.width()))?),
        _ => output.value(result),
    }
}

fn meant(desk: &Desk, skill: &SkillName) -> Option<SkillName> {
    let names: Vec<SkillName> = desk
        .catalog()
        .members()
        .iter()
        .map(|member| member.name().clone())
        .collect();
    nearest(skill.as_str(), &names, SkillName::as_str).cloned()
}

fn show_all(desk: &Desk, output: &mut Output) -> anyhow::Result<()> {
    let catalog = desk.catalog();
    let tools: Vec<Listed<'_>> = catalog
        .members()
        .iter()
        .flat_map(|member| {
            let tools = &member.skill.manifest().tools;
            tools.iter().map(|tool| Listed {
                skill: member.name(),
                tool,
            })
        })
        .collect();
    if output.is_json() {
        return output.value(&tools);
    }
    if tools.is_empty() {
        return Ok(output.line("No loaded skill has a tool.")?);
    }
    let rows = tools.iter().map(|Listed { skill, tool }| {
        [
            skill.to_string(),
            tool.name.to_string(),
            tool.effect.to_string(),
            parameters(&tool.parameters),
            one_line(&tool.description),
        ]
    });
    let heading = ["SKILL", "TOOL", "EFFECT", "TAKES", "DESCRIPTION"];
    Ok(output.line(&table(output.table_width(), heading, rows))?)
}
