//! Sends spans to a collector, as OTLP over HTTP
//! (<https://opentelemetry.io/docs/specs/otlp/>).
//!
//! Spans wait in a queue of a few thousand, of which a thread of its own sends
//! what has gathered. While nobody takes them the queue fills, and further ones
//! are forgotten: no turn waits for a collector.

mod client;

use std::{borrow::Cow, time::Duration};

use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{SpanId, Status},
};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor},
};
use url::Url;

use self::client::Client;
use crate::{
    config::TracesSection,
    trace::{Content, Ended, Tracer},
};

/// The variables that every program with OpenTelemetry knows: the collector, or
/// the place there that takes traces.
const COLLECTOR: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const FOR_TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";

/// How long what has gathered may take on its way when the desk is closed. A
/// collector that is there needs no second.
const CLOSING: Duration = Duration::from_secs(5);

/// Traces cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The place is none.
    #[error("`{url}`, where {source_of_it} says that traces go, is no URL: {why}")]
    Url {
        /// As it was given.
        url: String,
        /// Who gave it.
        source_of_it: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// There is no way there.
    #[error("the client for traces cannot be built: {0}")]
    Client(String),
    /// What the environment says of it is wrong.
    #[error("traces cannot be sent: {0}; look at the variables OTEL_EXPORTER_OTLP_*")]
    Exporter(#[from] ExporterBuildError),
}

/// Sends spans to a collector.
pub struct Exporter {
    processor: BatchSpanProcessor,
    scope: InstrumentationScope,
    content: Content,
}

impl Exporter {
    /// For the collector that is configured, or that the environment names; none
    /// if neither says one. Must be called where tokio runs.
    pub fn new(section: &TracesSection) -> Result<Option<Self>, TelemetryError> {
        let Some(url) = place(section)? else {
            return Ok(None);
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_http_client(Client::new(&url).map_err(TelemetryError::Client)?)
            .with_endpoint(url)
            .build()?;
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        processor.set_resource(&resource());
        let scope = InstrumentationScope::builder("baton")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let content = match section.content {
            true => Content::Told,
            false => Content::LeftOut,
        };
        Ok(Some(Self {
            processor,
            scope,
            content,
        }))
    }

    /// Sends what has gathered, and takes no more.
    pub fn close(&self) {
        // What it could not send, the client has told.
        let _ = self.processor.shutdown_with_timeout(CLOSING);
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.close();
    }
}

/// Where traces go.
fn place(section: &TracesSection) -> Result<Option<Url>, TelemetryError> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let configured = section.endpoint.as_ref().map(|url| url.get_ref().clone());
    let (text, source_of_it, is_collector) = match (configured, variable(FOR_TRACES)) {
        (Some(url), _) => (url, "baton.toml", true),
        (None, Some(url)) => (url, FOR_TRACES, false),
        (None, None) => match variable(COLLECTOR) {
            Some(url) => (url, COLLECTOR, true),
            None => return Ok(None),
        },
    };
    let wrong = |why: String| TelemetryError::Url {
        url: text.clone(),
        source_of_it,
        why,
    };
    let mut url = Url::parse(&text).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it must begin with http:// or https://".to_owned()));
    }
    if is_collector && let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["v1", "traces"]);
    }
    Ok(Some(url))
}

/// What sends the spans. The SDK reads OTEL_RESOURCE_ATTRIBUTES and the name.
fn resource() -> Resource {
    let named = std::env::var(SERVICE_NAME).is_ok_and(|name| !name.is_empty())
        || std::env::var("OTEL_RESOURCE_ATTRIBUTES")
            .is_ok_and(|attributes| attributes.contains("service.name="));
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = Resource::builder().with_attribute(version);
    match named {
        true => builder.build(),
        false => builder.with_service_name("baton").build(),
    }
}

impl Tracer for Exporter {
    fn content(&self) -> Content {
        self.content
    }

    fn take(&self, span: Ended) {
        let mut attributes = span.described.attributes;
        let status = match span.error {
            None => Status::Unset,
            Some(word) => {
                attributes.push(KeyValue::new("error.type", word));
                // A longer description could say what was said.
                Status::error(word)
            }
        };
        self.processor.on_end(SpanData {
            span_context: span.context,
            parent_span_id: span
                .parent
                .as_ref()
                .map_or(SpanId::INVALID, |parent| parent.span_id()),
            parent_span_is_remote: span.parent.is_some_and(|parent| parent.is_remote()),
            span_kind: span.described.kind,
            name: Cow::Owned(span.described.name),
            start_time: span.began,
            end_time: span.ended,
            attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status,
            instrumentation_scope: self.scope.clone(),
        });
    }
}
