//! What a turn spends its time on, as a tree of spans that observers of a
//! system collect from all its parts. Whoever works opens a span below the one
//! that is current; who collects them is not known here. Without a collector
//! nothing is current, and a span is nothing.

mod convention;
mod parent;
mod span;

pub use convention::{
    AgentCall, Described, HandoffCall, ModelCall, agent, evaluation, handoff, inputs, model,
    outputs, tool, turn,
};
pub use parent::{TraceParent, passed_on};
pub use span::{Around, Content, Ended, Place, Span, Tracer};

#[cfg(test)]
mod tests;
