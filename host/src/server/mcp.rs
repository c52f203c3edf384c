//! The front door for clients of the Model Context Protocol: the tool `ask`,
//! which is the desk, and the tools of its skills.
//!
//! The protocol is <https://modelcontextprotocol.io/specification>. Requests over
//! HTTP stand alone: what belongs together is said by the conversation, which is
//! kept, and not by a session, which would be forgotten.

mod ask;
mod caller;
mod problem;
mod tool;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
    routing::any,
};
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig,
    },
    service::{RequestContext, ServerInitializeError},
    transport::{
        StreamableHttpServerConfig, StreamableHttpService, stdio_pipes,
        streamable_http_server::session::never::NeverSessionManager,
    },
};

use tokio_util::task::AbortOnDropHandle;

use self::{caller::Caller, problem::refusal};
use super::{Hall, client::Client, deadlines};
use crate::{
    config::Right,
    handoff::Desk,
    id::{Scope, UserId},
};

/// What models are told of it.
const INSTRUCTIONS: &str = "A desk of agents. `ask` sends it a user's message: it finds out who \
    is the one to answer. To go on with a conversation, name the one that the answer names.";

type Service = StreamableHttpService<Mcp, NeverSessionManager>;

pub(super) fn routes(hall: &Arc<Hall>, largest: usize) -> Router<Arc<Hall>> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(largest)
        // Who may come in is looked at here, for all doors alike.
        .disable_allowed_hosts();
    let desk = Mcp::Web(hall.clone());
    let service = Service::new(move || Ok(desk.clone()), Arc::default(), config);
    let enter = move |State(hall): State<Arc<Hall>>, request: Request| {
        enter(hall, service.clone(), request)
    };
    Router::new().route("/mcp", any(enter))
}

async fn enter(hall: Arc<Hall>, service: Service, mut request: Request) -> Response {
    let rights = [Right::Talk, Right::Call];
    match hall.tokens.admit_for(request.headers(), &rights) {
        Ok(client) => {
            request.extensions_mut().insert(client);
            service.handle(request).await.map(Body::new)
        }
        Err(refused) => refusal(&refused),
    }
}

/// The desk cannot be served over a pipe.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// Whoever is at the other end does not speak the protocol.
    #[error("the client on standard input does not begin as MCP clients do: {0}")]
    Begin(#[from] Box<ServerInitializeError>),
    /// It was served, and has stopped.
    #[error("the server has stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Serves the desk on standard input and output, to whoever has started this
/// program, until they close it.
pub async fn serve_mcp(
    desk: Arc<Desk>,
    user: Option<UserId>,
    scopes: Arc<[Scope]>,
) -> Result<(), McpError> {
    let client = Client {
        name: "mcp".into(),
        rights: [Right::Talk, Right::Call].as_slice().into(),
        user,
        scopes,
    };
    let deadlines = deadlines::keep(desk.clone());
    let service = match (Mcp::Pipe { desk, client }).serve(stdio_pipes()).await {
        Ok(service) => service,
        // Nobody said anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(Box::new(error).into()),
    };
    let _deadlines = AbortOnDropHandle::new(tokio::spawn(deadlines));
    service.waiting().await?;
    Ok(())
}

/// A desk, and how it is reached.
#[derive(Clone)]
enum Mcp {
    /// Over HTTP: each request says whose it is.
    Web(Arc<Hall>),
    /// By a pipe, which has one client.
    Pipe { desk: Arc<Desk>, client: Client },
}

impl Mcp {
    fn desk(&self) -> &Arc<Desk> {
        match self {
            Self::Web(hall) => &hall.folder.desk,
            Self::Pipe { desk, .. } => desk,
        }
    }

    /// Whose request it is.
    fn client(
        &self,
        context: &RequestContext<RoleServer>,
    ) -> Result<(Client, HeaderMap), ErrorData> {
        match self {
            Self::Pipe { client, .. } => Ok((client.clone(), HeaderMap::new())),
            Self::Web(_) => {
                let parts = context.extensions.get::<axum::http::request::Parts>();
                let client = parts.and_then(|parts| parts.extensions.get::<Client>());
                match (client, parts) {
                    (Some(client), Some(parts)) => Ok((client.clone(), parts.headers.clone())),
                    _ => Err(ErrorData::internal_error("nobody was let in", None)),
                }
            }
        }
    }
}

impl ServerHandler for Mcp {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("baton", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (client, _) = self.client(&context)?;
        let mut tools = Vec::new();
        if client.may(Right::Talk).is_ok() {
            tools.push(ask::described());
        }
        if client.may(Right::Call).is_ok() {
            tools.extend(tool::described(self.desk(), &client));
        }
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (client, headers) = self.client(&context)?;
        let caller = Caller::read(client, &headers, &context.meta)?;
        let asks = request.name == ask::NAME;
        caller
            .client
            .may(if asks { Right::Talk } else { Right::Call })
            .map_err(problem::refused)?;
        if let Self::Web(hall) = self {
            let counted = hall.rate.count(&caller.client.name, &caller.user);
            if let Err(many) = counted {
                return Ok(problem::told(many).into());
            }
        }
        let arguments = request.arguments.unwrap_or_default();
        let work = async {
            match asks {
                true => ask::call(self.desk(), &caller, arguments, &context).await,
                false => tool::call(self.desk(), &caller, &request.name, arguments).await,
            }
        };
        // Whoever leaves, or calls the request off, breaks the work off.
        tokio::select! {
            result = work => result.map(Into::into),
            () = context.ct.cancelled() => {
                Err(ErrorData::internal_error("the request was called off", None))
            }
        }
    }
}
