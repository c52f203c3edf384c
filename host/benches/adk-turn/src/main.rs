//! One turn with one handoff in adk-rust, in process and without a network.
//!
//! Measured is what our own benchmark's turn does: one user message comes in, the front agent's
//! model decides at once for a transfer to `billing`, the runner hands over, `billing`'s model
//! answers with a fixed text, and the memory session holds all of it when the event stream ends.
//!
//! Every choice favours adk-rust: each turn gets a new session (history never grows), created
//! before the clock starts; the models cost a clone of a prepared response; `billing` is offered no
//! way back; there are no instructions, tools, plugins, spans or log lines; one thread; whole
//! replies instead of streamed parts.
//!
//! `adk-turn [TURNS]` prints one line of JSON with times in nanoseconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adk_agent::LlmAgentBuilder;
use adk_core::{
    Agent, Content, Event, FinishReason, Llm, LlmRequest, LlmResponse, LlmResponseStream, Part,
    RunConfig, SessionId, StreamingMode, UserId,
};
use adk_runner::Runner;
use adk_session::{CreateRequest, GetRequest, InMemorySessionService, SessionService};
use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use futures::StreamExt;
use serde_json::json;

const DEFAULT_TURNS: usize = 20_000;
/// Enough for the allocator, the branch predictor and the session map to settle.
const WARM_UP_TURNS: usize = 2_000;

const APP: &str = "desk";
const USER: &str = "user";
const QUERY: &str = "I was charged twice for order 4321";
const REPLY: &str = "I see both charges for order 4321; one of them is being refunded.";

fn main() -> Result<()> {
    let turns = match std::env::args().nth(1) {
        Some(arg) => arg.parse().context("usage: adk-turn [TURNS]")?,
        None => DEFAULT_TURNS,
    };
    ensure!(turns > 0, "at least one turn is needed");

    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut times = runtime.block_on(async {
        let desk = Desk::new()?;
        desk.measure(WARM_UP_TURNS).await?;
        desk.measure(turns).await
    })?;

    times.sort_unstable();
    let mean = times.iter().sum::<Duration>() / u32::try_from(times.len())?;
    println!(
        r#"{{"program":"adk-rust","version":"{}","turns":{},"median_ns":{},"p99_ns":{},"mean_ns":{}}}"#,
        adk_version().context("adk-runner is not in Cargo.lock")?,
        times.len(),
        times[times.len() / 2].as_nanos(),
        times[times.len() * 99 / 100].as_nanos(),
        mean.as_nanos(),
    );
    Ok(())
}

/// A front agent over `billing`, with the memory session service that adk-rust ships.
struct Desk {
    runner: Runner,
    sessions: Arc<InMemorySessionService>,
}

impl Desk {
    fn new() -> Result<Self> {
        let billing = LlmAgentBuilder::new("billing")
            .description("Charges and refunds")
            .disallow_transfer_to_parent(true)
            .model(Arc::new(FixedModel::answering(Part::Text {
                text: REPLY.to_owned(),
            })))
            .build()?;
        let front = LlmAgentBuilder::new("front")
            .description("Routes to a department")
            .model(Arc::new(FixedModel::answering(Part::FunctionCall {
                name: "transfer_to_agent".to_owned(),
                args: json!({ "agent_name": "billing" }),
                id: Some("call-1".to_owned()),
                thought_signature: None,
            })))
            .sub_agent(Arc::new(billing) as Arc<dyn Agent>)
            .build()?;
        let sessions = Arc::new(InMemorySessionService::new());
        let runner = Runner::builder()
            .app_name(APP)
            .agent(Arc::new(front))
            .session_service(sessions.clone())
            .run_config(
                RunConfig::builder()
                    .streaming_mode(StreamingMode::None)
                    .build(),
            )
            .build()?;
        Ok(Self { runner, sessions })
    }

    async fn measure(&self, turns: usize) -> Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(turns);
        for _ in 0..turns {
            let session = self.new_session().await?;
            let message = Content::new("user").with_text(QUERY);
            let user = UserId::try_from(USER)?;
            let id = session.clone();

            let start = Instant::now();
            let mut events = self.runner.run(user, id, message).await?;
            let mut transferred = false;
            let mut last = None;
            while let Some(event) = events.next().await {
                let event = event?;
                transferred |= event.actions.transfer_to_agent.as_deref() == Some("billing");
                last = Some(event);
            }
            drop(events);
            times.push(start.elapsed());

            ensure!(transferred, "the front agent did not transfer");
            check_reply(&last.context("the turn produced no event")?)?;
            if times.len() == turns {
                self.check_stored(&session).await?;
            }
        }
        Ok(times)
    }

    async fn new_session(&self) -> Result<SessionId> {
        let request = CreateRequest {
            app_name: APP.to_owned(),
            user_id: USER.to_owned(),
            session_id: None,
            state: HashMap::new(),
        };
        let session = self.sessions.create(request).await?;
        Ok(SessionId::try_from(session.id())?)
    }

    /// The turn is whole only if a later turn would find the reply.
    async fn check_stored(&self, session: &SessionId) -> Result<()> {
        let stored = self
            .sessions
            .get(GetRequest {
                app_name: APP.to_owned(),
                user_id: USER.to_owned(),
                session_id: session.to_string(),
                num_recent_events: None,
                after: None,
            })
            .await?;
        let events = stored.events();
        let first = events.at(0).context("the session is empty")?;
        ensure!(
            first.author == "user",
            "the session does not begin with the user's message"
        );
        check_reply(
            events
                .at(events.len() - 1)
                .context("the session is empty")?,
        )
    }
}

fn check_reply(event: &Event) -> Result<()> {
    ensure!(
        event.author == "billing",
        "`{}` answered instead of `billing`",
        event.author
    );
    match event
        .llm_response
        .content
        .as_ref()
        .map(|content| content.parts.as_slice())
    {
        Some([Part::Text { text }]) if text == REPLY => Ok(()),
        other => bail!("unexpected reply: {other:?}"),
    }
}

/// A model in process that gives the same complete response to every request.
struct FixedModel(LlmResponse);

impl FixedModel {
    fn answering(part: Part) -> Self {
        Self(LlmResponse {
            content: Some(Content {
                role: "model".to_owned(),
                parts: vec![part],
            }),
            finish_reason: Some(FinishReason::Stop),
            turn_complete: true,
            ..LlmResponse::default()
        })
    }
}

#[async_trait]
impl Llm for FixedModel {
    fn name(&self) -> &str {
        "fixed"
    }

    async fn generate_content(
        &self,
        _request: LlmRequest,
        _stream: bool,
    ) -> adk_core::Result<LlmResponseStream> {
        let response = self.0.clone();
        Ok(futures::stream::once(std::future::ready(Ok(response))).boxed())
    }
}

/// The version that was really built, so that the printed line cannot go stale.
fn adk_version() -> Option<&'static str> {
    include_str!("../Cargo.lock")
        .split_once("name = \"adk-runner\"\nversion = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version)
}
