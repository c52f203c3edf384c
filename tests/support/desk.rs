//! An operator's folder that exists for one test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use super::{
    chat::Chat,
    program::{Ran, baton, run, run_with_input},
    repository,
    shapes::{Answer, Explained, Listed},
};

/// An operator's folder.
pub struct Desk {
    folder: TempDir,
}

/// A desk of scripted agents, to which tests add their own.
pub const SCRIPTED: &str = r#"
entry    = "desk"
fallback = "assistant"

[agents.desk]
kind  = "scripted"
reply = "This is the desk."

[agents.target]
kind  = "scripted"
reply = "This is the target."

[agents.assistant]
kind  = "scripted"
reply = "This is the assistant."
"#;

impl Desk {
    /// A folder with this configuration and no skills.
    pub fn new(config: &str) -> Self {
        let desk = Self {
            folder: TempDir::with_prefix("desk-").unwrap(),
        };
        fs::create_dir(desk.path("skills")).unwrap();
        desk.file("baton.toml", config)
    }

    /// The scripted agents, and what is added to them.
    pub fn scripted(more: &str) -> Self {
        Self::new(&format!("{SCRIPTED}\n{more}"))
    }

    /// The example's folder as it is in the repository.
    pub fn example(name: &str) -> Self {
        let desk = Self {
            folder: TempDir::with_prefix("desk-").unwrap(),
        };
        copy(
            &repository().join("examples").join(name),
            desk.folder.path(),
        );
        desk
    }

    /// With this file.
    pub fn file(self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// With this file in its skills folder.
    pub fn skill(self, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.file(Path::new("skills").join(file), bytes)
    }

    /// Adds to its configuration.
    pub fn configure(&self, more: &str) {
        let file = self.path("baton.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{text}\n{more}")).unwrap();
    }

    /// A path in the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, told to work on this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = baton();
        command.arg("-C").arg(self.folder.path()).args(arguments);
        command
    }

    /// Runs the program on this folder.
    #[track_caller]
    pub fn baton(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments))
    }

    /// Runs the program on this folder with this on its standard input.
    #[track_caller]
    pub fn baton_reading(&self, arguments: &[&str], input: &[u8]) -> Ran {
        run_with_input(&mut self.command(arguments), Some(input))
    }

    /// Runs a command that succeeds and gives JSON.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self, arguments: &[&str]) -> T {
        let ran = self.baton(&[arguments, &["--json"]].concat()).ok();
        read(ran.json())
    }

    /// Has a message answered in a conversation of its own.
    #[track_caller]
    pub fn say(&self, text: &str) -> Answer {
        self.json(&["run", text])
    }

    /// Has a message answered in this conversation.
    #[track_caller]
    pub fn say_in(&self, conversation: &str, text: &str) -> Answer {
        self.json(&["run", "--conversation", conversation, text])
    }

    /// What the skills say to a message.
    #[track_caller]
    pub fn explain(&self, text: &str) -> Explained {
        self.json(&["explain", text])
    }

    /// What lies in the skills folder.
    #[track_caller]
    pub fn skills(&self) -> Vec<Listed> {
        self.json(&["skill", "list"])
    }

    /// Why the file is not loaded.
    #[track_caller]
    pub fn refusal(&self, file: &str) -> String {
        let listed = self.skills().into_iter().find(|listed| listed.file == file);
        listed
            .and_then(|listed| listed.refused)
            .unwrap_or_else(|| panic!("{file} is not refused"))
    }

    /// What happened in a conversation.
    #[track_caller]
    pub fn events(&self, conversation: &str) -> Vec<Value> {
        self.json(&["events", conversation])
    }

    /// The one event of this type in the conversation.
    #[track_caller]
    pub fn event(&self, conversation: &str, kind: &str) -> Value {
        let events = self.events(conversation);
        let mut found = events.iter().filter(|event| event["type"] == kind);
        match (found.next(), found.next()) {
            (Some(event), None) => event.clone(),
            (None, _) => panic!("no `{kind}` in {events:#?}"),
            _ => panic!("more than one `{kind}` in {events:#?}"),
        }
    }

    /// How many events of this type there are in the conversation.
    #[track_caller]
    pub fn count(&self, conversation: &str, kind: &str) -> usize {
        self.events(conversation)
            .iter()
            .filter(|event| event["type"] == kind)
            .count()
    }

    /// A running host: a chat that reads messages from a pipe.
    pub fn chat(&self, conversation: &str) -> Chat {
        Chat::start(self.command(&["chat", "--json", "--conversation", conversation]))
    }
}

#[track_caller]
pub fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value:#}"))
}

/// Copies a folder, except what a running desk keeps in it.
fn copy(from: &Path, to: &Path) {
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let name = item.file_name();
        let target = to.join(&name);
        if item.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&item.path(), &target);
        } else if !["baton.db", "baton.lock"]
            .iter()
            .any(|kept| name.to_string_lossy().starts_with(kept))
        {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
