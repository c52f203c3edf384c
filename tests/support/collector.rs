//! A collector of traces, as far as OTLP over HTTP needs one.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{KeyValue, any_value::Value},
};
use prost::Message;

/// A collector on this machine, until the test ends.
pub struct Collector {
    /// What programs are told of it.
    pub url: String,
    spans: Receiver<Span>,
}

/// A span as it came.
#[derive(Clone, Debug)]
pub struct Span {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    pub kind: i32,
    pub failed: bool,
    pub attributes: BTreeMap<String, String>,
    /// Of the program that sent it.
    pub service: String,
}

impl Span {
    /// What is said of it by this name; nothing if nothing is.
    pub fn says(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl Collector {
    /// Listens.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, spans) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let send = send.clone();
                thread::spawn(move || take(&stream.unwrap(), &send));
            }
        });
        Self { url, spans }
    }

    /// All spans until nothing has come for a while.
    pub fn all(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = self.spans.try_iter().collect();
        while let Ok(span) = self.spans.recv_timeout(Duration::from_secs(1)) {
            spans.push(span);
        }
        spans
    }

    /// The spans of one turn, as soon as it is there.
    pub fn turn(&self) -> Vec<Span> {
        let began = Instant::now();
        let mut spans = Vec::new();
        while began.elapsed() < super::program::PATIENCE {
            spans.extend(self.all());
            if spans.iter().any(|span| span.name == "invoke_workflow desk") {
                return spans;
            }
        }
        panic!("no turn has come: {spans:#?}");
    }
}

/// The one span of this name.
#[track_caller]
pub fn one<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let found: Vec<&Span> = spans.iter().filter(|span| span.name == name).collect();
    match found.as_slice() {
        [one] => one,
        _ => panic!("not one `{name}` in {spans:#?}"),
    }
}

fn take(stream: &TcpStream, spans: &Sender<Span>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        for span in read_spans(request) {
            // A test that does not look at more has dropped the other end.
            let _ = spans.send(span);
        }
        let body = ExportTraceServiceResponse::default().encode_to_vec();
        let mut writer = stream;
        let _ = write!(
            writer,
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let _ = writer.write_all(&body);
    }
}

fn read(reader: &mut impl BufRead) -> Option<ExportTraceServiceRequest> {
    let mut length = 0;
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    if first.is_empty() {
        return None;
    }
    assert!(first.starts_with("POST /v1/traces "), "{first}");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("content-type", value)) => assert_eq!(value, "application/x-protobuf"),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(ExportTraceServiceRequest::decode(body.as_slice()).unwrap())
}

fn read_spans(request: ExportTraceServiceRequest) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let service = attributes(resource.resource.unwrap().attributes);
        let service = service.get("service.name").cloned().unwrap_or_default();
        for span in resource.scope_spans.into_iter().flat_map(|s| s.spans) {
            assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
            spans.push(Span {
                name: span.name,
                trace: hex::encode(span.trace_id),
                id: hex::encode(span.span_id),
                parent: hex::encode(span.parent_span_id),
                kind: span.kind,
                // STATUS_CODE_ERROR
                failed: span.status.is_some_and(|status| status.code == 2),
                attributes: attributes(span.attributes),
                service: service.clone(),
            });
        }
    }
    spans
}

fn attributes(all: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::BoolValue(yes) => yes.to_string(),
        Value::IntValue(number) => number.to_string(),
        Value::DoubleValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let pair = |pair: KeyValue| Some((pair.key, text(pair.value?.value?)));
    all.into_iter().filter_map(pair).collect()
}
