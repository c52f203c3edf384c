//! The handoffs under way.

use std::process::ExitCode;

use baton::handoff::KeptHandoff;

use super::super::{
    output::{Output, table},
    text::{moment, one_line},
};

/// Shows them, the oldest first.
pub fn show(handoffs: &[KeptHandoff], output: &mut Output) -> anyhow::Result<ExitCode> {
    let contexts = || handoffs.iter().map(|kept| kept.context.as_ref());
    if output.is_json() {
        output.value(&contexts().collect::<Vec<_>>())?;
    } else if handoffs.is_empty() {
        output.line("No handoff is under way.")?;
    } else {
        let heading = ["HANDOFF", "SINCE", "FROM", "TO", "REASON", "CONVERSATION"];
        let rows = contexts().map(|context| {
            [
                one_line(context.id.as_str()),
                moment(context.created),
                one_line(context.source.as_str()),
                one_line(context.target.as_str()),
                context.reason.to_string(),
                one_line(context.conversation.as_str()),
            ]
        });
        output.line(&table(output.table_width(), heading, rows))?;
    }
    Ok(ExitCode::SUCCESS)
}
