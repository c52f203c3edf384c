//! What the configuration says of each skill.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use crate::{
    config::{AdmissionRule, Config, LimitsSection, SkillSettings, Span},
    id::{AgentName, SkillName},
    routing::Terms,
    skill::{Grant, Grants, Limits, Refusal, Rules, SkillConfig},
};

/// What the configuration says of each skill.
pub(super) struct OperatorRules {
    permits: BTreeMap<SkillName, (Grants, Limits, Option<Vec<AgentName>>)>,
    owned_by: BTreeMap<SkillName, Vec<AgentName>>,
    limits: Limits,
    settings: SkillSettings,
    must_be_admitted: bool,
}

impl OperatorRules {
    pub(super) fn new(config: &Config, folder: &Path) -> Self {
        let limits = adjusted(Limits::default(), &config.limits);
        let permits = config.skills.iter().map(|(name, section)| {
            let section = section.get_ref();
            let grants = section
                .grants
                .iter()
                .filter_map(|g| g.get_ref().parse().ok())
                .collect();
            let targets = section
                .targets
                .as_ref()
                .map(|targets| targets.iter().map(|t| t.get_ref().clone()).collect());
            (
                name.clone(),
                (grants, adjusted(limits, &section.limits), targets),
            )
        });
        let mut owned_by: BTreeMap<SkillName, Vec<AgentName>> = BTreeMap::new();
        for (agent, section) in &config.agents {
            for skill in &section.get_ref().skills {
                owned_by
                    .entry(skill.clone())
                    .or_default()
                    .push(agent.clone());
            }
        }
        Self {
            permits: permits.collect(),
            owned_by,
            limits,
            settings: SkillSettings::of(config, folder),
            must_be_admitted: config.admission == AdmissionRule::Shadow,
        }
    }
}

impl Rules for OperatorRules {
    fn permit(&self, skill: &SkillName) -> (Grants, Limits) {
        match self.permits.get(skill) {
            Some((grants, limits, _)) => (grants.clone(), *limits),
            None => (Grants::new(), self.limits),
        }
    }

    fn config(&self, skill: &SkillName, schema: Option<&Value>) -> Result<SkillConfig, Refusal> {
        let checked = self.settings.check(skill, schema);
        checked.map_err(|wrong| Refusal::Config(wrong.to_string()))
    }

    fn terms(&self, skill: &SkillName) -> Terms {
        let standard = Terms::default();
        let (grants, targets) = match self.permits.get(skill) {
            Some((grants, _, targets)) => (grants.clone(), targets.clone()),
            None => (Grants::new(), None),
        };
        Terms {
            priority_cap: if grants.contains(&Grant::Priority) {
                i32::MAX
            } else {
                standard.priority_cap
            },
            targets,
            only_owned_by: self.owned_by.get(skill).cloned().unwrap_or_default(),
            hooks_on_all: grants.contains(&Grant::HooksOnAll),
            admission: standard.admission,
        }
    }

    fn must_be_admitted(&self) -> bool {
        self.must_be_admitted
    }
}

fn adjusted(limits: Limits, section: &LimitsSection) -> Limits {
    let mut limits = limits;
    for (setting, span) in [
        (&mut limits.evaluate.compute, section.evaluate_compute),
        (&mut limits.evaluate.wall, section.evaluate_wall),
        (&mut limits.hook.compute, section.hook_compute),
        (&mut limits.hook.wall, section.hook_wall),
        (&mut limits.tool.compute, section.tool_compute),
        (&mut limits.tool.wall, section.tool_wall),
    ] {
        if let Some(Span(span)) = span {
            *setting = span;
        }
    }
    if let Some(mib) = &section.memory_mib {
        limits.memory = (*mib.get_ref() as usize) << 20;
    }
    limits.table_elements = section
        .table_elements
        .map_or(limits.table_elements, |n| n as usize);
    limits.host_calls = section.host_calls.unwrap_or(limits.host_calls);
    limits.data = section
        .data_kib
        .map_or(limits.data, |kib| (kib as usize) << 10);
    limits.log_lines = section.log_lines.unwrap_or(limits.log_lines);
    let per_minute = section.log_lines_per_minute;
    limits.log_lines_per_minute = per_minute.unwrap_or(limits.log_lines_per_minute);
    let storage = &mut limits.storage;
    storage.keys = section.storage_keys.map_or(storage.keys, u64::from);
    storage.bytes = section
        .storage_kib
        .map_or(storage.bytes, |kib| u64::from(kib) << 10);
    limits.pending = section.pending.map_or(limits.pending, |n| n as usize);
    limits
}
