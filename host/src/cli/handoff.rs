//! `baton handoff`: hands a conversation over by command.

use std::{process::ExitCode, sync::Arc};

use baton::{
    contract::{Findings, Reason},
    handoff::{Order, StandIn},
    id::{AgentName, ConversationId, Scope},
};
use clap::Args;

use super::{
    Global,
    answer::{self, Speaker},
    open::open,
    output::Output,
    report::ONLY_LOCAL,
    wrap::wrap,
};

/// Hands a conversation over, to one agent or along a chain of them; each
/// inherits what the ones before have found out.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton handoff 01J9ZQ billing-department --task \"Refund order 4321\"
  baton handoff 01J9ZQ triage specialist manager --task \"Production is down\" --reason escalation")]
pub struct Handoff {
    /// The conversation
    #[arg(value_name = "CONVERSATION")]
    conversation: String,
    /// To whom, one after the other
    #[arg(value_name = "TARGET", required = true)]
    targets: Vec<String>,
    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    task: String,
    /// Why: specialization, escalation, delegation, completion, failure,
    /// recovery, load-shedding or supervision
    #[arg(long, value_name = "REASON", default_value = "specialization")]
    reason: Reason,
    /// What each target is told besides
    #[arg(long, value_name = "TEXT", default_value = "")]
    instructions: String,
    /// What is known already, as a JSON object
    #[arg(long, value_name = "JSON", value_parser = findings)]
    findings: Option<Findings>,
    /// What you are authorized for; may be given several times
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
}

fn findings(text: &str) -> Result<Findings, String> {
    serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
}

impl Handoff {
    /// Shows each target's answer.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open(global).await?;
        let order = Order {
            conversation: ConversationId::from(self.conversation),
            targets: self.targets.into_iter().map(AgentName::from).collect(),
            task: self.task,
            reason: self.reason,
            instructions: self.instructions,
            findings: self.findings.unwrap_or_default(),
            scopes: self
                .scope
                .into_iter()
                .map(Scope::from)
                .collect::<Arc<[Scope]>>(),
            settles: None,
            continues: None,
        };
        let answers = opened.desk.hand_over(order).await?;
        let reached = answers
            .iter()
            .all(|answer| answer.stand_in != StandIn::Local);
        if output.is_json() {
            output.value(&answers)?;
        } else {
            for answer in &answers {
                output.line(&wrap(&answer.reply, output.width()))?;
                output.line("")?;
                output.line(&answer::details(answer, output.width(), Speaker::Unnamed))?;
            }
        }
        Ok(if reached {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(ONLY_LOCAL)
        })
    }
}
