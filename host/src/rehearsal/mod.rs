//! A skill's cases: what it is told, what its capabilities answer, and what is
//! expected of it. They run against the built component in its real sandbox, in
//! whatever language it was written.

mod book;
mod case;
mod colleagues;
mod compare;
mod keeping;
mod observed;
mod perform;
mod record;
mod scene;
mod till;
mod web;

pub use book::{BookError, CaseBook};
pub use case::{AgentCase, Case, CaseFile, Expected, HandoffCase, OutcomeCase, Said, ToolCase};
pub use compare::{Difference, compare};
pub use observed::Observed;
pub use perform::{Performance, RehearsalError, perform};
pub use record::{RecordError, record};

use std::sync::{Arc, Mutex, PoisonError};

/// What a skill asked its capabilities to do, in order, a line each.
#[derive(Clone, Debug, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
    }

    fn all(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests;
