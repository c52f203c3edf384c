//! Who hands over to whom.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use jiff::{SignedDuration, Timestamp};
use minijinja::{context, value::Serde};
use serde::Deserialize;

use super::{
    page::{Wrong, page},
    sankey,
    session::Session,
};
use crate::{server::Hall, view::flow::Flow};

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new().route("/console/flow", get(flow))
}

/// A period that ends now.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Period {
    Hour,
    #[default]
    Day,
    Week,
    Month,
}

impl Period {
    fn hours(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 24 * 7,
            Self::Month => 24 * 30,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    period: Period,
}

async fn flow(
    State(hall): State<Arc<Hall>>,
    session: Session,
    Query(Asked { period }): Query<Asked>,
) -> Result<Response, Wrong> {
    let until = Timestamp::now();
    let since = until - SignedDuration::from_hours(period.hours());
    let found = hall.desk().store().handoffs_since(since).await?;
    let flow = Flow::of(since, until, &found);
    let periods = [Period::Hour, Period::Day, Period::Week, Period::Month].map(Period::word);
    page(
        "flow.html",
        &session,
        context! {
            title => "Flow", here => "flow",
            period => period.word(), periods,
            streams => Serde(&flow.streams),
            picture => sankey::draw(&flow.streams).map(Serde),
        },
    )
    .map_err(Wrong)
}
