//! A model's endpoint that answers at once.
//!
//! Bare HTTP on bare TCP in a thread of its own, so that it is never what is measured:
//! what it takes itself is measured too, and taken off.

use std::{io, net::SocketAddr, thread};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::mark;

/// Parts that a streamed reply comes in: a short sentence of a model.
const DELTAS: usize = 16;

/// Listens, and answers until the program ends.
pub fn start() -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new()
        .name("backend".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else {
                    return;
                };
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream));
                }
            });
        })?;
    Ok(address)
}

/// Whoever hangs up has had enough.
async fn serve(mut stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        let (body, end) = loop {
            if let Some(found) = request(&buffer) {
                break found;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let asked = buffer.get(body..end)?;
        let said = mark::last_in(asked).unwrap_or_default().to_owned();
        let streamed = contains(asked, b"\"stream\":true") || contains(asked, b"\"stream\": true");
        buffer.drain(..end);
        if streamed {
            in_parts(&mut stream, &said).await.ok()?;
        } else {
            stream.write_all(whole(&said).as_bytes()).await.ok()?;
        }
    }
}

/// Where the body of a request that is there as a whole begins and ends.
fn request(buffer: &[u8]) -> Option<(usize, usize)> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(buffer.get(..head)?).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let length = name.eq_ignore_ascii_case("content-length");
        length.then(|| value.trim().parse::<usize>().ok())?
    });
    let (body, end) = (head + 4, head + 4 + length.unwrap_or(0));
    (buffer.len() >= end).then_some((body, end))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// The reply's words; the first one is the mark of what was asked.
fn words(said: &str) -> impl Iterator<Item = String> {
    (0..DELTAS).map(move |number| match number {
        0 => said.to_owned(),
        _ => " and so".to_owned(),
    })
}

fn whole(said: &str) -> String {
    let text: String = words(said).collect();
    let body = format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"mock","choices":[{{"index":0,"message":{{"role":"assistant","content":"{text}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":12,"completion_tokens":16,"total_tokens":28}}}}"#
    );
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Each part is sent by itself, as it is when a model makes them.
async fn in_parts(stream: &mut TcpStream, said: &str) -> io::Result<()> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    for word in words(said) {
        let choice = format!(
            r#"{{"index":0,"delta":{{"role":"assistant","content":"{word}"}},"finish_reason":null}}"#
        );
        stream.write_all(chunk(&choice, "").as_bytes()).await?;
    }
    let last = r#"{"index":0,"delta":{},"finish_reason":"stop"}"#;
    let usage = r#","usage":{"prompt_tokens":12,"completion_tokens":16,"total_tokens":28}"#;
    let end = format!(
        "{}{}e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n",
        chunk(last, ""),
        chunk("", usage)
    );
    stream.write_all(end.as_bytes()).await
}

fn chunk(choices: &str, more: &str) -> String {
    let event = format!(
        "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"mock\",\"choices\":[{choices}]{more}}}\n\n"
    );
    format!("{:x}\r\n{event}\r\n", event.len())
}
