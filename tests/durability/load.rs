//! A desk under load, killed at a moment that nobody chose.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::support::{desk::Desk, program::PATIENCE, shapes::Answer, skills};

/// Agents that say what they heard, so that an answer shows its message.
const DESK: &str = r#"
entry = "desk"
store = "sqlite:baton.db"

[policy]
max-waiting = 8
max-per-minute = 100000

[agents.desk]
kind  = "scripted"
reply = "heard {text}"

[agents.first-agent]
kind  = "scripted"
reply = "heard {text}"
delay = "3ms"
price = "0.01 USD"

[agents.later-agent]
kind  = "scripted"
reply = "heard {text}"

[agents.office]
kind  = "scripted"

[agents.broken]
kind   = "scripted"
script = "fail"
price  = "0.02 USD"

[agents.person]
kind            = "human"
acknowledgement = "heard as {ticket}"

[[rules]]
target   = "desk"
keywords = ["back"]

[[rules]]
target   = "person"
keywords = ["person"]

[[rules]]
target   = "broken"
keywords = ["broken"]
"#;

/// The words that decide who gets a message, in turn.
const WORDS: [&str; 6] = ["count", "back", "plain", "person", "back", "broken"];

/// The desk of this test.
pub fn desk() -> Desk {
    let desk = Desk::new(DESK).skill("counter.wasm", skills::counter(""));
    // More than any run of this test can spend.
    desk.baton(&["ledger", "credit", "ada", "1000000 USD"]).ok();
    desk
}

/// The `number`th message of a host.
fn text(host: &str, number: usize) -> String {
    format!("{} {host}-{number}", WORDS[number % WORDS.len()])
}

/// A host that is fed messages as fast as it reads them.
pub struct Host {
    child: Child,
    answers: JoinHandle<Vec<Answer>>,
    first: Receiver<()>,
    feeder: JoinHandle<()>,
}

impl Host {
    /// Starts one on a conversation that others may write to as well.
    pub fn start(desk: &Desk, conversation: &str, name: &str) -> Self {
        let mut child = piped(desk.command(&[
            "chat",
            "--json",
            "--user",
            "ada",
            "--conversation",
            conversation,
        ]));
        let mut input = child.stdin.take().unwrap();
        let name = name.to_owned();
        let feeder = thread::spawn(move || {
            for number in 0.. {
                let line = text(&name, number);
                if writeln!(input, "{line}")
                    .and_then(|()| input.flush())
                    .is_err()
                {
                    return;
                }
            }
        });
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, first) = channel();
        // Only a line that has come as a whole acknowledges anything.
        let answers = thread::spawn(move || {
            lines
                .map_while(Result::ok)
                // Only the first is waited for, if any is.
                .inspect(|_| {
                    let _ = send.send(());
                })
                .filter_map(|line| serde_json::from_str(&line).ok())
                .collect()
        });
        Self {
            child,
            answers,
            first,
            feeder,
        }
    }

    /// Waits until it has answered something.
    pub fn works(&self) {
        self.first.recv_timeout(PATIENCE).unwrap();
    }

    /// Kills it, as the system does when there is no memory left.
    pub fn kill(mut self) -> Vec<Answer> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.feeder.join().unwrap();
        self.answers.join().unwrap()
    }
}

/// A message with a key, whose host is killed after a while if it has not
/// answered by then.
pub fn deliver(
    desk: &Desk,
    conversation: &str,
    key: &str,
    limit: Option<Duration>,
) -> Option<Answer> {
    let text = format!("count keyed-{key}");
    let arguments = [
        "run",
        "--json",
        "--user",
        "ada",
        "--conversation",
        conversation,
        "--key",
        key,
        &text,
    ];
    let mut child = piped(desk.command(&arguments));
    if let Some(limit) = limit {
        thread::sleep(limit);
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).ok()
}

fn piped(mut command: Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
