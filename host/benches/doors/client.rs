//! A client that keeps its connection, and costs as little as it can beside what it measures.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection to a door.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back, and when.
pub struct Received {
    pub status: u16,
    pub body: Vec<u8>,
    /// Until the first word of a streamed reply.
    pub first: Option<Duration>,
    pub took: Duration,
}

impl Received {
    /// Whether it is an answer to what has this mark.
    pub fn answers(&self, mark: &str) -> bool {
        self.status == 200 && find(&self.body, mark.as_bytes()).is_some()
    }
}

impl Client {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 << 10),
        })
    }

    /// Sends a request and waits for all of the response.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Received> {
        let began = Instant::now();
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = self.until(0, b"\r\n\r\n").await?;
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text.get(9..12).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| broken("there is no status"))?;
        let length = text.lines().find_map(|line| {
            let value = line.strip_prefix("content-length:")?;
            value.trim().parse::<usize>().ok()
        });
        let (body, first) = match length {
            Some(length) => {
                self.filled(head + 4 + length).await?;
                (self.buffer[head + 4..head + 4 + length].to_vec(), None)
            }
            None => self.chunks(head + 4, began).await?,
        };
        Ok(Received {
            status,
            body,
            first,
            took: began.elapsed(),
        })
    }

    /// Sends a request, and nobody waits for the response.
    pub async fn send_and_leave(mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await
    }

    async fn chunks(
        &mut self,
        mut at: usize,
        began: Instant,
    ) -> io::Result<(Vec<u8>, Option<Duration>)> {
        let (mut body, mut first) = (Vec::new(), None);
        loop {
            let line = self.until(at, b"\r\n").await?;
            let size = std::str::from_utf8(&self.buffer[at..line]).ok();
            let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
            let size = size.ok_or_else(|| broken("a chunk has no size"))?;
            self.filled(line + 2 + size + 2).await?;
            if size == 0 {
                return Ok((body, first));
            }
            let chunk = &self.buffer[line + 2..line + 2 + size];
            if first.is_none() && speaks(chunk) {
                first = Some(began.elapsed());
            }
            body.extend_from_slice(chunk);
            at = line + 2 + size + 2;
        }
    }

    /// Where this is, from there on.
    async fn until(&mut self, from: usize, what: &[u8]) -> io::Result<usize> {
        loop {
            if let Some(at) = find(&self.buffer[from..], what) {
                return Ok(from + at);
            }
            self.more().await?;
        }
    }

    async fn filled(&mut self, up_to: usize) -> io::Result<()> {
        while self.buffer.len() < up_to {
            self.more().await?;
        }
        Ok(())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(broken("it hung up")),
            _ => Ok(()),
        }
    }
}

/// Whether there is a word of the reply in it.
fn speaks(chunk: &[u8]) -> bool {
    [b"\"content\":\"#".as_slice(), b"\"content\": \"#"]
        .iter()
        .any(|word| find(chunk, word).is_some())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
