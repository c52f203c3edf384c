//! An answer as it comes, as server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_openai::types::chat::{
    ChatChoiceStream, ChatCompletionStreamResponseDelta, CreateChatCompletionStreamResponse,
    FinishReason, Role,
};
use axum::{
    http::HeaderValue,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::{
    CONVERSATION, Problem,
    reply::{self, Extended},
    request::{Asked, Streaming},
};
use crate::{
    handoff::{Answer, DeskError},
    id::{AgentName, ConversationId},
    server::{Hall, story::story},
};

/// How often a comment is sent while nothing else is, so that no proxy takes
/// the connection for dead; theirs wait a minute and more.
const ALIVE: Duration = Duration::from_secs(15);

/// What comes of a turn.
enum Part {
    Delta(AgentName, String),
    End(Box<Result<Answer, DeskError>>),
}

pub(super) fn respond(hall: Arc<Hall>, asked: Asked) -> Response {
    let Asked {
        mut incoming,
        model,
        stream,
        ..
    } = asked;
    // A conversation that begins has its name before its first word.
    let (sender, parts) = mpsc::unbounded_channel();
    let deltas = sender.clone();
    incoming.deltas = Some(Arc::new(move |agent: &AgentName, part: &str| {
        // Whoever reads them has left, and with them the turn.
        let _ = deltas.send(Part::Delta(agent.clone(), part.to_owned()));
    }));
    let conversation = incoming.conversation.clone();
    let turn = tokio::spawn(async move {
        let answer = hall.desk().answer(incoming).await;
        let _ = sender.send(Part::End(Box::new(answer)));
    });
    let writer = Writer {
        model,
        usage: matches!(stream, Some(Streaming::WithUsage)),
        created: reply::now(),
        id: format!("chatcmpl-{}", ulid::Ulid::generate()),
        speaker: None,
        said: String::new(),
    };
    // The client's leaving drops the stream, and the handle breaks the turn off.
    let state = (parts, writer, AbortOnDropHandle::new(turn));
    let events = stream::unfold(Some(state), async |state| {
        let (mut parts, mut writer, turn) = state?;
        match parts.recv().await? {
            Part::Delta(agent, text) => {
                let event = writer.delta(&agent, &text);
                Some((vec![event], Some((parts, writer, turn))))
            }
            Part::End(end) => Some((writer.end(*end), None)),
        }
    });
    let events = futures_util::StreamExt::flat_map(events, |events| {
        stream::iter(events.into_iter().map(Ok::<_, Infallible>))
    });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
    let mut response = sse.into_response();
    if let Some(id) = conversation.as_ref().map(ConversationId::as_str)
        && let Ok(value) = HeaderValue::try_from(id)
    {
        response.headers_mut().insert(CONVERSATION, value);
    }
    response
}

/// Writes the parts of one answer.
struct Writer {
    model: String,
    usage: bool,
    created: u32,
    id: String,
    /// Who is heard at present.
    speaker: Option<AgentName>,
    /// What they have said.
    said: String,
}

impl Writer {
    fn delta(&mut self, agent: &AgentName, text: &str) -> Event {
        if self.speaker.as_ref() == Some(agent) {
            self.said.push_str(text);
            return self.chunk(Some(text), None, None);
        }
        self.begin(agent, text)
    }

    /// Somebody begins to speak. What is out already cannot be taken back, so
    /// this stands apart from it.
    fn begin(&mut self, agent: &AgentName, text: &str) -> Event {
        let broken_off = self.speaker.replace(agent.clone()).is_some();
        text.clone_into(&mut self.said);
        let story = json!({ "agent": agent, "broken-off": broken_off });
        if broken_off {
            return self.chunk(Some(&format!("\n\n{text}")), None, Some(story));
        }
        self.chunk(Some(text), None, Some(story))
    }

    fn end(mut self, end: Result<Answer, DeskError>) -> Vec<Event> {
        let answer = match end {
            Ok(answer) => answer,
            // Too late for a status: the protocol's clients look for the envelope.
            Err(error) => return vec![json_event(&Problem::from(error).body())],
        };
        let mut events = Vec::new();
        if self.speaker.as_ref() != Some(&answer.agent) || self.said != answer.reply {
            events.push(self.begin(&answer.agent, &answer.reply));
        }
        let story = story(&answer);
        events.push(self.chunk(None, Some(FinishReason::Stop), Some(story)));
        if self.usage {
            events.push(self.last(&answer));
        }
        events.push(Event::default().data("[DONE]"));
        events
    }

    #[expect(deprecated, reason = "the protocol's types want their old fields too")]
    fn chunk(
        &self,
        text: Option<&str>,
        finish: Option<FinishReason>,
        baton: Option<Value>,
    ) -> Event {
        let choice = ChatChoiceStream {
            index: 0,
            delta: ChatCompletionStreamResponseDelta {
                content: text.map(str::to_owned),
                function_call: None,
                tool_calls: None,
                role: text.map(|_| Role::Assistant),
                refusal: None,
                audio: None,
            },
            finish_reason: finish,
            logprobs: None,
        };
        let chunk = self.envelope(vec![choice]);
        match baton {
            Some(baton) => json_event(&Extended {
                reply: chunk,
                baton,
            }),
            None => json_event(&chunk),
        }
    }

    /// What it took; the protocol wants it with no choices.
    fn last(&self, answer: &Answer) -> Event {
        json_event(&CreateChatCompletionStreamResponse {
            usage: Some(reply::usage(answer)),
            ..self.envelope(Vec::new())
        })
    }

    fn envelope(&self, choices: Vec<ChatChoiceStream>) -> CreateChatCompletionStreamResponse {
        CreateChatCompletionStreamResponse {
            id: self.id.clone(),
            choices,
            created: self.created,
            model: self.model.clone(),
            object: "chat.completion.chunk".to_owned(),
            ..CreateChatCompletionStreamResponse::default()
        }
    }
}

fn json_event(value: &impl serde::Serialize) -> Event {
    match serde_json::to_string(value) {
        Ok(text) => Event::default().data(text),
        Err(error) => Event::default().comment(format!("cannot be written: {error}")),
    }
}
