//! What is told of a desk: the shapes that programs read, the same from the
//! command line and from the Admin API, and the words that people read.

pub mod agent;
pub mod condition;
pub mod conversation;
pub mod event;
pub mod flow;
pub mod grant;
pub mod handoff;
pub mod inspected;
pub mod recalled;
pub mod skill;
pub mod text;
pub mod ticket;
