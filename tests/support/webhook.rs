//! A web server that answers as an agent, as a test says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;

/// What requests are signed with, in the variable `HOOK_SECRET`.
pub const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A web server on this machine, until the test ends.
pub struct WebServer {
    pub url: String,
    requests: Receiver<Posted>,
}

/// One request.
#[derive(Debug)]
pub struct Posted {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl WebServer {
    /// Answers requests in this order with status and body; the last one
    /// comes again.
    pub fn that_answers(answers: Vec<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/agent", listener.local_addr().unwrap());
        let (send, requests) = channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let Some(posted) = read(&stream) else {
                    continue;
                };
                let (status, body) = &answers[number.min(answers.len() - 1)];
                // A test that does not look at requests has dropped the other end.
                let _ = send.send(posted);
                let length = body.len();
                // The client may have left.
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                );
            }
        });
        Self { url, requests }
    }

    /// The same for each request.
    pub fn that_says(body: &Value) -> Self {
        Self::that_answers(vec![("200 OK", body.to_string())])
    }

    /// The next request.
    #[track_caller]
    pub fn request(&self) -> Posted {
        self.requests
            .recv_timeout(super::program::PATIENCE)
            .unwrap()
    }

    /// How many more there were.
    pub fn others(&self) -> usize {
        self.requests.try_iter().count()
    }
}

impl Posted {
    /// One header.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no {name} in {self:?}")).1
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether it is signed by whoever has the secret, as the standard says.
    pub fn is_signed(&self) -> bool {
        let secret = STANDARD
            .decode(SECRET.strip_prefix("whsec_").unwrap())
            .unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let (id, time) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let signed = format!("{id}.{time}.{}", self.body);
        let signature = self
            .header("webhook-signature")
            .strip_prefix("v1,")
            .unwrap();
        let signature = STANDARD.decode(signature).unwrap();
        hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
    }
}

fn read(stream: &TcpStream) -> Option<Posted> {
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?;
    let mut body = vec![0; length.1.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Posted { headers, body })
}
