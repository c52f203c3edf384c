//! The desk as the outside reaches it, one file for each front door.

mod a2a;
mod admin;
mod client;
mod console;
mod deadlines;
mod feed;
mod guess;
mod health;
mod mcp;
mod metrics;
mod openai;
mod rate;
mod story;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};

pub use client::TokenError;
use client::Tokens;
use guess::Guesses;
pub use mcp::{McpError, serve_mcp};
use rate::Rate;

use crate::{folder::OperatorFolder, handoff::Desk};

/// Where to listen if nothing is said: this machine alone.
pub const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Bytes that a request may have if nothing is said: a message of 256 KiB in a
/// history of a few hundred.
const MAX_REQUEST: usize = 4 << 20;

/// How long turns under way may take when the desk is closed. A model's answer
/// takes half a minute; whoever restarts a service waits no longer.
const CLOSING: Duration = Duration::from_secs(30);

/// The desk cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Nobody can listen there.
    #[error("cannot listen on {address}: {why}; name another place with --listen")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What went wrong.
        why: io::Error,
    },
    /// The certificate or its key is no good.
    #[error("cannot use the certificate {} with its key: {why}", certificate.display())]
    Tls {
        /// The certificate.
        certificate: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// The tokens are not as they must be.
    #[error(transparent)]
    Tokens(#[from] TokenError),
    /// It was served, and has stopped.
    #[error("the server has stopped: {0}")]
    Stopped(io::Error),
}

/// What all front doors lead to.
struct Hall {
    folder: OperatorFolder,
    tokens: Tokens,
    rate: Rate,
    guesses: Guesses,
    sessions: console::Sessions,
    tasks: a2a::Tasks,
    closing: tokio_util::sync::CancellationToken,
}

impl Hall {
    fn desk(&self) -> &Desk {
        &self.folder.desk
    }
}

/// A desk that can be reached.
pub struct Server {
    hall: Arc<Hall>,
    listener: std::net::TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
}

impl Server {
    /// Listens, and takes nobody in yet. `operator` is a token that may do
    /// everything.
    pub async fn listen(
        folder: OperatorFolder,
        listen: Option<SocketAddr>,
        operator: &str,
    ) -> Result<Self, ServeError> {
        let section = &folder.serve;
        let wanted = listen.or(section.listen).unwrap_or(LISTEN);
        let tokens = Tokens::new(section, wanted.ip(), operator)?;
        let failed = |why| ServeError::Listen {
            address: wanted,
            why,
        };
        let listener = std::net::TcpListener::bind(wanted).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let tls = match &section.tls {
            Some(tls) => Some(certificate(&folder.path, tls).await?),
            None => None,
        };
        let hall = Hall {
            rate: Rate::new(section.messages_per_minute),
            guesses: Guesses::new(&section.proxies),
            tokens,
            folder,
            sessions: console::Sessions::default(),
            tasks: a2a::Tasks::default(),
            closing: tokio_util::sync::CancellationToken::new(),
        };
        Ok(Self {
            hall: Arc::new(hall),
            listener,
            address,
            tls,
            handle: Handle::new(),
        })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Answers until `stop` is over; turns under way are finished then.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let Self {
            hall,
            listener,
            tls,
            handle,
            ..
        } = self;
        let app = app(hall.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let closer = handle.clone();
        let deadlines = deadlines::keep(hall.folder.desk.clone());
        tokio::spawn(hall.closing.clone().run_until_cancelled_owned(deadlines));
        tokio::spawn(a2a::keep_told(hall.clone()));
        let closing = hall.closing.clone();
        tokio::spawn(async move {
            stop.await;
            closing.cancel();
            closer.graceful_shutdown(Some(CLOSING));
        });
        // A part of a reply is a packet too small to be sent at once by itself: the kernel would
        // hold it back until the client has confirmed the one before, which takes 40 ms.
        let served = match tls {
            Some(tls) => {
                axum_server::from_tcp(listener)
                    .map_err(ServeError::Stopped)?
                    .acceptor(RustlsAcceptor::new(tls).acceptor(NoDelayAcceptor))
                    .handle(handle)
                    .serve(app)
                    .await
            }
            None => {
                axum_server::from_tcp(listener)
                    .map_err(ServeError::Stopped)?
                    .acceptor(NoDelayAcceptor)
                    .handle(handle)
                    .serve(app)
                    .await
            }
        };
        // Those whose clients did not wait.
        hall.tasks.finish(CLOSING).await;
        hall.folder.close().await;
        served.map_err(ServeError::Stopped)
    }
}

fn app(hall: Arc<Hall>) -> Router {
    let largest = hall.folder.serve.max_request.unwrap_or(MAX_REQUEST);
    Router::new()
        .merge(a2a::routes())
        .merge(openai::routes())
        .merge(health::routes())
        .merge(mcp::routes(&hall, largest))
        .merge(metrics::routes())
        .merge(admin::routes())
        .merge(console::routes())
        .layer(DefaultBodyLimit::max(largest))
        .layer(from_fn_with_state(hall.clone(), guess::watch))
        .with_state(hall)
}

async fn certificate(
    folder: &std::path::Path,
    tls: &crate::config::TlsSection,
) -> Result<RustlsConfig, ServeError> {
    crate::tls::prepare();
    let certificate = folder.join(tls.certificate.get_ref());
    RustlsConfig::from_pem_file(&certificate, folder.join(tls.key.get_ref()))
        .await
        .map_err(|why| ServeError::Tls { certificate, why })
}
