//! What is kept of conversations.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    Operation, Problem,
    request::{Named, Operator, Parameters},
};
use crate::{
    handoff::KeptConversation,
    id::ConversationId,
    server::Hall,
    view::{
        conversation::{Listed, exported, shown},
        handoff::links,
    },
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/conversations",
            "The conversations, the one that rested longest first",
            list,
        )
        .query(&[("user", "Only those of this user")]),
        Operation::get(
            "/conversations/{conversation}",
            "What was said in a conversation",
            show,
        ),
        Operation::get(
            "/conversations/{conversation}/export",
            "Everything that is kept of it",
            export,
        ),
        Operation::get(
            "/conversations/{conversation}/handoffs",
            "Who handed it over to whom, why, and what came of it",
            history,
        ),
        Operation::delete(
            "/conversations/{conversation}",
            "Remove what was said; its events stay, emptied",
            delete,
        ),
    ]
}

async fn list(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let user = Parameters::read(query.as_deref(), &["user"])?.id("user")?;
    let found = hall.desk().store().conversations(user.as_ref()).await?;
    Ok(Json(found.iter().map(Listed::new).collect::<Vec<_>>()).into_response())
}

fn nothing(id: &ConversationId) -> Problem {
    Problem::not_found(format!(
        "nothing is kept of a conversation `{id}` in this folder's store"
    ))
}

async fn show(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<ConversationId>,
) -> Result<Response, Problem> {
    let found = hall.desk().store().open(&id).await?;
    let found = found.ok_or_else(|| nothing(&id))?;
    Ok(Json(shown(&found)?).into_response())
}

async fn kept(hall: &Hall, id: &ConversationId) -> Result<KeptConversation, Problem> {
    let found = hall.desk().store().conversations(None).await?;
    let mut found = found.into_iter().filter(|kept| kept.id == *id);
    found.next().ok_or_else(|| nothing(id))
}

async fn export(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<ConversationId>,
) -> Result<Response, Problem> {
    let kept = kept(&hall, &id).await?;
    Ok(Json(exported(hall.desk().store(), &[kept]).await?).into_response())
}

async fn history(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<ConversationId>,
) -> Result<Response, Problem> {
    let store = hall.desk().store();
    if store.open(&id).await?.is_none() {
        return Err(nothing(&id));
    }
    let (events, handoffs) = (store.events(&id).await?, store.handoff_records(&id)?);
    Ok(Json(links(&events, &handoffs)).into_response())
}

async fn delete(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<ConversationId>,
) -> Result<Response, Problem> {
    kept(&hall, &id).await?;
    hall.desk().erase(&id).await?;
    Ok(Json(json!({ "deleted": [id] })).into_response())
}
