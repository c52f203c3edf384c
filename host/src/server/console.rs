//! The console: pages for operators, made here and moved by htmx.
//!
//! Templates, style and scripts are files beside this one, and part of the
//! program. Whatever agents, users and skills say is escaped by the templates.

mod agents;
mod asset;
mod conversation;
mod flow;
mod form;
mod inbox;
mod ledger;
mod letters;
mod live;
mod page;
mod sankey;
mod session;
mod skills;
mod turn;

use std::sync::Arc;

use axum::{Router, middleware, response::Redirect, routing::get};

pub(super) use self::session::Sessions;
use super::Hall;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/", get(async || Redirect::permanent("/console")))
        .merge(live::routes())
        .merge(conversation::routes())
        .merge(inbox::routes())
        .merge(skills::routes())
        .merge(agents::routes())
        .merge(flow::routes())
        .merge(ledger::routes())
        .merge(letters::routes())
        .merge(session::routes())
        .merge(asset::routes())
        .layer(middleware::map_response(page::protect))
}
