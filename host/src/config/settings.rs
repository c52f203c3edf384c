//! `[skills.NAME.config]`: what skills are configured with, checked against what
//! they say they read.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::{CONFIG_FILE, Config, ConfigError, Problem};
use crate::{
    id::SkillName,
    schema::{self, Mismatch},
    skill::SkillConfig,
};

/// What every skill is configured with, or every agent that is a component.
pub struct SkillSettings {
    kind: Kind,
    tables: BTreeMap<SkillName, SkillConfig>,
    file: PathBuf,
    source: String,
}

/// Whose settings they are.
#[derive(Clone, Copy)]
enum Kind {
    Skill,
    Agent,
}

impl SkillSettings {
    /// Of the skills, as it stands in the file of this folder.
    pub fn of(config: &Config, folder: &Path) -> Self {
        let tables = config.skills.iter().map(|(name, section)| {
            let table = &section.get_ref().config;
            (name.clone(), settings(table))
        });
        Self::new(Kind::Skill, tables, config, folder)
    }

    /// Of the agents, under their own names.
    pub fn of_agents(config: &Config, folder: &Path) -> Self {
        let tables = config.agents.iter().filter_map(|(name, section)| {
            let table = section.get_ref().config.as_ref()?;
            Some((SkillName::from(name.as_str()), settings(table)))
        });
        Self::new(Kind::Agent, tables, config, folder)
    }

    fn new(
        kind: Kind,
        tables: impl Iterator<Item = (SkillName, SkillConfig)>,
        config: &Config,
        folder: &Path,
    ) -> Self {
        Self {
            kind,
            tables: tables.collect(),
            file: folder.join(CONFIG_FILE),
            source: config.source.clone(),
        }
    }

    /// What this skill is configured with, if that is what it reads.
    pub fn check(
        &self,
        skill: &SkillName,
        schema: Option<&Value>,
    ) -> Result<SkillConfig, ConfigError> {
        let settings = self.tables.get(skill).cloned().unwrap_or_default();
        let Some(schema) = schema else {
            return Ok(settings);
        };
        match schema::check(schema, &settings.to_value()) {
            Ok(()) => Ok(settings),
            Err(mismatch) => Err(self.wrong(skill, &mismatch)),
        }
    }

    fn wrong(&self, skill: &SkillName, mismatch: &Mismatch) -> ConfigError {
        let (kind, section) = match self.kind {
            Kind::Skill => ("skill", "skills"),
            Kind::Agent => ("agent", "agents"),
        };
        let steps = [section, skill.as_str(), "config"].into_iter();
        let path: Vec<&str> = steps
            .chain(mismatch.path.iter().map(String::as_str))
            .collect();
        let problem = Problem::new(
            format!("the configuration of the {kind} `{skill}`: {mismatch}"),
            place(&self.source, &path),
        );
        ConfigError::Wrong {
            file: self.file.clone(),
            problem: Box::new(problem.help(format!(
                "`baton skill inspect` shows what it reads; write it under [{section}.{skill}.config]"
            ))),
            text: self.source.clone(),
        }
    }
}

/// Where the value of this path stands, or, if it is not there, the innermost
/// table that it would be in.
pub(super) fn place(source: &str, path: &[&str]) -> Range<usize> {
    let mut found = 0..0;
    // It was read before, so it can be read.
    let Ok(table) = DeTable::parse(source) else {
        return found;
    };
    let mut value = DeValue::Table(table.into_inner());
    for step in path {
        let next = match value {
            DeValue::Table(table) => table
                .into_iter()
                .find(|(name, _)| name.get_ref() == step)
                .map(|(_, value)| value),
            DeValue::Array(items) => step
                .parse()
                .ok()
                .and_then(|position| items.into_iter().nth(position)),
            _ => None,
        };
        let Some(next) = next else {
            break;
        };
        found = next.span();
        value = next.into_inner();
    }
    found
}

fn settings(table: &toml::Table) -> SkillConfig {
    let table: Map<String, Value> = table
        .iter()
        .map(|(name, value)| (name.clone(), json(value)))
        .collect();
    SkillConfig::new(table)
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(name, value)| (name.clone(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
