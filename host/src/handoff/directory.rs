//! The desk's agents by name.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{Agent, Condition, guard::Guarded};
use crate::id::{AgentName, Scope};

/// The agents do not make a desk.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Somebody names an agent that is not there.
    #[error("{by} names the agent `{name}`, and there is none of that name{}", suggestion(.nearest))]
    Missing {
        /// Who names it.
        by: String,
        /// The name.
        name: AgentName,
        /// The one that may have been meant.
        nearest: Option<AgentName>,
    },
    /// The fallback would stand in for itself.
    #[error("the fallback `{0}` lists itself among its alternatives; name another agent or none")]
    FallbackOfItself(AgentName),
}

fn suggestion(nearest: &Option<AgentName>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// The desk's agents by name, and the two that every desk has.
pub struct Directory {
    agents: BTreeMap<AgentName, Arc<dyn Agent>>,
    guards: Vec<Arc<Guarded>>,
    entry: AgentName,
    fallback: Option<AgentName>,
}

impl Directory {
    /// Checks that every agent that is named is there.
    pub fn new(
        agents: Vec<Arc<dyn Agent>>,
        entry: AgentName,
        fallback: Option<AgentName>,
    ) -> Result<Self, DirectoryError> {
        let guards: BTreeMap<AgentName, Arc<Guarded>> = agents
            .into_iter()
            .map(|agent| (agent.card().name.clone(), Arc::new(Guarded::new(agent))))
            .collect();
        let agents = guards
            .iter()
            .map(|(name, guarded)| (name.clone(), guarded.clone() as Arc<dyn Agent>))
            .collect();
        let guards = guards.into_values().collect();
        let directory = Self {
            agents,
            guards,
            entry,
            fallback,
        };
        directory.expect("entry", &directory.entry)?;
        if let Some(fallback) = &directory.fallback {
            directory.expect("fallback", fallback)?;
            if directory
                .get(fallback)
                .is_some_and(|a| a.card().alternatives.contains(fallback))
            {
                return Err(DirectoryError::FallbackOfItself(fallback.clone()));
            }
        }
        for agent in directory.agents.values() {
            let card = agent.card();
            for name in &card.alternatives {
                directory.expect(&format!("agents.{}.alternatives", card.name), name)?;
            }
        }
        Ok(directory)
    }

    fn expect(&self, by: &str, name: &AgentName) -> Result<(), DirectoryError> {
        if self.agents.contains_key(name) {
            return Ok(());
        }
        Err(DirectoryError::Missing {
            by: by.to_owned(),
            name: name.clone(),
            nearest: self.nearest(name.as_str()).cloned(),
        })
    }

    /// The agent of that name.
    pub fn get(&self, name: &AgentName) -> Option<&Arc<dyn Agent>> {
        self.agents.get(name)
    }

    /// All agents, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Agent>> {
        self.agents.values()
    }

    /// How each agent is doing, by name.
    pub fn conditions(&self) -> impl Iterator<Item = Condition<'_>> {
        self.guards.iter().map(|guard| guard.condition())
    }

    /// Has those that are elsewhere say what they are, all at the same time;
    /// false: one of them did not in time.
    pub async fn introduce(&self, patience: Duration) -> bool {
        let all = futures_util::future::join_all(self.all().map(|agent| agent.introduce()));
        let introduced = tokio::time::timeout(patience, all).await;
        introduced.is_ok_and(|all| all.into_iter().all(|one| one))
    }

    /// Those that whoever has these scopes may reach, by name.
    pub fn open_to(&self, scopes: &[Scope]) -> impl Iterator<Item = AgentName> {
        self.agents
            .values()
            .map(|agent| agent.card())
            .filter(|card| card.scopes.iter().all(|scope| scopes.contains(scope)))
            .map(|card| card.name.clone())
    }

    /// Who has a conversation that nobody has had yet.
    pub fn entry(&self) -> &AgentName {
        &self.entry
    }

    /// Who answers when others fail.
    pub fn fallback(&self) -> Option<&AgentName> {
        self.fallback.as_ref()
    }

    /// The name that may have been meant by `name`.
    pub fn nearest(&self, name: &str) -> Option<&AgentName> {
        crate::nearest::nearest(name, self.agents.keys(), AgentName::as_str)
    }
}
