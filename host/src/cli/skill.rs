//! `baton skill`: the skills of a folder, and how they get there.

mod admit;
mod audit;
mod build;
mod check;
mod diff;
mod grant;
mod inspect;
pub mod language;
pub mod list;
mod new;
mod record;
mod replay;
mod test;

use std::process::ExitCode;

use clap::Subcommand;

pub use inspect::parameters;

use super::{Global, output::Output};

/// What can be done with skills.
#[derive(Subcommand)]
pub enum Command {
    /// List the skills, and the files that are not loaded, each with its reason
    List(list::List),
    /// Show what a component is, what it exports and what it wants
    Inspect(inspect::Inspect),
    /// Let a skill do more
    Grant(grant::Grant),
    /// Take back what a skill was granted by command
    Revoke(grant::Revoke),
    /// Show what a skill tried without being granted it
    Audit(audit::Audit),
    /// Show what changes from one component to another
    Diff(diff::Diff),
    /// Judge whether a component may take another's place
    Check(check::Check),
    /// Let the verdicts of a skill count, where baton.toml asks for that
    Admit(admit::Admit),
    /// Write the folder of a new skill
    New(new::New),
    /// Build the folder of a skill and run its cases
    Test(test::Test),
    /// Keep a conversation as cases
    Record(record::Record),
    /// Run another version of a skill on recorded cases
    Replay(replay::Replay),
    /// Build the folder of a skill into a component
    Build(build::Build),
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global, output).await,
            Self::Inspect(inspect) => inspect.run(global, output).await,
            Self::Grant(grant) => grant.run(global, output).await,
            Self::Revoke(revoke) => revoke.run(global, output).await,
            Self::Audit(audit) => audit.run(global, output).await,
            Self::Diff(diff) => diff.run(global, output).await,
            Self::Admit(admit) => admit.run(global, output).await,
            Self::New(new) => new.run(global, output),
            Self::Test(test) => test.run(global, output).await,
            Self::Check(check) => check.run(global, output).await,
            Self::Record(record) => record.run(global, output).await,
            Self::Replay(replay) => replay.run(global, output).await,
            Self::Build(build) => build.run(global, output),
        }
    }
}
