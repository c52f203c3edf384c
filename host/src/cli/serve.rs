//! `baton serve`: the desk, for clients elsewhere.

use std::{net::SocketAddr, process::ExitCode};

use baton::server::Server;
use clap::Args;

use super::{
    Global,
    open::open,
    output::{Output, warn},
    style::{FAINT, STRONG, paint},
};

/// Serves the desk until it is interrupted.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service serve
  baton serve --listen 127.0.0.1:0
  curl http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \\
    -d '{\"model\":\"desk\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my parcel?\"}]}'")]
pub struct Serve {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Serve {
    /// Tells where the desk is, and serves it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let folder = open(global).await?;
        let _watching = match folder.skills.watch() {
            Ok(watching) => Some(watching),
            Err(error) => {
                warn(global.json, &error.to_string());
                None
            }
        };
        let tokens = !folder.serve.tokens.is_empty();
        // Random: two ULIDs have 160 bits nobody can guess.
        let operator = format!("{}{}", ulid::Ulid::generate(), ulid::Ulid::generate());
        let server = Server::listen(folder, self.listen, &operator).await?;
        let url = server.url();
        if output.is_json() {
            output.value(&serde_json::json!({ "url": url, "operator-token": operator }))?;
        } else {
            output.line(&format!("the desk is at {}", paint(STRONG, &url)))?;
            let who = if tokens {
                "whoever has a token of [serve.tokens] may come"
            } else {
                "only this machine can reach it, and needs no token; for others, name \
                 [serve.tokens] in baton.toml"
            };
            output.line(&paint(FAINT, who))?;
            output.line(&paint(
                FAINT,
                format!("operator's token until it stops: {operator}"),
            ))?;
        }
        server.run(stopped()).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Over when somebody wants the program to end.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    // Without signals there is nobody to wait for, and it serves for ever.
    if interrupted.await.is_err() {
        std::future::pending::<()>().await;
    }
}
