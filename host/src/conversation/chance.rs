//! Chance that can be had again: what a turn's skills draw follows from one
//! seed, which is put on record.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

use crate::id::SkillName;

/// From which everything that a turn draws follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u128);

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Seed {
    /// A block of the bytes that a skill draws. SHA-256 over seed, skill and
    /// number, because it gives the same in every version of this program,
    /// which the generators of libraries do not promise.
    fn block(self, skill: &SkillName, number: u64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.update(skill.as_str());
        hash.finalize().into()
    }
}

/// What a turn draws from. A turn in which nobody draws has no seed.
#[derive(Debug, Default)]
pub struct Chance(Mutex<Drawn>);

#[derive(Debug, Default)]
struct Drawn {
    seed: Option<Seed>,
    /// Blocks that each skill has had. They are counted for the turn and not for
    /// an instance, as a skill may run in two of them.
    blocks: BTreeMap<SkillName, u64>,
}

impl Chance {
    /// Chance as it was in a turn on record.
    pub fn of(seed: Seed) -> Self {
        Self(Mutex::new(Drawn {
            seed: Some(seed),
            blocks: BTreeMap::new(),
        }))
    }

    /// Fills `bytes` for a skill; the seed, if it was made for this.
    pub fn draw(&self, skill: &SkillName, bytes: &mut [u8]) -> Option<Seed> {
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = drawn.seed.is_none().then(|| Seed(rand::random()));
        let seed = drawn.seed.or(made)?;
        drawn.seed = Some(seed);
        let next = drawn.blocks.entry(skill.clone()).or_default();
        for part in bytes.chunks_mut(32) {
            let block = seed.block(skill, *next);
            part.copy_from_slice(&block[..part.len()]);
            *next += 1;
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(chance: &Chance, skill: &str, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        chance.draw(&SkillName::from(skill), &mut bytes);
        bytes
    }

    #[test]
    fn the_same_seed_gives_the_same_again_in_every_version_of_the_program() {
        let again = || draw(&Chance::of(Seed(7)), "dice", 40);
        assert_eq!(again(), again());
        assert_eq!(
            again()[..8],
            [0xdf, 0x1a, 0xcc, 0xb0, 0xde, 0xec, 0x93, 0x7d]
        );
    }

    #[test]
    fn nothing_is_drawn_twice_and_skills_draw_apart() {
        let chance = Chance::of(Seed(7));
        let first = draw(&chance, "dice", 32);
        assert_ne!(first, draw(&chance, "dice", 32));
        assert_ne!(first, draw(&chance, "cards", 32));
    }

    #[test]
    fn the_seed_is_made_once_when_somebody_draws() {
        let chance = Chance::default();
        let skill = SkillName::from("dice");
        assert!(chance.draw(&skill, &mut [0; 8]).is_some());
        assert_eq!(chance.draw(&skill, &mut [0; 8]), None);
    }
}
