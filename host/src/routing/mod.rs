//! From a query to a decision: which skills are asked, what they say, who wins.
//! Knows nothing of how skills run or what becomes of the decision.

mod catalog;
mod decision;
mod evaluation;
mod quarantine;
mod tally;
mod trigger;

pub use catalog::{Admission, Catalog, CatalogError, Member, Terms};
pub use decision::{Candidate, Choice, Decision, Standing, StayReason, Territory, decide};
pub use evaluation::{Detail, Evaluation, Judgement, Ruling, evaluate, note_fault};
pub use quarantine::{FAULT_WINDOW, FAULTS_TO_QUARANTINE, Quarantine};
pub use tally::{BOUNDS, SkillCount, SkillTally, Timed, Timing};
pub use trigger::fold;
