//! Agents that are sandboxed components. Whatever they do, the message is
//! answered.
