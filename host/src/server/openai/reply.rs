//! An answer as these clients read it.

use async_openai::types::chat::{
    ChatChoice, ChatCompletionResponseMessage, CompletionUsage, CreateChatCompletionResponse,
    FinishReason, Role,
};
use serde::Serialize;
use serde_json::Value;

use crate::{handoff::Answer, server::story::story};

/// The protocol's reply with one field more.
#[derive(Serialize)]
pub(super) struct Extended<T> {
    #[serde(flatten)]
    pub(super) reply: T,
    /// How the answer came about.
    pub(super) baton: Value,
}

/// The answer, whole.
#[expect(deprecated, reason = "the protocol's types want their old fields too")]
pub(super) fn whole(model: &str, answer: &Answer) -> Extended<CreateChatCompletionResponse> {
    let message = ChatCompletionResponseMessage {
        content: Some(answer.reply.clone()),
        refusal: None,
        tool_calls: None,
        annotations: None,
        role: Role::Assistant,
        function_call: None,
        audio: None,
    };
    Extended {
        reply: CreateChatCompletionResponse {
            id: id(answer),
            choices: vec![ChatChoice {
                index: 0,
                message,
                finish_reason: Some(FinishReason::Stop),
                logprobs: None,
            }],
            created: now(),
            model: model.to_owned(),
            service_tier: None,
            system_fingerprint: None,
            object: "chat.completion".to_owned(),
            usage: Some(usage(answer)),
            metadata: None,
            moderation: None,
        },
        baton: story(answer),
    }
}

/// What the reply is called: the same when it is delivered again.
pub(super) fn id(answer: &Answer) -> String {
    format!("chatcmpl-{}-{}", answer.conversation, answer.turn)
}

/// Seconds since 1970, as many as the protocol's type holds.
pub(super) fn now() -> u32 {
    u32::try_from(jiff::Timestamp::now().as_second()).unwrap_or(u32::MAX)
}

/// What models took for it.
pub(super) fn usage(answer: &Answer) -> CompletionUsage {
    let taken = answer.usage.unwrap_or_default();
    let tokens = |count| u32::try_from(count).unwrap_or(u32::MAX);
    CompletionUsage {
        prompt_tokens: tokens(taken.prompt_tokens),
        completion_tokens: tokens(taken.completion_tokens),
        total_tokens: tokens(taken.prompt_tokens.saturating_add(taken.completion_tokens)),
        prompt_tokens_details: None,
        completion_tokens_details: None,
    }
}
