//! What the configuration says of each skill.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use crate::{
    config::{
        AdmissionRule, Config, GrantsSetting, LimitsSection, SkillSection, SkillSettings, Span,
    },
    id::{AgentName, SkillName},
    routing::Terms,
    skill::{
        Allowance, Dependency, Entitlement, Grant, GrantRule, Grants, Instances, Limits, Refusal,
        Rules,
    },
    web::{Secret, SecretName, Secrets},
};

/// What the configuration says of each skill.
pub(super) struct OperatorRules {
    named: BTreeMap<SkillName, Said>,
    owned_by: BTreeMap<SkillName, Vec<AgentName>>,
    limits: Limits,
    settings: SkillSettings,
    must_be_admitted: bool,
}

/// What the configuration says of one skill.
struct Said {
    entitlement: Entitlement,
    limits: Limits,
    secrets: Secrets,
    instances: Instances,
    targets: Option<Vec<AgentName>>,
    depends: Vec<Dependency>,
}

impl OperatorRules {
    pub(super) fn new(
        config: &Config,
        folder: &Path,
        secrets: &BTreeMap<SecretName, Secret>,
    ) -> Self {
        let limits = adjusted(Limits::default(), &config.limits);
        let named = config.skills.iter().map(|(name, section)| {
            let section = section.get_ref();
            (
                name.clone(),
                said(section, limits, section.secrets(secrets)),
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
            named: named.collect(),
            owned_by,
            limits,
            settings: SkillSettings::of(config, folder),
            must_be_admitted: config.admission == AdmissionRule::Shadow,
        }
    }
}

impl Rules for OperatorRules {
    fn allowance(&self, skill: &SkillName, schema: Option<&Value>) -> Result<Allowance, Refusal> {
        let config = self
            .settings
            .check(skill, schema)
            .map_err(|wrong| Refusal::Config(wrong.to_string()))?;
        let said = self.named.get(skill);
        Ok(Allowance {
            // What it is granted is known once its file and digest are.
            grants: Grants::none(),
            limits: said.map_or(self.limits, |said| said.limits),
            secrets: said.map(|said| said.secrets.clone()).unwrap_or_default(),
            config,
            instances: said.map(|said| said.instances).unwrap_or_default(),
        })
    }

    fn entitlement(&self, skill: &SkillName) -> Entitlement {
        let said = self.named.get(skill);
        said.map_or_else(Entitlement::default, |said| said.entitlement.clone())
    }

    fn depends(&self, skill: &SkillName) -> Vec<Dependency> {
        let said = self.named.get(skill);
        said.map_or_else(Vec::new, |said| said.depends.clone())
    }

    fn terms(&self, skill: &SkillName, granted: &Grants) -> Terms {
        let standard = Terms::default();
        let targets = self.named.get(skill).and_then(|said| said.targets.clone());
        Terms {
            priority_cap: if granted.allows(Grant::Priority) {
                i32::MAX
            } else {
                standard.priority_cap
            },
            targets,
            only_owned_by: self.owned_by.get(skill).cloned().unwrap_or_default(),
            hooks_on_all: granted.allows(Grant::HooksOnAll),
            admission: standard.admission,
        }
    }

    fn must_be_admitted(&self) -> bool {
        self.must_be_admitted
    }
}

fn said(section: &SkillSection, limits: Limits, secrets: Secrets) -> Said {
    let grants = match &section.grants {
        GrantsSetting::Audit => GrantRule::Audit,
        GrantsSetting::Listed(words) => {
            let words = words.iter().filter_map(|g| g.get_ref().parse().ok());
            GrantRule::Listed(words.collect())
        }
    };
    let targets = section
        .targets
        .as_ref()
        .map(|targets| targets.iter().map(|t| t.get_ref().clone()).collect());
    let depends = section.depends.iter().map(|word| Dependency::new(word));
    Said {
        entitlement: Entitlement {
            grants,
            upgrade: section.upgrade,
        },
        limits: adjusted(limits, &section.limits),
        secrets,
        instances: section.instances,
        targets,
        depends: depends.collect(),
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
        (&mut limits.http.time, section.http_time),
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
    limits.http.response = section
        .http_response_kib
        .map_or(limits.http.response, |kib| (kib as usize) << 10);
    limits.http_requests = section.http_requests.unwrap_or(limits.http_requests);
    limits.pending = section.pending.map_or(limits.pending, |n| n as usize);
    limits
}
