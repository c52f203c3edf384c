//! `random`: chance from the turn's seed.

use crate::{
    conversation::{Chance, Seed},
    skill::{bindings::baton::skill::random::Host, guest::Guest},
};

/// Bytes that one call gives: more than any skill has a use for, and less than
/// would keep the host from its work.
const MOST: usize = 64 << 10;

impl Host for Guest {
    fn bytes(&mut self, length: u32) -> wasmtime::Result<Vec<u8>> {
        self.enter()?;
        Ok(self.draw_bytes(length.into()))
    }

    fn number(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(self.draw_number())
    }
}

impl Guest {
    pub(in crate::skill) fn draw_bytes(&self, length: u64) -> Vec<u8> {
        let length = usize::try_from(length).unwrap_or(MOST).min(MOST);
        let mut bytes = vec![0; length];
        self.draw(&mut bytes);
        bytes
    }

    pub(in crate::skill) fn draw_number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.draw(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn draw(&self, bytes: &mut [u8]) {
        let skill = &self.permit.skill;
        match &self.turn {
            Some(turn) => turn.draw(skill, bytes),
            // A skill says of itself the same whenever it is loaded.
            None => drop(Chance::of(Seed(0)).draw(skill, bytes)),
        }
    }
}
