//! Which agent a wish is for: an index over what agents say of themselves.
//! It knows neither models nor networks; whoever has an encoder hands in its
//! numbers.

mod calibration;
mod features;
mod index;
mod linear;
mod meaning;
mod model;
mod postings;
mod trial;
mod whitening;

pub use index::{Found, IntentIndex, OfferedSkill, Profile, Ranking, WrongMeanings};
pub use meaning::{MEANING, Meanings, NoMeaning};

#[cfg(test)]
mod tests;
