//! A model's endpoint that does what a test says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// What it does with each request.
#[derive(Clone)]
pub enum Behaviour {
    /// Streams these parts.
    Streams(&'static [&'static str]),
    /// Streams this text, and then a call of the tool with these arguments.
    Calls(&'static str, &'static str, &'static str),
    /// Calls the tool with these arguments until there is a result to read, and
    /// then streams this text.
    UsesTool(&'static str, &'static str, &'static str),
    /// Calls the tool with these arguments, and never answers once there is a
    /// result to read.
    UsesToolAndHangs(&'static str, String),
    /// Streams these parts with a pause after each.
    StreamsSlowly(&'static [&'static str], Duration),
    /// Begins to answer and breaks off.
    BreaksOff(&'static str),
    /// Takes the request and never answers.
    Hangs,
    /// Answers with this status and body.
    Refuses(&'static str, &'static str),
    /// Answers with bytes that are no HTTP.
    Babbles,
    /// Streams what is no event of the protocol.
    StreamsGarbage,
    /// Gives each text an embedding: a number for each of these words, 1 if the
    /// text has it. Texts with the word "slow" are not answered.
    Embeds(&'static [&'static str]),
}

/// An endpoint on this machine, until the test ends.
pub struct Endpoint {
    /// For `url` in the configuration.
    pub url: String,
    requests: Receiver<Value>,
    parents: Receiver<String>,
}

impl Endpoint {
    /// Listens.
    pub fn that(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (send, requests) = channel();
        let (send_parent, parents) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (behaviour, send) = (behaviour.clone(), send.clone());
                let send_parent = send_parent.clone();
                thread::spawn(move || serve(stream.unwrap(), &behaviour, &send, &send_parent));
            }
        });
        Self {
            url,
            requests,
            parents,
        }
    }

    /// An address where nobody listens.
    pub fn that_is_down() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/v1", listener.local_addr().unwrap())
    }

    /// The body of the next request.
    #[track_caller]
    pub fn request(&self) -> Value {
        self.requests
            .recv_timeout(super::program::PATIENCE)
            .unwrap()
    }
}

impl Endpoint {
    /// Which spans the requests so far are a part of, by their `traceparent`.
    pub fn parents(&self) -> Vec<String> {
        self.parents.try_iter().collect()
    }
}

/// The client may hang up at any point, so what cannot be written is ignored.
fn serve(
    mut stream: TcpStream,
    behaviour: &Behaviour,
    requests: &Sender<Value>,
    parents: &Sender<String>,
) {
    let Some((request, parent)) = read_request(&stream) else {
        return;
    };
    if let Some(parent) = parent {
        // As with the request.
        let _ = parents.send(parent);
    }
    let input = request["input"].as_array().cloned().unwrap_or_default();
    let last = request["messages"].as_array().and_then(|said| said.last());
    let has_result = last.is_some_and(|message| message["role"] == "tool");
    // A test that does not look at requests has dropped the other end.
    let _ = requests.send(request);
    let _ = match behaviour {
        Behaviour::Streams(parts) => stream_parts(&mut stream, parts, Duration::ZERO),
        Behaviour::Calls(text, tool, arguments) => stream_call(&mut stream, text, tool, arguments),
        Behaviour::UsesTool(_, _, text) if has_result => {
            stream_parts(&mut stream, &[text], Duration::ZERO)
        }
        Behaviour::UsesTool(tool, arguments, _) => {
            stream_call(&mut stream, "Let me see.", tool, arguments)
        }
        Behaviour::StreamsSlowly(parts, pause) => stream_parts(&mut stream, parts, *pause),
        Behaviour::BreaksOff(part) => head(&mut stream).and_then(|()| delta(&mut stream, part)),
        Behaviour::UsesToolAndHangs(tool, arguments) if !has_result => {
            stream_call(&mut stream, "", tool, arguments)
        }
        Behaviour::Hangs | Behaviour::UsesToolAndHangs(..) => {
            thread::sleep(super::program::PATIENCE);
            Ok(())
        }
        Behaviour::Refuses(status, body) => {
            let length = body.len();
            let kind = "content-type: application/json";
            write!(
                stream,
                "HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{body}"
            )
        }
        Behaviour::Embeds(words) => embed(&mut stream, &input, words),
        Behaviour::Babbles => stream.write_all(b"\x16\x03\x01 I speak something else\r\n\r\n"),
        Behaviour::StreamsGarbage => {
            head(&mut stream).and_then(|()| stream.write_all(b"data: {not JSON\n\n"))
        }
    };
}

fn read_request(stream: &TcpStream) -> Option<(Value, Option<String>)> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut parent) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("traceparent", value)) => parent = Some(value.to_owned()),
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((serde_json::from_slice(&body).ok()?, parent))
}

fn embed(stream: &mut TcpStream, texts: &[Value], words: &[&str]) -> std::io::Result<()> {
    let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
    if texts.iter().any(|text| text.contains("slow")) {
        thread::sleep(super::program::PATIENCE);
    }
    let numbers = |text: &str| -> Vec<f32> {
        let has = |word: &&str| f32::from(u8::from(text.contains(*word)));
        words.iter().map(has).collect()
    };
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "index": index, "embedding": numbers(text) }))
        .collect();
    let body = json!({ "object": "list", "data": data }).to_string();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn stream_parts(stream: &mut TcpStream, parts: &[&str], pause: Duration) -> std::io::Result<()> {
    head(stream)?;
    for part in parts {
        delta(stream, part)?;
        thread::sleep(pause);
    }
    end(stream, "stop")
}

fn stream_call(
    stream: &mut TcpStream,
    text: &str,
    tool: &str,
    arguments: &str,
) -> std::io::Result<()> {
    head(stream)?;
    delta(stream, text)?;
    let function = json!({ "name": tool, "arguments": arguments });
    let call = json!({ "index": 0, "id": "call_1", "type": "function", "function": function });
    let delta = json!({ "tool_calls": [call] });
    event(
        stream,
        &json!({ "choices": [{ "index": 0, "delta": delta }] }),
    )?;
    end(stream, "tool_calls")
}

fn end(stream: &mut TcpStream, reason: &str) -> std::io::Result<()> {
    event(
        stream,
        &json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }),
    )?;
    let usage = json!({ "prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19 });
    event(stream, &json!({ "choices": [], "usage": usage }))?;
    stream.write_all(b"data: [DONE]\n\n")
}

fn head(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    )
}

fn delta(stream: &mut TcpStream, part: &str) -> std::io::Result<()> {
    event(
        stream,
        &json!({ "choices": [{ "index": 0, "delta": { "content": part } }] }),
    )
}

fn event(stream: &mut TcpStream, event: &Value) -> std::io::Result<()> {
    write!(stream, "data: {event}\n\n")?;
    stream.flush()
}
