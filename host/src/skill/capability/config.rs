//! `config`: what the operator configured for the skill.

use crate::skill::{
    bindings::baton::skill::{config::Host, types::PairResult},
    guest::Guest,
};

impl Host for Guest {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        Ok(self.permit.config.get(&name).map(ToString::to_string))
    }

    fn all(&mut self) -> wasmtime::Result<Vec<PairResult>> {
        self.enter()?;
        let values = self.permit.config.iter().map(|(name, value)| PairResult {
            name: name.clone(),
            value: value.to_string(),
        });
        Ok(values.collect())
    }
}
