//! `knowledge`: answers from Markdown files, without any model or network.

mod files;
mod index;
mod section;
mod words;

use std::path::{Path, PathBuf};

use async_trait::async_trait;

pub use files::KnowledgeError;
use index::{KnowledgeIndex, Passage};

use crate::{
    contract::Findings,
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Reply, Source},
};

/// A folder of Markdown files as an agent.
pub struct Knowledge {
    card: AgentCard,
    index: KnowledgeIndex,
    /// The folder as the configuration names it, for citations.
    named: PathBuf,
    otherwise: Option<String>,
}

impl Knowledge {
    /// Reads the folder `path`, which starts at `base`. `otherwise` is said when nothing in it answers a
    /// question; without it the agent fails then, and another one answers.
    pub fn load(
        card: AgentCard,
        base: &Path,
        path: &Path,
        otherwise: Option<String>,
    ) -> Result<Self, KnowledgeError> {
        Ok(Self {
            card,
            index: KnowledgeIndex::load(&base.join(path))?,
            named: path.to_owned(),
            otherwise,
        })
    }
}

#[async_trait]
impl Agent for Knowledge {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let reply = match (self.index.search(&assignment.text), &self.otherwise) {
            (
                Some(Passage {
                    file,
                    heading,
                    text,
                    score,
                }),
                _,
            ) => Reply {
                text,
                sources: vec![Source {
                    file: self.named.join(file).display().to_string(),
                    heading,
                }],
                insights: Findings::from_iter([("score".to_owned(), score.into())]),
                ..Reply::default()
            },
            (None, Some(text)) => Reply {
                text: text.clone(),
                ..Reply::default()
            },
            (None, None) => return Err(AgentFailure::NoAnswer),
        };
        if let Some(deltas) = &assignment.deltas {
            deltas(&self.card.name, &reply.text);
        }
        Ok(reply)
    }
}
