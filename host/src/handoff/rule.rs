//! The operator's own rules, which come before any skill.

use super::wish::{By, Wish};
use crate::{
    contract::{Confidence, Reason},
    conversation::Turn,
    id::AgentName,
    routing::fold,
};

/// Where the desk keeps how sure the last answer was: in the conversation's
/// metadata, where skills see it too.
pub(super) const CONFIDENCE: &str = "confidence";

/// How sure the last answer was. An agent that nobody has doubted is sure.
pub(super) fn sure_before(turn: &Turn) -> f64 {
    let known = turn.metadata(CONFIDENCE);
    known.and_then(|noted| noted.value.as_f64()).unwrap_or(1.0)
}

/// A rule: all that it names must hold.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it is called, for people.
    pub name: String,
    /// To whom it hands over.
    pub target: AgentName,
    /// Why.
    pub reason: Reason,
    /// Only when this agent has the conversation.
    pub owner: Option<AgentName>,
    /// Only when one of these occurs in the text, in any case.
    pub keywords: Vec<String>,
    /// Only when the last answer was less sure than this.
    pub confidence_below: Option<Confidence>,
    /// Only after more turns than this.
    pub max_steps: Option<u64>,
}

impl Rule {
    fn holds(&self, turn: &Turn) -> bool {
        let query = &turn.query;
        if query.owner == self.target || self.owner.as_ref().is_some_and(|o| *o != query.owner) {
            return false;
        }
        if !self.keywords.is_empty() {
            let text = fold(&query.text);
            if !self
                .keywords
                .iter()
                .any(|word| text.contains(fold(word).as_ref()))
            {
                return false;
            }
        }
        self.confidence_below
            .is_none_or(|below| sure_before(turn) < below.value())
            && self.max_steps.is_none_or(|steps| query.turn > steps)
    }
}

/// The operator's rules, in order.
#[derive(Clone, Debug, Default)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// What the first rule that holds wants.
    pub(super) fn wish(&self, turn: &Turn) -> Option<Wish> {
        let rule = self.0.iter().find(|rule| rule.holds(turn))?;
        let chain = vec![turn.query.owner.clone()];
        let by = By::Rule(rule.name.clone());
        Some(Wish::plain(by, rule.target.clone(), rule.reason, chain))
    }
}
