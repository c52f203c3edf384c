//! Text that may turn out to be nothing for the user.

use crate::{handoff::Deltas, id::AgentName};

/// Bytes of a reply that wait for what follows them. What a model writes
/// before it calls is a sentence or two; a longer text is the answer, and the
/// user need not wait for the end of it.
const HELD: usize = 400;

/// Passes the parts of a reply on, the first of them once it is clear that no
/// call follows.
pub(super) struct Held {
    deltas: Option<Deltas>,
    agent: AgentName,
    text: String,
    open: bool,
}

impl Held {
    /// `calls`: whether the model may call at all.
    pub(super) fn new(deltas: Option<Deltas>, agent: AgentName, calls: bool) -> Self {
        Self {
            deltas,
            agent,
            text: String::new(),
            open: !calls,
        }
    }

    pub(super) fn take(&mut self, part: &str) {
        let Some(deltas) = &self.deltas else { return };
        if self.open {
            deltas(&self.agent, part);
            return;
        }
        self.text.push_str(part);
        if self.text.len() > HELD {
            self.release();
        }
    }

    /// Whether anybody reads along.
    pub(super) fn is_heard(&self) -> bool {
        self.deltas.is_some()
    }

    /// Whether the user has read some of it.
    pub(super) fn is_out(&self) -> bool {
        self.open && self.deltas.is_some()
    }

    /// What nobody has read was not said.
    pub(super) fn forget(&mut self) {
        self.text.clear();
    }

    /// The text is the answer.
    pub(super) fn release(&mut self) {
        self.open = true;
        let text = std::mem::take(&mut self.text);
        if let Some(deltas) = self.deltas.as_ref().filter(|_| !text.is_empty()) {
            deltas(&self.agent, &text);
        }
    }
}
