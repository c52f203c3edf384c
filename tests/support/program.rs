//! Runs the program.

use std::{
    ffi::OsStr,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// No run takes this long; one that does hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Ran {
    /// Expects success.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.with_code(0)
    }

    /// Expects this exit code.
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {self:#?}"),
        }
    }

    /// Expects each of these texts in standard output.
    #[track_caller]
    pub fn shows(self, texts: &[&str]) -> Self {
        expect(&self.stdout, texts);
        self
    }

    /// Expects each of these texts in standard error.
    #[track_caller]
    pub fn complains(self, texts: &[&str]) -> Self {
        expect(&self.stderr, texts);
        self
    }
}

#[track_caller]
fn expect(all: &str, texts: &[&str]) {
    for text in texts {
        assert!(all.contains(text), "`{text}` is not in:\n{all}");
    }
}

/// The program with compiled code cached for all tests together and nothing of
/// the environment that would change what it does.
pub fn baton() -> Command {
    baton_with_cache(&super::shared("cache"))
}

/// The program with a cache of its own.
pub fn baton_with_cache(cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command
        .env("XDG_CACHE_HOME", cache)
        .env("XDG_STATE_HOME", super::shared("state"))
        .env("XDG_DATA_HOME", super::shared("data"))
        .env_remove("BATON_SDK")
        .env_remove("BATON_TOOLS")
        .env_remove("BATON_LOG")
        .env_remove("BATON_LOG_FORMAT")
        .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
        .env_remove("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end.
#[track_caller]
pub fn run(command: &mut Command) -> Ran {
    run_with_input(command, None)
}

/// Runs it to its end with this on its standard input.
#[track_caller]
pub fn run_with_input(command: &mut Command, input: Option<&[u8]>) -> Ran {
    run_within(PATIENCE, command, input)
}

/// Runs it to its end, which must come within this time.
#[track_caller]
pub fn run_within(patience: Duration, command: &mut Command, input: Option<&[u8]>) -> Ran {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let stdout = collect(child.stdout.take().unwrap());
    let stderr = collect(child.stderr.take().unwrap());
    if let Some(input) = input {
        // A program that does not read all of it closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
    }
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > patience {
            child.kill().unwrap();
            panic!("it hangs: {command:?}");
        }
        thread::sleep(Duration::from_millis(2));
    };
    let took = began.elapsed();
    Ran {
        code: status.code().unwrap_or(-1),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
        took,
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Runs it on no folder in particular.
#[track_caller]
pub fn baton_with<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    run(baton().args(arguments))
}
