//! What Prometheus and its like read of the desk, in the text format of
//! OpenMetrics. Everything was counted already; here it is only told.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, NoLabelSet, text::encode},
    metrics::MetricType,
    registry::Registry,
};

use super::{Hall, admin::Problem};
use crate::{
    handoff::{Breaker, ENDS, STAND_INS},
    routing::{BOUNDS, Timed},
    view::agent::listed,
};

const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(hall): State<Arc<Hall>>, headers: HeaderMap) -> Response {
    if let Err(refused) = hall.tokens.admit_watcher(&headers) {
        return Problem::from(refused).into_response();
    }
    let mut registry = Registry::with_prefix("baton");
    registry.register_collector(Box::new(Counted(hall)));
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// What was counted, of everybody.
struct Counted(Arc<Hall>);

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

/// Writes the rows of one metric.
struct Writer<'a>(DescriptorEncoder<'a>);

impl Writer<'_> {
    fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<'l, N>, u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, count) in rows {
            metric
                .encode_family(&labels)?
                .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }

    fn gauges<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<'l, N>, u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, count) in rows {
            metric.encode_family(&labels)?.encode_gauge(&count)?;
        }
        Ok(())
    }

    fn times<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<'l, N>, Timed)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, timed) in rows {
            let bounds = BOUNDS.iter().map(|micros| *micros as f64 / 1e6);
            let classes: Vec<(f64, u64)> = bounds
                .chain([f64::MAX])
                .zip(timed.classes.iter().copied())
                .collect();
            metric
                .encode_family(&labels)?
                .encode_histogram::<NoLabelSet>(
                    timed.sum.as_secs_f64(),
                    timed.count(),
                    &classes,
                    None,
                )?;
        }
        Ok(())
    }
}

impl Collector for Counted {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let mut writer = Writer(encoder);
        self.turns(&mut writer)?;
        self.agents(&mut writer)?;
        self.skills(&mut writer)
    }
}

impl Counted {
    fn turns(&self, to: &mut Writer<'_>) -> fmt::Result {
        let count = self.0.desk().turn_count();
        to.times(
            "turn_seconds",
            "Turns, and the time from message to answer",
            [([], count.turns)],
        )?;
        let by = STAND_INS.iter().zip(&count.stand_ins);
        to.counters(
            "turn_answered",
            "Turns by who stepped in for whoever should have answered",
            by.map(|(stand_in, count)| ([("stand_in", *stand_in)], *count)),
        )?;
        let handoffs = count.handoffs.iter().flat_map(|(reason, ends)| {
            let ends = ENDS.iter().zip(ends);
            ends.map(|(end, count)| ([("reason", reason.as_str()), ("end", *end)], *count))
        });
        to.counters(
            "handoffs",
            "Handoffs by reason and by how they ended",
            handoffs,
        )
    }

    fn agents(&self, to: &mut Writer<'_>) -> fmt::Result {
        let agents = listed(self.0.desk());
        let name = |agent: &'_ crate::view::agent::Listed<'_>| agent.card.name.to_string();
        let names: Vec<String> = agents.iter().map(name).collect();
        let each = || names.iter().zip(&agents);
        to.times(
            "agent_seconds",
            "What agents were asked, and the time they took",
            each().map(|(name, agent)| ([("agent", name.as_str())], agent.tally.calls.clone())),
        )?;
        to.counters(
            "agent_failures",
            "What agents were asked and have not answered",
            each().map(|(name, agent)| ([("agent", name.as_str())], agent.tally.failures)),
        )?;
        let models = || each().filter_map(|(name, agent)| Some((name, agent.tally.models?)));
        to.counters(
            "model_calls",
            "How often agents have asked their models",
            models().map(|(name, taken)| ([("agent", name.as_str())], taken.calls)),
        )?;
        to.counters(
            "model_tokens",
            "Tokens that agents' models have read and written",
            models().flat_map(|(name, taken)| {
                let tokens = taken.tokens;
                [
                    ("read", tokens.prompt_tokens),
                    ("written", tokens.completion_tokens),
                ]
                .map(|(way, count)| ([("agent", name.as_str()), ("way", way)], count))
            }),
        )?;
        let costs: Vec<(&String, String, u64)> = models()
            .filter_map(|(name, taken)| {
                let cost = taken.cost?;
                let millionths = u64::try_from(cost.millionths()).ok()?;
                Some((name, cost.currency().to_string(), millionths))
            })
            .collect();
        to.counters(
            "model_cost_millionths",
            "What agents' models have cost, in millionths of a unit of the currency",
            costs.iter().map(|(name, currency, cost)| {
                let labels = [("agent", name.as_str()), ("currency", currency.as_str())];
                (labels, *cost)
            }),
        )?;
        to.gauges(
            "agent_in_flight",
            "What agents work on",
            each().map(|(name, agent)| ([("agent", name.as_str())], agent.load)),
        )?;
        to.gauges(
            "agent_breaker_open",
            "1 while an agent is not asked after too many failures",
            each().map(|(name, agent)| {
                let open = u64::from(agent.breaker == Breaker::Open);
                ([("agent", name.as_str())], open)
            }),
        )
    }

    fn skills(&self, to: &mut Writer<'_>) -> fmt::Result {
        let catalog = self.0.desk().catalog();
        let members = catalog.members().iter();
        let counts: Vec<_> = members
            .map(|member| {
                (
                    member.name().as_str(),
                    member.tally.read(),
                    member.quarantine.is_active(),
                )
            })
            .collect();
        to.times(
            "skill_seconds",
            "Messages that skills were asked about, and the time they took",
            counts
                .iter()
                .map(|(name, count, _)| ([("skill", *name)], count.calls.clone())),
        )?;
        to.counters(
            "skill_faults",
            "How often skills failed",
            counts
                .iter()
                .map(|(name, count, _)| ([("skill", *name)], count.faults)),
        )?;
        to.counters(
            "skill_kills",
            "How often skills were stopped for going beyond their limits",
            counts
                .iter()
                .map(|(name, count, _)| ([("skill", *name)], count.kills)),
        )?;
        to.gauges(
            "skill_quarantined",
            "1 while a skill is not asked after too many faults",
            counts
                .iter()
                .map(|(name, _, out)| ([("skill", *name)], u64::from(*out))),
        )
    }
}
