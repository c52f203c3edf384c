//! What is done once a turn is stored, and left undone if it never is.

use std::sync::{Mutex, PoisonError};

use crate::id::{MessageId, SkillName};

/// It is told the conversation's last message as the turn leaves it.
pub type Work = Box<dyn FnOnce(Option<&MessageId>) + Send>;

/// What is done once a turn is stored. A turn that is broken off, or was never
/// meant to be stored, leaves it undone; so does a skill's fault what was to be
/// done for that skill.
pub struct Afterwards(Mutex<State>);

enum State {
    Open {
        works: Vec<(SkillName, Work)>,
        faulted: Vec<SkillName>,
    },
    /// The turn has ended, or nothing comes after it.
    Over,
}

impl Default for Afterwards {
    fn default() -> Self {
        Self(Mutex::new(State::Open {
            works: Vec::new(),
            faulted: Vec::new(),
        }))
    }
}

impl Afterwards {
    /// Whether something may come after the turn.
    pub fn is_open(&self) -> bool {
        self.with(|state| matches!(state, State::Open { .. }))
    }

    /// This is to be done for the skill once the turn is stored.
    pub fn add(&self, skill: &SkillName, work: Work) {
        let refused = self.with(|state| match state {
            State::Open { works, faulted } if !faulted.contains(skill) => {
                works.push((skill.clone(), work));
                None
            }
            _ => Some(work),
        });
        drop(refused);
    }

    /// The skill went wrong: nothing is done for it.
    pub fn fault(&self, skill: &SkillName) {
        let undone = self.with(|state| match state {
            State::Open { works, faulted } => {
                faulted.push(skill.clone());
                works.extract_if(.., |(whose, _)| whose == skill).collect()
            }
            State::Over => Vec::new(),
        });
        drop(undone);
    }

    /// Nothing comes after the turn, whose effects are nobody's.
    pub fn call_off(&self) {
        drop(self.with(|state| std::mem::replace(state, State::Over)));
    }

    /// The turn is stored; `last` tells the conversation's last message now.
    pub fn stored(&self, last: impl FnOnce() -> Option<MessageId>) {
        let State::Open { works, .. } = self.with(|state| std::mem::replace(state, State::Over))
        else {
            return;
        };
        if works.is_empty() {
            return;
        }
        let last = last();
        for (_, work) in works {
            work(last.as_ref());
        }
    }

    /// Work is done and dropped outside of the lock, for it may take long.
    fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        // A panic elsewhere leaves plain data whose every state is valid.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    fn counting(done: &Arc<AtomicU32>) -> Work {
        let done = done.clone();
        Box::new(move |_| {
            done.fetch_add(1, Ordering::Relaxed);
        })
    }

    #[test]
    fn work_is_done_once_when_the_turn_is_stored_and_not_when_it_comes_later() {
        let (done, skill) = (Arc::new(AtomicU32::new(0)), SkillName::from("s"));
        let afterwards = Afterwards::default();
        afterwards.add(&skill, counting(&done));
        assert!(afterwards.is_open() && done.load(Ordering::Relaxed) == 0);
        afterwards.stored(|| None);
        afterwards.add(&skill, counting(&done));
        afterwards.stored(|| None);
        assert!(!afterwards.is_open());
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_fault_undoes_what_was_to_be_done_for_that_skill_before_and_after() {
        let (done, other) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let (skill, sound) = (SkillName::from("s"), SkillName::from("sound"));
        let afterwards = Afterwards::default();
        afterwards.add(&skill, counting(&done));
        afterwards.add(&sound, counting(&other));
        afterwards.fault(&skill);
        afterwards.add(&skill, counting(&done));
        afterwards.stored(|| None);
        assert_eq!(done.load(Ordering::Relaxed), 0);
        assert_eq!(other.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn nothing_comes_after_a_turn_that_is_not_to_be_stored() {
        let done = Arc::new(AtomicU32::new(0));
        let afterwards = Afterwards::default();
        afterwards.call_off();
        afterwards.add(&SkillName::from("s"), counting(&done));
        afterwards.stored(|| None);
        assert!(!afterwards.is_open());
        assert_eq!(done.load(Ordering::Relaxed), 0);
    }
}
