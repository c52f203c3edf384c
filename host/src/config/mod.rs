//! `baton.toml`: what the operator says.

mod check;
mod discovery;
mod grants;
mod payments;
mod report;
mod retention;
mod secrets;
mod section;
mod serve;
mod settings;
mod templates;
mod traces;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_spanned::Spanned;

pub use discovery::{DiscoverySection, EmbeddingsSection, OfferSection};
pub use grants::GrantsSetting;
pub use payments::{Amounts, PaymentsSection, ProviderKind};
pub use report::{ConfigError, Problem};
pub use retention::RetentionSection;
pub use secrets::SecretSection;
pub use section::{
    AdmissionRule, AgentSection, Kind, LimitsSection, PathsEntry, PolicySection, RuleSection,
    ScriptKind, SkillSection, Span,
};
pub use serve::{Right, ServeSection, TlsSection, TokenSection, sha256};
pub use settings::SkillSettings;
pub use templates::TemplatesSection;
pub use traces::TracesSection;

use crate::id::{AgentName, SkillName};

/// The name of the file in an operator's folder.
pub const CONFIG_FILE: &str = "baton.toml";

/// What the operator says, as it stands in the file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Who has a new conversation, and answers what no skill hands over.
    pub entry: Spanned<AgentName>,
    /// Who answers when others fail.
    pub fallback: Option<Spanned<AgentName>>,
    /// `memory:` or `sqlite:FILE`.
    pub store: Option<Spanned<String>>,
    /// A TOML file with a table for each user.
    pub users: Option<Spanned<PathBuf>>,
    /// Where the skills are; `skills` if not said.
    pub skills_folder: Option<Spanned<PathBuf>>,
    /// Whether a skill's verdicts count as soon as it is there.
    #[serde(default)]
    pub admission: AdmissionRule,
    /// What is allowed.
    #[serde(default)]
    pub policy: PolicySection,
    /// Who can answer.
    #[serde(default)]
    pub agents: BTreeMap<AgentName, Spanned<AgentSection>>,
    /// What is granted to which skill.
    #[serde(default)]
    pub skills: BTreeMap<SkillName, Spanned<SkillSection>>,
    /// What skills refer to and never see.
    #[serde(default)]
    pub secrets: BTreeMap<Spanned<String>, Spanned<SecretSection>>,
    /// The operator's own rules, before any skill.
    #[serde(default)]
    pub rules: Vec<Spanned<RuleSection>>,
    /// What targets are told of a handoff, in the operator's own words.
    #[serde(default)]
    pub templates: TemplatesSection,
    /// Who pays for answers, and how much at most.
    pub payments: Option<Spanned<PaymentsSection>>,
    /// How long what was said is kept.
    #[serde(default)]
    pub retention: RetentionSection,
    /// What every skill may use up, unless its own section says otherwise.
    #[serde(default)]
    pub limits: LimitsSection,
    /// What finds agents besides their words.
    #[serde(default)]
    pub discovery: DiscoverySection,
    /// Who may reach the desk from outside, and how.
    #[serde(default)]
    pub serve: ServeSection,
    /// Where it is told what turns spend their time on.
    #[serde(default)]
    pub traces: TracesSection,
    /// The text it was read from.
    #[serde(skip)]
    source: String,
}

impl Config {
    /// Reads and checks the file in an operator's folder.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let file = folder.join(CONFIG_FILE);
        let text = std::fs::read_to_string(&file).map_err(|why| {
            if why.kind() == std::io::ErrorKind::NotFound {
                ConfigError::Missing {
                    folder: folder.to_owned(),
                }
            } else {
                ConfigError::Unreadable {
                    file: file.clone(),
                    why,
                }
            }
        })?;
        Self::parse(&text, folder).map_err(|problem| ConfigError::Wrong {
            file,
            problem: Box::new(problem),
            text,
        })
    }

    /// Reads and checks the text of the file; paths in it start at `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Problem> {
        let mut config: Self = toml::from_str(text).map_err(|error| Problem::of_toml(&error))?;
        config.source = text.to_owned();
        check::check(&config, folder)?;
        Ok(config)
    }

    /// What was found wrong only when it was used, shown at its place.
    pub fn wrong(&self, folder: &Path, problem: Problem) -> ConfigError {
        ConfigError::Wrong {
            file: folder.join(CONFIG_FILE),
            problem: Box::new(problem),
            text: self.source.clone(),
        }
    }

    /// Where the skills are.
    pub fn skills_folder(&self, folder: &Path) -> PathBuf {
        folder.join(
            self.skills_folder
                .as_ref()
                .map_or(Path::new("skills"), |p| p.get_ref()),
        )
    }
}
