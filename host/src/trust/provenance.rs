//! Where the values of a handoff context come from.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::Trust;

/// The trust of each value, by its place: `instructions`, `facts/0`,
/// `findings/NAME`. A place that is not listed has no value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Provenance(BTreeMap<Cow<'static, str>, Trust>);

impl Provenance {
    /// Whether there is nothing with a source.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes where a value comes from. What replaces an older value at its
    /// place may be as good as its own source; what is added to one is not
    /// better than what was there.
    pub fn add(&mut self, place: impl Into<Cow<'static, str>>, trust: Trust) {
        let place = place.into();
        let known = self.0.get(&place).copied().unwrap_or(trust);
        self.0.insert(place, known.lowest(trust));
    }

    /// Notes where several named values of one field come from.
    pub fn add_all<'a>(
        &mut self,
        field: &str,
        names: impl IntoIterator<Item = &'a String>,
        trust: Trust,
    ) {
        for name in names {
            self.add(format!("{field}/{name}"), trust);
        }
    }

    /// How far the value at a place may be believed; none: nobody said.
    pub fn of(&self, place: &str) -> Option<Trust> {
        self.0.get(place).copied()
    }

    /// The lowest of a field and the values in it.
    pub fn of_field(&self, field: &str) -> Option<Trust> {
        let within = |place: &str| {
            place
                .strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let trusts = self.0.iter().filter(|(place, _)| within(place));
        trusts.map(|(_, trust)| *trust).min()
    }

    /// The lowest of all.
    pub fn lowest(&self) -> Option<Trust> {
        self.0.values().copied().min()
    }

    /// All places, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Trust)> {
        self.0.iter().map(|(place, trust)| (place.as_ref(), *trust))
    }

    /// The values of one field, after one more handoff passed them on.
    #[must_use]
    pub fn passed_on(&self, field: &str) -> Self {
        let within = |place: &str| {
            place
                .strip_prefix(field)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let values = self.0.iter().filter(|(place, _)| within(place));
        Self(
            values
                .map(|(place, trust)| (place.clone(), trust.per_hop()))
                .collect(),
        )
    }

    /// All but the values of one field.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.retain(|place, _| {
            place
                .strip_prefix(field)
                .is_none_or(|rest| !rest.starts_with('/'))
        });
        self
    }

    /// Everything of another one besides.
    pub fn extend(&mut self, other: Self) {
        for (place, trust) in other.0 {
            self.add(place, trust);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Provenance {
        let mut known = Provenance::default();
        known.add("findings/a", Trust::TOOL);
        known.add("findings/b", Trust::MODEL);
        known.add("findings-of-others", Trust::OPERATOR);
        known
    }

    #[test]
    fn a_field_has_the_trust_of_its_worst_value() {
        assert_eq!(known().of_field("findings"), Some(Trust::MODEL));
        assert_eq!(known().of_field("facts"), None);
    }

    #[test]
    fn what_is_added_to_a_value_does_not_make_it_better() {
        let mut known = known();
        known.add("findings/b", Trust::OPERATOR);
        assert_eq!(known.of("findings/b"), Some(Trust::MODEL));
    }

    #[test]
    fn what_is_passed_on_loses_a_hop() {
        let passed = known().passed_on("findings");
        let all: Vec<_> = passed.iter().collect();
        assert_eq!(
            all,
            [
                ("findings/a", Trust::TOOL.per_hop()),
                ("findings/b", Trust::MODEL.per_hop())
            ]
        );
    }
}
