//! The rules of the scanner.
//!
//! A rule is tried only where one of its stems occurs, so that a clean text
//! costs one pass. All are linear in the text. They were written on the
//! training half of the data and on what the literature describes; see
//! `docs/trust.md` for what they catch, and what no rule can.

mod addressed;
mod exfiltration;
mod marker;
mod overriding;
mod persona;
mod steering;

use super::Kind;

/// What the scanner looks for.
pub(super) struct Rule {
    pub(super) kind: Kind,
    /// One of these occurs in every text that the pattern matches.
    pub(super) stems: &'static [&'static str],
    /// In any case, on the folded text.
    pub(super) pattern: &'static str,
}

const fn rule(kind: Kind, stems: &'static [&'static str], pattern: &'static str) -> Rule {
    Rule {
        kind,
        stems,
        pattern,
    }
}

/// The rules of each kind, in the order in which they are tried.
const GROUPS: [&[Rule]; 6] = [
    overriding::RULES,
    persona::RULES,
    marker::RULES,
    addressed::RULES,
    exfiltration::RULES,
    steering::RULES,
];

/// All rules.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    GROUPS.into_iter().flatten()
}

/// How many there are.
pub(super) const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};
