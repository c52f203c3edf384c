//! What a desk's searches for agents find.

use super::Desk;
use crate::discovery::Found;

#[derive(Default)]
pub(super) struct Finding {
    found: Vec<Found>,
    searches: Vec<(String, u32)>,
}

impl Finding {
    pub(super) fn start(&mut self, intent: &str, max: u32) -> usize {
        self.searches.push((intent.to_owned(), max));
        self.searches.len() - 1
    }

    /// As a host does it: nothing for an intent that says nothing.
    pub(super) fn result(&self, search: usize) -> Vec<Found> {
        let (intent, max) = &self.searches[search];
        if intent.trim().is_empty() {
            return Vec::new();
        }
        self.found.iter().take(*max as usize).cloned().collect()
    }
}

/// Finding agents.
impl Desk {
    /// Adds an agent that every search finds with this score, unless the intent
    /// is empty. The best come first, whatever the order in which they are added.
    pub fn finds(self, agent: &str, score: f64) -> Self {
        let found = Found {
            agent: agent.to_owned(),
            score,
            skill: None,
            why: None,
            extra: Vec::new(),
        };
        {
            let known = &mut self.0.borrow_mut().finding.found;
            known.push(found);
            known.sort_by(|one, other| other.score.total_cmp(&one.score));
        }
        self
    }

    /// The searches made, each with the most that it wanted.
    pub fn searches(&self) -> Vec<(String, u32)> {
        self.0.borrow().finding.searches.clone()
    }
}
