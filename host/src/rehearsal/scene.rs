//! Where a case plays: the turn that it tells of, and what is left of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Calls,
    case::{Case, HandoffCase},
    colleagues::Staff,
    keeping::{Archive, Shelf},
    observed::Observed,
    till::Till,
};
use crate::{
    contract::{ContextVersion, Findings, HandoffContext, HistoryPolicy, Mode, Skill},
    conversation::{
        Afterwards, Chance, Effects, EventKind, HandoffRecord, Message, MessageList, Metadata,
        Query, SavedState, Seed, Speaker, StorageWrite, Ticket, Trust, Turn,
    },
    id::{AgentName, HandoffId, Scope, TaskId},
    skill::WasmSkill,
    trust::{Provenance, Sanitize},
};

/// The agent that has the conversation where a case does not say.
const OWNER: &str = "front-desk";

/// The turn that a case tells of.
pub(super) fn turn(skill: &WasmSkill, case: &Case, shelf: &Arc<Shelf>, calls: &Calls) -> Turn {
    let time = case.time.unwrap_or(Timestamp::UNIX_EPOCH);
    let said = case.messages.iter().enumerate().map(|(at, said)| {
        let message = match said.from.as_str() {
            "user" => Message::from_user(said.text.as_str()),
            agent => Message::from_agent(AgentName::from(agent), said.text.as_str()),
        };
        Arc::new(Message {
            id: format!("message-{}", at + 1).into(),
            time,
            ..message
        })
    });
    let messages: Vec<Arc<Message>> = said.collect();
    let asked = messages.iter().filter(|it| it.speaker == Speaker::User);
    let query = Query {
        text: case.query.clone().unwrap_or_default().into(),
        conversation: "conversation".into(),
        user: case.user.as_deref().map(Into::into),
        owner: AgentName::from(case.owner.as_deref().unwrap_or(OWNER)),
        scopes: case
            .scopes
            .iter()
            .map(|it| Scope::from(it.as_str()))
            .collect(),
        turn: asked.count() as u64 + 1,
        time,
    };
    let tickets = case.tickets.iter().map(|reason| {
        let name = skill.manifest().name.to_string();
        Ticket::new(&query, name, reason.clone())
    });
    let records = case
        .handoffs
        .iter()
        .enumerate()
        .map(|(at, one)| HandoffRecord {
            id: format!("earlier-{}", at + 1).into(),
            conversation: query.conversation.clone(),
            source: one.source.as_str().into(),
            target: one.target.as_str().into(),
            reason: one.reason.to_string(),
            confidence: 1.0,
            created: time,
            answered: one.answered,
        });
    let archive = Arc::new(Archive {
        state: case.state.as_ref().map(|state| SavedState {
            version: skill.manifest().state_version,
            value: state.to_string().into_bytes().into(),
            trust: Trust::TOOL,
        }),
        tickets: tickets.collect(),
        handoffs: records.collect(),
        profile: Arc::new(case.profile.clone()),
    });
    Turn {
        afterwards: Afterwards::default(),
        task: TaskId::from("task"),
        history: Arc::new(MessageList(messages)),
        metadata: Arc::new(Metadata::of_parts(
            case.metadata.clone().into_iter().collect(),
            &BTreeMap::new(),
        )),
        sanitize: Sanitize::default(),
        people: Vec::new(),
        colleagues: Arc::new(Staff {
            agents: case.agents.clone(),
            found: case.found.clone(),
            calls: calls.clone(),
        }),
        profiles: archive.clone(),
        records: archive,
        payments: Arc::new(Till {
            agents: case.agents.clone(),
            wallet: Mutex::new(case.wallet.clone().unwrap_or_default()),
            reservations: Mutex::default(),
            calls: calls.clone(),
        }),
        proof: None,
        storage: shelf.clone(),
        chance: Chance::of(Seed(case.seed.unwrap_or_default().into())),
        effects: Mutex::new(Effects::default()),
        query,
    }
}

/// The context before any hook has seen it.
pub(super) fn context(turn: &Turn, handoff: HandoffCase) -> HandoffContext {
    let names = |names: Vec<String>| names.into_iter().map(AgentName::from).collect();
    HandoffContext {
        version: ContextVersion::CURRENT,
        id: HandoffId::from("handoff"),
        conversation: turn.query.conversation.clone(),
        task: turn.task.clone(),
        user: turn.query.user.clone(),
        source: handoff
            .source
            .map_or_else(|| turn.query.owner.clone(), AgentName::from),
        target: AgentName::from(handoff.target),
        reason: handoff.reason,
        mode: Mode::Warm,
        history: HistoryPolicy::Full,
        original_task: turn.query.text.clone(),
        summary: handoff.summary,
        state: handoff.state,
        facts: handoff.facts,
        decisions: handoff.decisions,
        findings: handoff.findings,
        data: Findings::new(),
        snapshot: values(&turn.metadata),
        confidence: handoff.confidence,
        instructions: handoff.instructions,
        chain: names(handoff.chain),
        involved: Vec::new(),
        metadata: handoff.metadata,
        created: turn.query.time,
        expires: None,
        trust: Trust::USER,
        provenance: Provenance::default(),
    }
}

/// What the notes say.
fn values(metadata: &Metadata) -> Findings {
    let notes = metadata.iter();
    notes
        .map(|(name, noted)| (name.clone(), noted.value.clone()))
        .collect()
}

/// What the turn left behind.
pub(super) fn collect(turn: &Turn, shelf: &Shelf, observed: &mut Observed) {
    let json =
        |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let stored = shelf.values().into_iter();
    observed.storage = stored
        .map(|(key, stored)| (key, json(&stored.value)))
        .collect();
    observed.metadata = values(&turn.metadata);
    turn.with_effects(|effects| {
        for (key, pending) in effects.storage.values().flatten() {
            match &pending.write {
                StorageWrite::Set(value, _) => observed.storage.insert(key.clone(), json(value)),
                StorageWrite::Delete => observed.storage.remove(key),
            };
        }
        observed.metadata.extend(values(&effects.metadata));
        for event in &effects.events {
            match &event.kind {
                EventKind::SkillLog { level, text, .. } => {
                    observed.log.push(format!("{level}: {text}"));
                }
                EventKind::SkillDenied { capability, .. } => {
                    observed.denied.push(capability.clone());
                }
                _ => {}
            }
        }
        let saved = effects.states.values().next();
        observed.state = saved.map(|saved| json(&String::from_utf8_lossy(&saved.value)));
    });
    if observed.state.is_none() {
        let name = turn.records.state(&turn.query.conversation, &"".into());
        let kept = name.ok().flatten();
        observed.state = kept.map(|kept| json(&String::from_utf8_lossy(&kept.value)));
    }
}
