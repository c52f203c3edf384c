//! `baton conversation`: what is kept of conversations, and how it is taken
//! along or removed.

mod delete;
mod export;
mod list;
mod prune;
mod show;

use std::process::ExitCode;

use baton::{
    handoff::{Desk, KeptConversation, StoreError},
    id::{ConversationId, UserId},
};
use clap::{Args, Subcommand};

use super::{Global, input::id, output::Output};

/// What can be done with conversations.
#[derive(Subcommand)]
pub enum Command {
    /// List the conversations, the one that rested longest first
    List(list::List),
    /// Show what was said in a conversation
    Show(show::Show),
    /// Write everything that is kept of conversations, as JSON
    Export(export::Export),
    /// Remove what was said in conversations; their events stay, emptied
    Delete(delete::Delete),
    /// Remove what is older than `retention.days`
    Prune(prune::Prune),
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global, output).await,
            Self::Show(show) => show.run(global, output).await,
            Self::Export(export) => export.run(global, output).await,
            Self::Delete(delete) => delete.run(global, output).await,
            Self::Prune(prune) => prune.run(global, output).await,
        }
    }
}

/// One conversation, or all of a person.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The conversation
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    conversation: Option<ConversationId>,
    /// All conversations of this user
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    user: Option<UserId>,
}

impl Which {
    /// Those of them of which something is left.
    async fn find(&self, desk: &Desk) -> Result<Vec<KeptConversation>, StoreError> {
        let mut found = desk.store().conversations(self.user.as_ref()).await?;
        if let Some(wanted) = &self.conversation {
            found.retain(|conversation| conversation.id == *wanted);
        }
        Ok(found)
    }

    /// What to say when there is none.
    fn nothing(&self) -> String {
        match (&self.conversation, &self.user) {
            (Some(conversation), _) => {
                format!("nothing is kept of a conversation `{conversation}` in this folder's store")
            }
            (None, user) => format!(
                "nothing is kept of a user `{}` in this folder's store",
                user.as_ref().map_or("", |user| user.as_str())
            ),
        }
    }
}
