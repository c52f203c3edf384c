//! `[templates]`: what targets are told of a handoff.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{ConfigError, Problem};
use crate::{
    contract::Reason,
    handoff::{TemplateFor, Templates},
};

/// `[templates]`: a file for each reason, and one for those that are not named.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TemplatesSection {
    /// For a target that knows more about it.
    pub specialization: Option<Spanned<PathBuf>>,
    /// For one with more authority.
    pub escalation: Option<Spanned<PathBuf>>,
    /// For one that does a part of the work.
    pub delegation: Option<Spanned<PathBuf>>,
    /// For one that gets its work back.
    pub completion: Option<Spanned<PathBuf>>,
    /// For one that tries after another failed.
    pub failure: Option<Spanned<PathBuf>>,
    /// For the stand-in of a broken agent.
    pub recovery: Option<Spanned<PathBuf>>,
    /// For one that takes work off another.
    pub load_shedding: Option<Spanned<PathBuf>>,
    /// For one that approves or guides.
    pub supervision: Option<Spanned<PathBuf>>,
    /// For every reason that is not named.
    pub default: Option<Spanned<PathBuf>>,
}

impl TemplatesSection {
    /// The files that are named.
    pub(super) fn files(&self) -> impl Iterator<Item = (TemplateFor, &Spanned<PathBuf>)> {
        let of = TemplateFor::Reason;
        let all = [
            (of(Reason::Specialization), &self.specialization),
            (of(Reason::Escalation), &self.escalation),
            (of(Reason::Delegation), &self.delegation),
            (of(Reason::Completion), &self.completion),
            (of(Reason::Failure), &self.failure),
            (of(Reason::Recovery), &self.recovery),
            (of(Reason::LoadShedding), &self.load_shedding),
            (of(Reason::Supervision), &self.supervision),
            (TemplateFor::Default, &self.default),
        ];
        all.into_iter()
            .filter_map(|(place, file)| Some((place, file.as_ref()?)))
    }

    /// Reads and tries the files.
    pub fn read(&self, folder: &Path) -> Result<Templates, ConfigError> {
        let mut own = Vec::new();
        for (place, path) in self.files() {
            let file = folder.join(path.get_ref());
            match std::fs::read_to_string(&file) {
                Ok(text) => own.push((place, file, text)),
                Err(why) => return Err(ConfigError::Unreadable { file, why }),
            }
        }
        let texts = own.iter().map(|(place, _, text)| (*place, text.clone()));
        Templates::replaced_by(texts).map_err(|(place, wrong)| {
            let own = own.into_iter().find(|(other, _, _)| *other == place);
            let (file, text) = own.map(|(_, file, text)| (file, text)).unwrap_or_default();
            let problem = Problem::new(wrong.message, wrong.at);
            ConfigError::Wrong {
                file,
                problem: Box::new(match wrong.help {
                    Some(help) => problem.help(help),
                    None => problem,
                }),
                text,
            }
        })
    }
}
