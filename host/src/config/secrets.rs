//! `[secrets]`: what skills refer to and never see.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{AgentSection, Config, Problem, SkillSection, settings::place};
use crate::web::{HostPattern, Secret, SecretName, Secrets};

/// `[secrets]`: one entry for each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretSection {
    /// The environment variable that holds it.
    pub env: Option<String>,
    /// The file that holds it.
    pub file: Option<PathBuf>,
    /// The hosts that it is sent to.
    pub hosts: Vec<Spanned<String>>,
}

impl Config {
    /// Reads the secrets that are there, each once.
    pub fn read_secrets(&self, folder: &Path) -> Result<BTreeMap<SecretName, Secret>, Problem> {
        self.secrets
            .iter()
            .map(|(name, section)| Ok((named(name)?, read(name.get_ref(), section, folder)?)))
            .collect()
    }
}

/// What stands in the file is right, whatever the environment has.
pub(super) fn check(config: &Config) -> Result<(), Problem> {
    let mut known = BTreeSet::new();
    for (name, section) in &config.secrets {
        known.insert(named(name)?);
        hosts(section)?;
        if section.get_ref().env.is_some() == section.get_ref().file.is_some() {
            let message = format!(
                "the secret `{}` needs one of `env` and `file`",
                name.get_ref()
            );
            return Err(Problem::new(message, section.span())
                .help("write { env = \"VARIABLE\", hosts = […] }"));
        }
    }
    let of_skills = config.skills.iter().map(|(skill, section)| {
        let table = &section.get_ref().config;
        ("skills", skill.as_str(), table)
    });
    let of_agents = config.agents.iter().filter_map(|(agent, section)| {
        let table = section.get_ref().config.as_ref()?;
        Some(("agents", agent.as_str(), table))
    });
    for (section, name, table) in of_skills.chain(of_agents) {
        for (key, value) in table {
            for reference in references(value) {
                let there = SecretName::new(reference).is_some_and(|name| known.contains(&name));
                if !there {
                    let message = format!("there is no secret `{reference}`");
                    let path = [section, name, "config", key];
                    let place = place(&config.source, &path);
                    return Err(Problem::new(message, place).help(format!(
                        "add `{reference} = {{ env = …, hosts = […] }}` to [secrets]"
                    )));
                }
            }
        }
    }
    Ok(())
}

impl SkillSection {
    /// The secrets that it is given, by referring to them.
    pub fn secrets(&self, all: &BTreeMap<SecretName, Secret>) -> Secrets {
        given(&self.config, all)
    }
}

impl AgentSection {
    /// The secrets that it is given, by referring to them.
    pub fn secrets(&self, all: &BTreeMap<SecretName, Secret>) -> Secrets {
        let table = self.config.as_ref();
        table.map(|table| given(table, all)).unwrap_or_default()
    }
}

fn given(table: &toml::Table, all: &BTreeMap<SecretName, Secret>) -> Secrets {
    table
        .values()
        .flat_map(references)
        .filter_map(SecretName::new)
        .filter_map(|name| all.get(&name).map(|secret| (name.clone(), secret.clone())))
        .collect()
}

/// The names in each `{ secret = "NAME" }`, however deep.
fn references(value: &toml::Value) -> Vec<&str> {
    match value {
        toml::Value::Table(table) => match (table.len(), table.get("secret")) {
            (1, Some(toml::Value::String(name))) => vec![name],
            _ => table.values().flat_map(references).collect(),
        },
        toml::Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn named(name: &Spanned<String>) -> Result<SecretName, Problem> {
    SecretName::new(name.get_ref()).ok_or_else(|| {
        Problem::new(
            format!("{:?} is no name for a secret", name.get_ref()),
            name.span(),
        )
        .help("use letters, digits, `-` and `_`")
    })
}

fn hosts(section: &Spanned<SecretSection>) -> Result<Vec<HostPattern>, Problem> {
    if section.get_ref().hosts.is_empty() {
        return Err(Problem::new("this secret would go nowhere", section.span())
            .help("name the hosts that it is for, as in hosts = [\"crm.example.com\"]"));
    }
    let host = |host: &Spanned<String>| {
        host.get_ref()
            .parse()
            .map_err(|error: crate::web::HostError| Problem::new(error.to_string(), host.span()))
    };
    section.get_ref().hosts.iter().map(host).collect()
}

fn read(name: &str, section: &Spanned<SecretSection>, folder: &Path) -> Result<Secret, Problem> {
    let missing = |why: String| {
        Problem::new(
            format!("cannot read the secret `{name}`: {why}"),
            section.span(),
        )
    };
    let SecretSection { env, file, .. } = section.get_ref();
    let (value, place) = match (env, file) {
        (Some(variable), _) => {
            let value = std::env::var(variable).map_err(|_| {
                missing(format!("the environment variable {variable} is not set"))
                    .help(format!("set {variable} where this program is started"))
            })?;
            (value, variable.clone())
        }
        (None, Some(file)) => {
            let place = folder.join(file);
            let value = std::fs::read_to_string(&place)
                .map_err(|error| missing(format!("{}: {error}", file.display())))?;
            (value, file.display().to_string())
        }
        (None, None) => return Err(missing("it is nowhere".to_owned())),
    };
    Secret::new(&value, hosts(section)?)
        .map_err(|error| missing(error.to_string()).help(format!("look at what is in {place}")))
}
