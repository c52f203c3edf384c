//! Whose call it is, and about which conversation.

use axum::http::HeaderMap;
use rmcp::{ErrorData, model::RequestMetaObject};

use super::problem::refused;
use crate::{
    id::{ConversationId, DeliveryKey, UserId, outside},
    server::client::{Client, part_of},
    trace::TraceParent,
};

/// The names in a call's `_meta`, which the client writes and no model.
const USER: &str = "baton/user";
const CONVERSATION: &str = "baton/conversation";
const KEY: &str = "baton/idempotency-key";

/// Who calls, as far as the client says it and may say it.
pub(super) struct Caller {
    pub(super) client: Client,
    pub(super) user: UserId,
    pub(super) conversation: Option<ConversationId>,
    pub(super) key: Option<DeliveryKey>,
    /// What the call is a part of elsewhere.
    pub(super) trace: Option<TraceParent>,
}

impl Caller {
    /// By header, as at the other doors, or else by `_meta`.
    pub(super) fn read(
        client: Client,
        headers: &HeaderMap,
        meta: &RequestMetaObject,
    ) -> Result<Self, ErrorData> {
        let named = |header: &str, field: &str| {
            let header = headers.get(header).map(|value| {
                value.to_str().map(str::to_owned).map_err(|_| {
                    ErrorData::invalid_params(
                        format!("the header {header} is not plain text"),
                        None,
                    )
                })
            });
            let field = || meta.get(field).and_then(|value| value.as_str());
            header
                .transpose()
                .map(|header| header.or_else(|| field().map(str::to_owned)))
        };
        let user = named("x-baton-user", USER)?;
        Ok(Self {
            user: client.writes_as(user.as_deref()).map_err(refused)?,
            conversation: id(
                named("x-baton-conversation", CONVERSATION)?,
                "the conversation",
            )?,
            key: id(named("idempotency-key", KEY)?, "the key")?,
            trace: part_of(headers).or_else(|| {
                let text = |name| meta.get(name)?.as_str();
                TraceParent::read(text("traceparent")?, text("tracestate"))
            }),
            client,
        })
    }
}

fn id<T: From<String>>(text: Option<String>, what: &str) -> Result<Option<T>, ErrorData> {
    let read = text.map(|text| outside::<T>(&text)).transpose();
    read.map_err(|why| ErrorData::invalid_params(format!("{what} cannot be used: {why}"), None))
}
