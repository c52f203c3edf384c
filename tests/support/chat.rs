//! A running host.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
};

use serde_json::Value;

use super::{
    desk::read,
    program::PATIENCE,
    shapes::{Answer, Explained},
};

/// A chat whose messages come through a pipe and whose answers are JSON.
pub struct Chat {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
    /// Lines that were not what somebody waited for.
    others: Vec<Value>,
    stderr: Option<JoinHandle<String>>,
}

impl Chat {
    /// Starts it and waits until it is ready.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                let line = line.unwrap();
                let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if send.send(value).is_err() {
                    return;
                }
            }
        });
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut chat = Self {
            child,
            input,
            lines,
            others: Vec::new(),
            stderr: Some(stderr),
        };
        // An answer means that it has loaded its skills and watches their folder.
        chat.write("/agents");
        chat.wait("the list of agents", Value::is_array);
        chat
    }

    /// Writes a line.
    #[track_caller]
    pub fn write(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap_or_else(|error| panic!("the host is gone: {error}"));
        input.flush().unwrap();
    }

    /// Has a message answered.
    #[track_caller]
    pub fn say(&mut self, text: &str) -> Answer {
        self.write(text);
        self.answer()
    }

    /// Waits for an answer.
    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        read(self.wait("an answer", |line| line.get("reply").is_some()))
    }

    /// What the skills say to a message.
    #[track_caller]
    pub fn explain(&mut self, text: &str) -> Explained {
        self.write(&format!("/explain {text}"));
        read(self.wait("an explanation", |line| line.get("conditions").is_some()))
    }

    /// Waits for a notice of this kind about this file.
    #[track_caller]
    pub fn notice(&mut self, kind: &str, file: &str) -> Value {
        let what = format!("a notice that {file} was {kind}");
        self.wait(&what, |line| line["notice"] == kind && line["file"] == file)
    }

    /// Waits for a notice of this kind about this skill.
    #[track_caller]
    pub fn notice_of(&mut self, kind: &str, skill: &str) -> Value {
        let what = format!("a notice of {kind} of {skill}");
        self.wait(&what, |line| {
            line["notice"] == kind && line["skill"] == skill
        })
    }

    /// Waits for what a person says.
    #[track_caller]
    pub fn message(&mut self) -> Value {
        self.wait("a person's message", |line| line["notice"] == "message")
    }

    #[track_caller]
    fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.others.iter().position(&is_it) {
            return self.others.remove(at);
        }
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if is_it(&line) => return line,
                Ok(line) => self.others.push(line),
                Err(_) => {
                    // Without this a host that hangs keeps its standard error open.
                    let _ = self.child.kill();
                    let stderr = self.stderr.take().map(|it| it.join().unwrap());
                    panic!("waited for {what}; got {:#?}\n{stderr:?}", self.others);
                }
            }
        }
    }

    /// Lines that nobody waited for.
    pub fn others(&mut self) -> Vec<Value> {
        self.others.extend(self.lines.try_iter());
        std::mem::take(&mut self.others)
    }

    /// Ends it as a loss of power would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
    }

    /// Ends it; gives its exit code and standard error.
    pub fn end(mut self) -> (i32, String) {
        drop(self.input.take());
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        (status.code().unwrap_or(-1), stderr)
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
