//! Bad input to what skills can do, one kind after the other. Whatever it is,
//! the message is answered.

mod asking;
mod money;
mod searching;
mod storing;
mod web;

use crate::support::shapes::Answer;

/// The agent that the handoff was for has answered.
#[track_caller]
fn answered(answer: &Answer) {
    assert_eq!(answer.agent, "target", "{answer:#?}");
    assert!(!answer.reply.is_empty());
}
