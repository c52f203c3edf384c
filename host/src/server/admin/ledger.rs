//! Who has how much, and what was paid.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    Operation, Problem,
    request::{Operator, Parameters, Sent},
};
use crate::{
    handoff::LedgerFilter,
    id::{PaymentKey, UserId, outside},
    payment::Money,
    server::Hall,
};

/// What a credit is for if nothing is said.
pub(in crate::server) const BY_OPERATOR: &str = "credit by the operator";

const USER: (&str, &str) = ("user", "Only this user's");
const CURRENCY: (&str, &str) = ("currency", "Only in this currency");

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/ledger/balance", "What is in the accounts", balance)
            .query(&[USER, CURRENCY]),
        Operation::post("/ledger/credit", "Give a user money to spend", credit).fields(&[
            ("user", "string", "Whom"),
            ("amount", "string", "How much, such as `5 USD`"),
            (
                "key?",
                "string",
                "What you call this credit: done again with the same key, it is done once",
            ),
            ("for?", "string", "What it is for"),
        ]),
        Operation::get(
            "/ledger/entries",
            "What was set aside, paid and given back, oldest first",
            entries,
        )
        .query(&[
            USER,
            CURRENCY,
            ("conversation", "Only of this conversation"),
        ]),
        Operation::get(
            "/ledger/check",
            "Whether the books are as they must be",
            check,
        ),
    ]
}

async fn balance(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let filter = filter(&Parameters::read(query.as_deref(), &["user", "currency"])?)?;
    Ok(Json(hall.desk().store().balances(&filter).await?).into_response())
}

fn filter(asked: &Parameters) -> Result<LedgerFilter, Problem> {
    Ok(LedgerFilter {
        user: asked.id("user")?,
        currency: asked.value("currency")?,
        conversation: asked.id("conversation")?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    user: String,
    amount: String,
    key: Option<String>,
    r#for: Option<String>,
}

async fn credit(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Sent(credit): Sent<Credit>,
) -> Result<Response, Problem> {
    let wrong = |what: &str| {
        let what = what.to_owned();
        move |why: String| Problem::invalid(format!("the {what} cannot be used: {why}"))
    };
    let user: UserId = outside(&credit.user).map_err(wrong("user"))?;
    let key = credit.key.map(|key| outside::<PaymentKey>(&key));
    let key = key.transpose().map_err(wrong("key"))?;
    let amount: Money = credit.amount.parse().map_err(Problem::invalid)?;
    let what_for = credit.r#for.unwrap_or_else(|| BY_OPERATOR.to_owned());
    let movement = hall.desk().credit(user, amount, key, what_for).await?;
    Ok(Json(movement).into_response())
}

async fn entries(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let known = ["user", "currency", "conversation"];
    let filter = filter(&Parameters::read(query.as_deref(), &known)?)?;
    Ok(Json(hall.desk().store().movements(&filter).await?).into_response())
}

async fn check(State(hall): State<Arc<Hall>>, _: Operator) -> Result<Response, Problem> {
    Ok(Json(hall.desk().store().audit().await?).into_response())
}
