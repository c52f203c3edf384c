//! `baton mcp`: the desk, for the program that starts this one.

use std::process::ExitCode;

use baton::{
    id::{Scope, UserId},
    server::serve_mcp,
};
use clap::Args;

use super::{Global, input::id, open::open};

/// Serves the desk as MCP tools on standard input and output.
///
/// The tool `ask` sends a message to the desk; the skills' tools are there as
/// well. Whoever starts the program may use what the scopes allow.
#[derive(Args)]
#[command(after_help = "\
Example, in the configuration of an MCP client:
  {\"mcpServers\": {\"desk\": {\"command\": \"baton\",
    \"args\": [\"-C\", \"examples/customer-service\", \"mcp\"]}}}

The same over HTTP is at /mcp of `baton serve`.")]
pub struct Mcp {
    /// Write as this user
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    user: Option<UserId>,
    /// Write with this scope; may be repeated
    #[arg(long = "scope", value_name = "NAME", value_parser = id::<Scope>)]
    scopes: Vec<Scope>,
}

impl Mcp {
    /// Serves until standard input ends.
    pub async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let folder = open(global).await?;
        serve_mcp(folder.desk.clone(), self.user, self.scopes.into()).await?;
        folder.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
