//! A desk that is served, and a client of it that reads what is on the wire.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::desk::Desk;

/// A desk that is served until the test ends.
pub struct Served {
    program: Child,
    address: String,
    operator: String,
}

/// What came back.
#[derive(Debug)]
pub struct Received {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Served {
    /// Serves the desk where nobody else does.
    pub fn start(desk: &Desk) -> Self {
        Self::start_with(desk, |program| program)
    }

    /// The same with what this does to the program.
    pub fn start_with(desk: &Desk, change: impl Fn(&mut Command) -> &mut Command) -> Self {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--json"];
        let mut command = desk.command(&arguments);
        command.env("SHOP_TOKEN", "sesame").stdout(Stdio::piped());
        let mut program = change(&mut command).spawn().unwrap();
        let mut line = String::new();
        let stdout = program.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let url = told["url"].as_str().unwrap();
        Self {
            program,
            address: url.split_once("://").unwrap().1.to_owned(),
            operator: told["operator-token"].as_str().unwrap().to_owned(),
        }
    }

    /// The URL of this path.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Asks it to end, as whoever runs services does.
    #[cfg(unix)]
    pub fn terminate(&self) {
        let pid = self.program.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(kill.unwrap().success());
    }

    /// Whether it ended well, once it has ended.
    pub fn ended_well(&mut self) -> bool {
        self.program.wait().unwrap().success()
    }

    /// The token that may do everything.
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// Asks it to end, and waits until it has.
    #[cfg(unix)]
    pub fn interrupt(&mut self) {
        let id = self.program.id().to_string();
        let asked = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(asked.unwrap().success());
        self.program.wait().unwrap();
    }

    /// Asks it to end, and reads what it has written for the operator.
    #[cfg(unix)]
    pub fn log(mut self) -> String {
        self.terminate();
        let mut log = String::new();
        let stderr = self.program.stderr.take();
        stderr.unwrap().read_to_string(&mut log).unwrap();
        assert!(self.ended_well(), "{log}");
        log
    }

    /// Sends a request with these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Received {
        self.send_bytes(method, path, headers, body.as_bytes())
    }

    /// The same with bytes.
    pub fn send_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Received {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        // A request that is refused early may not be read to its end.
        let _ = stream.write_all(&[text.as_bytes(), body].concat());
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let all = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = all.split_once("\r\n\r\n").unwrap();
        Received {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// Sends a request, reads the beginning of what comes, and leaves.
    pub fn hang_up(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        let mut text =
            format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        stream.write_all((text + "\r\n" + body).as_bytes()).unwrap();
        let _ = stream.read(&mut [0; 256]);
    }

    /// Asks for a chat completion.
    pub fn chat(&self, headers: &[(&str, &str)], request: &Value) -> Received {
        self.send(
            "POST",
            "/v1/chat/completions",
            headers,
            &request.to_string(),
        )
    }

    /// Says one thing to the desk.
    pub fn says(&self, text: &str) -> Received {
        self.chat(&[], &said(&[("user", text)]))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// What the assistant says.
    pub fn reply(&self) -> String {
        let reply = &self.json()["choices"][0]["message"]["content"];
        reply
            .as_str()
            .unwrap_or_else(|| panic!("{self:?}"))
            .to_owned()
    }

    /// One header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The server-sent events.
    pub fn data(&self) -> Vec<&str> {
        let lines = self.body.lines();
        lines
            .filter_map(|line| line.strip_prefix("data: "))
            .collect()
    }
}

/// A request with this talk.
pub fn said(talk: &[(&str, &str)]) -> Value {
    let messages: Vec<Value> = talk
        .iter()
        .map(|(role, text)| json!({ "role": role, "content": text }))
        .collect();
    json!({ "model": "desk", "messages": messages })
}
