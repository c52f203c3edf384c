//! Who has how much, and what was paid.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use minijinja::{Value, context};

use super::{
    form::Posted,
    page::{Wrong, page},
    session::Session,
};
use crate::{
    handoff::LedgerFilter,
    id::{PaymentKey, UserId, outside},
    payment::{Money, shown},
    server::{
        Hall,
        admin::{BY_OPERATOR, Problem},
    },
    view::text::moment,
};

/// Movements shown, the last ones.
const MOVEMENTS: usize = 100;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new().route("/console/ledger", get(ledger).post(credit))
}

async fn ledger(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let store = hall.desk().store();
    let all = LedgerFilter::default();
    let balances: Vec<Value> = store
        .balances(&all)
        .await?
        .iter()
        .map(|balance| {
            context! {
                account => balance.account.to_string(),
                amount => shown(balance.millionths, balance.currency),
            }
        })
        .collect();
    let movements = store.movements(&all).await?;
    let entries: Vec<Value> = movements
        .iter()
        .rev()
        .take(MOVEMENTS)
        .map(|movement| {
            context! {
                time => moment(movement.time),
                kind => movement.kind.as_str(),
                amount => movement.amount.to_string(),
                from => movement.from.to_string(),
                to => movement.to.to_string(),
                description => movement.description.as_str(),
                conversation => movement.conversation.as_ref().map(ToString::to_string),
            }
        })
        .collect();
    let audit = store.audit().await?;
    page(
        "ledger.html",
        &session,
        context! {
            title => "Ledger", here => "ledger",
            balances, entries,
            faults => audit.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            checked => audit.movements,
            // A credit sent twice by an impatient finger is given once.
            key => ulid::Ulid::generate().to_string(),
        },
    )
    .map_err(Wrong)
}

async fn credit(
    State(hall): State<Arc<Hall>>,
    Posted { fields, session }: Posted,
) -> Result<Response, Wrong> {
    let wrong = |why: String| Problem::invalid(format!("the user cannot be used: {why}"));
    let user: UserId = outside(fields.text("user").trim()).map_err(wrong)?;
    let amount: Money = fields
        .text("amount")
        .trim()
        .parse()
        .map_err(Problem::invalid)?;
    let key = fields
        .filled("key")
        .map(|key| PaymentKey::from(key.to_owned()));
    let what_for = match fields.filled("for") {
        Some(what_for) => what_for.to_owned(),
        None => format!("{BY_OPERATOR} ({})", session.person),
    };
    hall.desk().credit(user, amount, key, what_for).await?;
    Ok(Redirect::to("/console/ledger").into_response())
}
