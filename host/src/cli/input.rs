//! What commands have in common: who writes, and what.

use std::{
    io::{self, IsTerminal, Read},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, bail};
pub use baton::id::outside as id;
use baton::{
    handoff::Incoming,
    id::{ConversationId, Scope, UserId},
};
use clap::{Args, CommandFactory, error::ErrorKind};

use super::{Cli, Global, text::for_shell};

/// Far more than any message; what is longer is some other file.
const MAX_STDIN: u64 = 64 << 20;

/// Who writes, in which conversation.
#[derive(Args, Clone)]
pub struct Who {
    /// Continue this conversation; without it, a new one begins
    #[arg(long, value_name = "ID", value_parser = id::<ConversationId>)]
    pub conversation: Option<ConversationId>,
    /// Write as this user
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    pub user: Option<UserId>,
    /// Write with this scope; may be repeated
    #[arg(long = "scope", value_name = "NAME", value_parser = id::<Scope>)]
    pub scopes: Vec<Scope>,
}

impl Who {
    /// A message from them.
    pub fn says(&self, text: String) -> Incoming {
        Incoming {
            conversation: self.conversation.clone(),
            user: self.user.clone(),
            scopes: self.scopes(),
            text,
            ..Incoming::default()
        }
    }

    /// The command that goes on with the conversation.
    pub fn again(&self, command: &str, id: &ConversationId, global: &Global) -> String {
        let mut words = vec!["baton".to_owned()];
        if global.folder != Path::new(".") {
            words.extend(["-C".to_owned(), for_shell(&global.folder.to_string_lossy())]);
        }
        words.extend([
            command.to_owned(),
            "--conversation".to_owned(),
            for_shell(id.as_str()),
        ]);
        if let Some(user) = &self.user {
            words.extend(["--user".to_owned(), for_shell(user.as_str())]);
        }
        for scope in &self.scopes {
            words.extend(["--scope".to_owned(), for_shell(scope.as_str())]);
        }
        format!("conversation {id}; continue it with\n  {}", words.join(" "))
    }

    /// What they are authorized for.
    pub fn scopes(&self) -> Arc<[Scope]> {
        self.scopes.as_slice().into()
    }
}

/// The message: as given, or from standard input for `-` or when there is none
/// and something is piped in.
pub fn message(given: Option<String>) -> anyhow::Result<String> {
    match given {
        Some(text) if text != "-" => Ok(text),
        None if io::stdin().is_terminal() => {
            let error = Cli::command().error(
                ErrorKind::MissingRequiredArgument,
                "there is no message; write it in quotes, or pipe it in",
            );
            Err(error.into())
        }
        _ => from_stdin(),
    }
}

/// Everything from standard input.
pub fn from_stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = io::stdin()
        .lock()
        .take(MAX_STDIN + 1)
        .read_to_end(&mut bytes);
    if read.context("cannot read standard input")? as u64 > MAX_STDIN {
        bail!(
            "standard input has more than {} MiB, which is no message",
            MAX_STDIN >> 20
        );
    }
    String::from_utf8(bytes).context("what comes from standard input is not UTF-8 text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_go_on_names_folder_conversation_and_user() {
        let global = Global {
            folder: "my desk".into(),
            json: false,
            log: String::new(),
            log_format: crate::cli::LogFormat::Text,
        };
        let who = Who {
            conversation: None,
            user: Some("c-1001".into()),
            scopes: Vec::new(),
        };
        assert_eq!(
            who.again("run", &"c-1".into(), &global),
            "conversation c-1; continue it with\n  baton -C 'my desk' run --conversation c-1 --user c-1001"
        );
    }
}
