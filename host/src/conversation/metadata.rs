//! What is noted about a conversation, and how far each note may be believed.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, btree_map},
};

use serde::Serialize;
use serde_json::Value;

use crate::trust::Trust;

/// One note.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// What it says.
    pub value: Value,
    /// How far that may be believed: as far as the least of what whoever noted
    /// it had heard by then.
    pub trust: Trust,
}

/// What hooks and applications noted about a conversation, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(BTreeMap<String, Noted>);

impl Metadata {
    /// Values with the trust of each beside them, as stores keep them. A value
    /// of unknown source counts as a model's words.
    pub fn of_parts(values: BTreeMap<String, Value>, levels: &BTreeMap<String, Trust>) -> Self {
        let noted = values.into_iter().map(|(name, value)| {
            let trust = levels.get(&name).copied().unwrap_or(Trust::MODEL);
            (name, Noted { value, trust })
        });
        Self(noted.collect())
    }

    /// Whether nothing is noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The note of this name.
    pub fn get<N>(&self, name: &N) -> Option<&Noted>
    where
        N: Ord + ?Sized,
        String: Borrow<N>,
    {
        self.0.get(name)
    }

    /// Notes something, in the place of what was noted by this name.
    pub fn note(&mut self, name: impl Into<String>, value: Value, trust: Trust) {
        self.0.insert(name.into(), Noted { value, trust });
    }

    /// Everything of a later one besides, and in the place of what has the same
    /// name.
    pub fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// All notes by name.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Noted> {
        self.0.iter()
    }

    /// What the notes say, as JSON.
    pub fn values(&self) -> impl Serialize + use<'_> {
        let notes = self.0.iter();
        notes
            .map(|(name, noted)| (name, &noted.value))
            .collect::<BTreeMap<_, _>>()
    }

    /// How far each may be believed, as JSON.
    pub fn levels(&self) -> impl Serialize + use<'_> {
        let notes = self.0.iter();
        notes
            .map(|(name, noted)| (name, noted.trust))
            .collect::<BTreeMap<_, _>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_unknown_source_counts_as_a_models_words() {
        let values = BTreeMap::from([
            ("old".to_owned(), Value::from(1)),
            ("new".to_owned(), Value::from(2)),
        ]);
        let levels = BTreeMap::from([("new".to_owned(), Trust::TOOL)]);
        let metadata = Metadata::of_parts(values, &levels);
        assert_eq!(metadata.get("old").map(|n| n.trust), Some(Trust::MODEL));
        assert_eq!(metadata.get("new").map(|n| n.trust), Some(Trust::TOOL));
    }

    #[test]
    fn a_note_is_replaced_with_its_trust() {
        let mut metadata = Metadata::default();
        metadata.note("a", 1.into(), Trust::MODEL);
        let mut later = Metadata::default();
        later.note("a", 2.into(), Trust::TOOL);
        metadata.extend(later.clone());
        assert_eq!(metadata, later);
    }
}
