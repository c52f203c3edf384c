//! The agents that an operator speaks of. Without the grant `agents` only names
//! that are written out in full are understood.

use crate::phrase::slug;
use baton_sdk::{
    Query,
    agents::{self, Agent},
    log,
};

/// The name of the agent that is meant: as it is, or its beginning if no other
/// agent's begins so.
pub fn named(said: &str) -> Option<String> {
    let Ok(agents) = agents::list() else {
        return Some(slug(said));
    };
    let wanted = slug(said);
    let exact = agents.iter().find(|agent| slug(&agent.name) == wanted);
    let mut similar = agents
        .iter()
        .filter(|agent| slug(&agent.name).starts_with(&wanted));
    let found = exact.or_else(|| match (similar.next(), similar.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    });
    if found.is_none() {
        log::warn(&format!("`{said}` names no agent, or several"));
    }
    found.map(|agent| agent.name.clone())
}

/// What is known of an agent.
pub fn known(name: &str) -> Option<Agent> {
    match agents::describe(name) {
        Ok(agent) => Some(agent),
        Err(why) => {
            log::warn(&format!("nothing is known of `{name}`: {why}"));
            None
        }
    }
}

/// The agent that is named, if it has the conversation. Of another one there is
/// nothing to take here.
pub fn who_has_it(said: &str, query: &Query) -> Option<Agent> {
    let name = named(said)?;
    if name != query.owner {
        log::warn(&format!(
            "`{}` has the conversation, not `{name}`",
            query.owner
        ));
        return None;
    }
    known(&name)
}

/// The people who take a conversation from this agent: those it escalates to,
/// or any.
pub fn person_for(agent: &Agent) -> Option<String> {
    let agents = agents::list().ok()?;
    let is_person = |name: &str| {
        let found = agents.iter().find(|agent| agent.name == name);
        found.is_some_and(|agent| agent.kind().as_deref() == Some("human"))
    };
    let mut escalation = agent.escalation().into_iter();
    let mut names = agents.iter().map(|agent| agent.name.clone());
    let person = escalation
        .find(|name| is_person(name))
        .or_else(|| names.find(|name| is_person(name)));
    if person.is_none() {
        log::warn("no agent of this desk is of the kind `human`");
    }
    person
}
