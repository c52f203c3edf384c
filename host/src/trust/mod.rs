//! How far a text may be believed, and what is done about one that may not.
//!
//! No scanner makes a text safe: most attacks are ordinary sentences. What
//! carries the defence is that every value has a level of trust that only
//! falls, and that a model reads foreign text as labelled data. The scanner
//! catches what is crude, and says what it has found. Knows nothing of
//! handoffs.

mod decode;
mod delimit;
mod level;
mod normalize;
mod provenance;
mod rule;
mod sanitize;
mod scan;
mod shape;

pub use delimit::delimited;
pub use level::{BadTrust, Trust};
pub use normalize::{folded, visible};
pub use provenance::Provenance;
pub use sanitize::{Detection, REMOVED, Sanitize};
pub use scan::{Kind, Reading, first_hit, strip};
