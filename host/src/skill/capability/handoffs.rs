//! `handoffs`: looking back on the conversation's handoffs.

use super::{error, not_granted};
use crate::{
    conversation::{HandoffRecord, HistoryError, Turn},
    skill::{
        bindings::baton::skill::{
            handoffs::{Handoff, Host},
            types::Error,
        },
        convert::milliseconds,
        grant::Grant,
        guest::Guest,
    },
};

/// Handoffs that one call gives, as of messages.
const PAGE: u32 = 100;

impl Host for Guest {
    fn history(
        &mut self,
        before: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Result<Vec<Handoff>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Handoffs)? else {
            return Ok(Err(not_granted(self, Grant::Handoffs)));
        };
        let records = match records(&turn) {
            Ok(records) => records,
            Err(why) => return Ok(Err(error("failed", why.to_string()))),
        };
        let end = match &before {
            None => records.len(),
            // One that is not there has nothing before it, as with messages.
            Some(id) => records
                .iter()
                .position(|record| record.id.as_str() == id)
                .unwrap_or(0),
        };
        let begin = end.saturating_sub(limit.min(PAGE) as usize);
        Ok(Ok(records[begin..end].iter().map(convert).collect()))
    }

    fn active(&mut self) -> wasmtime::Result<Result<Vec<Handoff>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Handoffs)? else {
            return Ok(Err(not_granted(self, Grant::Handoffs)));
        };
        Ok(match records(&turn) {
            Ok(records) => Ok(records
                .iter()
                .filter(|record| record.answered.is_none())
                .map(convert)
                .collect()),
            Err(why) => Err(error("failed", why.to_string())),
        })
    }
}

fn records(turn: &Turn) -> Result<Vec<HandoffRecord>, HistoryError> {
    turn.records.handoff_records(&turn.query.conversation)
}

fn convert(record: &HandoffRecord) -> Handoff {
    Handoff {
        id: record.id.to_string(),
        source: record.source.to_string(),
        target: record.target.to_string(),
        reason: record.reason.clone(),
        confidence: record.confidence,
        created: milliseconds(record.created),
        state: match record.answered {
            None => "active",
            Some(true) => "completed",
            Some(false) => "failed",
        }
        .to_owned(),
        extra: Vec::new(),
    }
}
