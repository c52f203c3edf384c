//! The handoffs under way.

use std::process::ExitCode;

use baton::{contract::HandoffContext, handoff::Store};

use super::super::{
    output::{Output, table},
    text::{moment, one_line},
};

/// Shows them, the oldest first.
pub async fn show(store: &dyn Store, output: &mut Output) -> anyhow::Result<ExitCode> {
    let handoffs = store.records_under_way()?;
    if output.is_json() {
        let mut contexts = Vec::new();
        for record in &handoffs {
            let kept = store.handoff(&record.id).await?;
            contexts.extend(kept.map(|kept| kept.context));
        }
        output.value(
            &contexts
                .iter()
                .map(AsRef::as_ref)
                .collect::<Vec<&HandoffContext>>(),
        )?;
    } else if handoffs.is_empty() {
        output.line("No handoff is under way.")?;
    } else {
        let heading = ["HANDOFF", "SINCE", "FROM", "TO", "REASON", "CONVERSATION"];
        let rows = handoffs.iter().map(|record| {
            [
                one_line(record.id.as_str()),
                moment(record.created),
                one_line(record.source.as_str()),
                one_line(record.target.as_str()),
                record.reason.clone(),
                one_line(record.conversation.as_str()),
            ]
        });
        output.line(&table(output.table_width(), heading, rows))?;
    }
    Ok(ExitCode::SUCCESS)
}
