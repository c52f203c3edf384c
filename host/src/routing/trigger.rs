//! Which conditions can hold at all, found in one pass over the text.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

/// A condition: position of its skill in the catalog, position in the manifest.
pub(super) type ConditionIndex = (u32, u32);

/// The text without differences of case, as triggers are compared.
pub fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        Cow::Owned(caseless::default_case_fold_str(text))
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// All triggers of all skills as one automaton.
#[derive(Debug)]
pub(super) struct TriggerIndex {
    automaton: Option<AhoCorasick>,
    /// For each pattern, whose trigger it is.
    conditions: Vec<ConditionIndex>,
}

impl TriggerIndex {
    pub(super) fn build(
        triggers: impl IntoIterator<Item = (String, ConditionIndex)>,
    ) -> Result<Self, BuildError> {
        let (patterns, conditions): (Vec<String>, Vec<_>) = triggers
            .into_iter()
            .map(|(text, at)| (fold(&text).into_owned(), at))
            .unzip();
        let automaton = if patterns.is_empty() {
            None
        } else {
            Some(
                AhoCorasick::builder()
                    // Overlapping search needs the standard semantics.
                    .match_kind(MatchKind::Standard)
                    // Twice as fast as the NFA to search, and its size, a few
                    // hundred bytes a trigger, does not matter here.
                    .kind(Some(AhoCorasickKind::DFA))
                    .build(&patterns)?,
            )
        };
        Ok(Self {
            automaton,
            conditions,
        })
    }

    /// The conditions with a trigger in the text, each once, in order.
    pub(super) fn matching(&self, text: &str) -> Vec<ConditionIndex> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let folded = fold(text);
        let mut found: Vec<ConditionIndex> = automaton
            .find_overlapping_iter(folded.as_ref())
            .filter_map(|hit| self.conditions.get(hit.pattern().as_usize()).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(triggers: &[(&str, ConditionIndex)]) -> TriggerIndex {
        TriggerIndex::build(triggers.iter().map(|(t, at)| ((*t).to_owned(), *at))).unwrap()
    }

    #[test]
    fn a_trigger_is_found_inside_a_word_in_any_case() {
        let index = index(&[("bill", (0, 0)), ("ship", (1, 0))]);
        assert_eq!(index.matching("The BILLING is wrong"), [(0, 0)]);
    }

    #[test]
    fn triggers_that_overlap_or_are_the_same_are_all_found() {
        let index = index(&[("charge", (0, 0)), ("charged", (1, 0)), ("charge", (2, 3))]);
        assert_eq!(
            index.matching("I was charged twice, charged!"),
            [(0, 0), (1, 0), (2, 3)]
        );
    }

    #[test]
    fn case_is_folded_beyond_ascii() {
        let index = index(&[("straße", (0, 0)), ("ÄRGER", (0, 1))]);
        assert_eq!(index.matching("STRASSE mit ärger"), [(0, 0), (0, 1)]);
    }

    #[test]
    fn without_triggers_nothing_matches() {
        assert!(index(&[]).matching("anything").is_empty());
    }
}
