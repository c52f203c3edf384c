//! A web server that does what a test says.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// What it does with each request.
#[derive(Clone)]
pub enum Page {
    /// Answers with this text.
    Says(String),
    /// Answers with this text after a while.
    SaysAfter(Duration, String),
    /// Answers with the head of the request.
    Echoes,
    /// Sends one byte of an endless body every so often.
    Drips(Duration),
    /// Says that so many bytes follow, and sends them.
    Sends(u64),
    /// Points to another place.
    PointsTo(String),
    /// Has a head of so many bytes.
    HasHead(usize),
}

/// A server on this machine, until the test ends.
pub struct Web {
    /// Where it is, as in `127.0.0.1:8080`.
    pub host: String,
    heads: Receiver<String>,
    sent: Receiver<u64>,
}

impl Web {
    /// Listens.
    pub fn that(page: Page) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let ((send, heads), (count, sent)) = (channel(), channel());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (page, send, count) = (page.clone(), send.clone(), count.clone());
                thread::spawn(move || serve(stream.unwrap(), &page, &send, &count));
            }
        });
        Self { host, heads, sent }
    }

    /// The heads of the requests so far, in small letters.
    pub fn heads(&self) -> Vec<String> {
        self.heads.try_iter().collect()
    }

    /// How many bytes of a body could be sent before the other side hung up.
    #[track_caller]
    pub fn sent(&self) -> u64 {
        self.sent.recv_timeout(super::program::PATIENCE).unwrap()
    }

    /// Its port.
    pub fn port(&self) -> &str {
        self.host.split_once(':').unwrap().1
    }
}

/// The client may hang up at any point, so what cannot be written ends it.
fn serve(mut stream: TcpStream, page: &Page, heads: &Sender<String>, count: &Sender<u64>) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while !head.ends_with("\r\n\r\n") {
        match reader.read_line(&mut head) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    // A test that does not look at requests has dropped the other end.
    let _ = heads.send(head.to_ascii_lowercase());
    let _ = match page {
        Page::Says(text) => say(&mut stream, text),
        Page::SaysAfter(pause, text) => {
            thread::sleep(*pause);
            say(&mut stream, text)
        }
        Page::Echoes => say(&mut stream, &head),
        Page::Drips(pause) => drip(&mut stream, *pause),
        Page::Sends(bytes) => {
            let _ = count.send(send(&mut stream, *bytes));
            Ok(())
        }
        Page::PointsTo(place) => write!(
            stream,
            "HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ),
        Page::HasHead(bytes) => write!(
            stream,
            "HTTP/1.1 200 OK\r\nx-long: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "a".repeat(*bytes)
        ),
    };
}

fn say(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
    )
}

fn drip(stream: &mut TcpStream, pause: Duration) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")?;
    let end = Instant::now() + super::program::PATIENCE;
    while Instant::now() < end {
        stream.write_all(b"a")?;
        thread::sleep(pause);
    }
    Ok(())
}

fn send(stream: &mut TcpStream, bytes: u64) -> u64 {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    let part = vec![b'a'; 64 << 10];
    let mut sent = 0;
    if stream.write_all(head.as_bytes()).is_ok() {
        while sent < bytes && stream.write_all(&part).is_ok() {
            sent += part.len() as u64;
        }
    }
    sent
}
