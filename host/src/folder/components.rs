//! Agents that are components, as the configuration describes them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::rules::adjusted;
use crate::{
    component::AgentFile,
    config::{AgentSection, Config, SkillSettings},
    id::{AgentName, SkillName},
    skill::{Allowance, Cache, Grants, Instances, Limits, Refusal, SkillEngine},
    web::{Secret, SecretName},
};

/// What all of them have in common.
pub(super) struct Components<'a> {
    folder: PathBuf,
    engine: SkillEngine,
    secrets: &'a BTreeMap<SecretName, Secret>,
    limits: Limits,
    settings: Arc<SkillSettings>,
}

impl<'a> Components<'a> {
    pub(super) fn new(
        config: &Config,
        folder: &Path,
        engine: SkillEngine,
        secrets: &'a BTreeMap<SecretName, Secret>,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            engine,
            secrets,
            limits: adjusted(Limits::default(), &config.limits),
            settings: Arc::new(SkillSettings::of_agents(config, folder)),
        }
    }

    /// The file of this agent, which has so much time for an answer.
    pub(super) fn file(
        &self,
        name: &AgentName,
        section: &AgentSection,
        file: &Path,
        timeout: Duration,
    ) -> AgentFile {
        let words = section.grants.iter().flatten();
        let grants: Grants = words
            .filter_map(|word| word.get_ref().parse().ok())
            .collect();
        let mut limits = match &section.limits {
            Some(own) => adjusted(self.limits, own),
            None => self.limits,
        };
        limits.answer.wall = timeout;
        let secrets = section.secrets(self.secrets);
        let (settings, called) = (self.settings.clone(), SkillName::from(name.as_str()));
        AgentFile::new(
            name.clone(),
            &self.folder,
            file,
            self.engine.clone(),
            Cache::of_user(),
            Arc::new(move |manifest| {
                let config = settings.check(&called, manifest.config_schema.as_ref());
                Ok(Allowance {
                    grants: grants.clone(),
                    limits,
                    // Warmth is for skills alone: an agent begins each answer anew.
                    instances: Instances::Fresh,
                    secrets: secrets.clone(),
                    config: config.map_err(|wrong| Refusal::Config(wrong.to_string()))?,
                })
            }),
        )
    }
}
