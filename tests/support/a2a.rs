//! An A2A agent of somebody else that does what a test says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::program::PATIENCE;

/// What it answers to one request.
pub enum Says {
    /// This result.
    Result(Value),
    /// This error of the protocol.
    Error(i64, &'static str),
    /// This status, content type and body.
    Raw(&'static str, &'static str, String),
    /// These results as events, with a pause after each.
    Events(Vec<Value>, Duration),
    /// This text as a stream of events.
    Stream(String),
    /// The same event again and again, until the other side hangs up.
    Endlessly(Value),
    /// Nothing, for a long time.
    Nothing,
}

type Acts = dyn Fn(&str, &Value) -> Says + Send + Sync;

/// A request as it came: the method, or the path for the card; its parameters;
/// its head in small letters.
pub struct Asked {
    pub method: String,
    pub params: Value,
    pub head: String,
}

/// An agent on this machine, until the test ends.
pub struct Peer {
    /// Where it is, as in `127.0.0.1:8080`.
    pub host: String,
    asked: Receiver<Asked>,
}

impl Peer {
    /// Has a card, with streaming or not, and acts like this.
    pub fn that(
        streams: bool,
        acts: impl Fn(&str, &Value) -> Says + Send + Sync + 'static,
    ) -> Self {
        Self::with(move |host| card(host, streams), acts)
    }

    /// Has this card, and acts like this.
    pub fn with(
        card: impl Fn(&str) -> Value,
        acts: impl Fn(&str, &Value) -> Says + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let card = card(&host).to_string();
        let (send, asked) = channel();
        let acts: Arc<Acts> = Arc::new(acts);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (card, acts, send) = (card.clone(), acts.clone(), send.clone());
                thread::spawn(move || serve(stream.unwrap(), &card, &*acts, &send));
            }
        });
        Self { host, asked }
    }

    /// Where its card is.
    pub fn card(&self) -> String {
        format!("http://{}/.well-known/agent-card.json", self.host)
    }

    /// The next request of this method.
    #[track_caller]
    pub fn asked(&self, method: &str) -> Asked {
        loop {
            let asked = self.asked.recv_timeout(PATIENCE).unwrap();
            if asked.method == method {
                return asked;
            }
        }
    }

    /// How often this method was called so far.
    pub fn count(&self, method: &str) -> usize {
        let asked = self.asked.try_iter();
        asked.filter(|asked| asked.method == method).count()
    }
}

/// A card with one skill.
pub fn card(host: &str, streams: bool) -> Value {
    json!({
        "name": "Parcel tracker",
        "description": "Knows where every parcel is.",
        "version": "1.0.0",
        "supportedInterfaces": [
            { "url": format!("http://{host}/grpc"), "protocolBinding": "GRPC", "protocolVersion": "1.0" },
            { "url": format!("http://{host}/rpc"), "protocolBinding": "JSONRPC", "protocolVersion": "1.0" },
        ],
        "capabilities": { "streaming": streams },
        "defaultInputModes": ["text/plain", "application/json"],
        "defaultOutputModes": ["text/plain"],
        "skills": [{
            "id": "tracking",
            "name": "Parcel tracking",
            "description": "Tells where a parcel is.",
            "tags": ["shipping"],
            "examples": ["where is my parcel", "when will my order arrive"],
        }],
    })
}

/// A task in this state, with what is said with it.
pub fn task(state: &str, says: &str) -> Value {
    let message = json!({ "messageId": "m", "role": "ROLE_AGENT", "parts": [{ "text": says }] });
    json!({
        "id": "task-1",
        "contextId": "context-1",
        "status": { "state": format!("TASK_STATE_{state}"), "message": message },
    })
}

/// A finished task with this artifact.
pub fn done(says: &str) -> Value {
    let artifact = json!({ "artifactId": "a", "parts": [{ "text": says }] });
    json!({
        "id": "task-1",
        "contextId": "context-1",
        "status": { "state": "TASK_STATE_COMPLETED" },
        "artifacts": [artifact],
    })
}

/// The text of a message that was sent.
pub fn text(params: &Value) -> &str {
    params["message"]["parts"][0]["text"]
        .as_str()
        .unwrap_or_default()
}

/// The client may hang up at any point, so what cannot be written is ignored.
fn serve(mut stream: TcpStream, card: &str, acts: &Acts, send: &Sender<Asked>) {
    let Some((line, head, body)) = read(&stream) else {
        return;
    };
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (method, params, says) = if line.starts_with("GET /.well-known") {
        let says = Says::Raw("200 OK", "application/json", card.to_owned());
        (path, Value::Null, says)
    } else {
        let method = body["method"].as_str().unwrap_or(&path).to_owned();
        let params = match body.get("params") {
            Some(params) => params.clone(),
            None => body,
        };
        let says = acts(&method, &params);
        (method, params, says)
    };
    // A test that does not look at requests has dropped the other end.
    let _ = send.send(Asked {
        method,
        params,
        head,
    });
    let rpc = |result: Value| json!({ "jsonrpc": "2.0", "id": "1", "result": result });
    let _ = match says {
        Says::Result(result) => whole(
            &mut stream,
            "200 OK",
            "application/json",
            &rpc(result).to_string(),
        ),
        Says::Error(code, message) => {
            let error = json!({ "code": code, "message": message });
            let error = json!({ "jsonrpc": "2.0", "id": "1", "error": error });
            whole(
                &mut stream,
                "200 OK",
                "application/json",
                &error.to_string(),
            )
        }
        Says::Raw(status, kind, body) => whole(&mut stream, status, kind, &body),
        Says::Events(events, pause) => begin(&mut stream).and_then(|()| {
            for event in events {
                write!(stream, "data: {}\n\n", rpc(event))?;
                thread::sleep(pause);
            }
            Ok(())
        }),
        Says::Stream(text) => begin(&mut stream).and_then(|()| stream.write_all(text.as_bytes())),
        Says::Endlessly(event) => begin(&mut stream).and_then(|()| {
            loop {
                write!(stream, "data: {}\n\n", rpc(event.clone()))?;
            }
        }),
        Says::Nothing => {
            thread::sleep(PATIENCE);
            Ok(())
        }
    };
}

fn read(stream: &TcpStream) -> Option<(String, String, Value)> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut head, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
        head.push_str(&line);
        head.push('\n');
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((
        first,
        head,
        serde_json::from_slice(&body).unwrap_or_default(),
    ))
}

fn whole(stream: &mut TcpStream, status: &str, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn begin(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    )
}
