//! Lines, from a person at a terminal or from a pipe.

use std::{
    io::{self, BufRead},
    path::PathBuf,
    sync::mpsc,
    thread,
};

use anstream::{AutoStream, ColorChoice, adapter::strip_str};
use anyhow::{Context, Error};
use rustyline::{Config, DefaultEditor, ExternalPrinter, error::ReadlineError};
use tokio::sync::mpsc::{Receiver, channel};

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// A line.
    Line(String),
    /// The line was given up.
    Cancelled,
    /// There is nothing more.
    End,
}

/// Reads lines in a thread of its own, since reading cannot be interrupted.
pub struct Lines {
    inputs: Receiver<anyhow::Result<Input>>,
    /// Asks for a line; none: they come unasked.
    ask: Option<mpsc::Sender<()>>,
    printer: Option<Box<dyn ExternalPrinter + Send>>,
}

const PROMPT: &str = "› ";

impl Lines {
    /// From a person, with editing and a history that is kept.
    pub fn edited() -> anyhow::Result<Self> {
        let config = Config::builder()
            .auto_add_history(true)
            .max_history_size(1_000)?
            .build();
        let mut editor = DefaultEditor::with_config(config).context("cannot use this terminal")?;
        let printer = editor.create_external_printer().ok();
        let history = history_file();
        if let Some(file) = &history {
            // There is none the first time.
            let _ = editor.load_history(file);
        }
        let (send, inputs) = channel(1);
        let (ask, asked) = mpsc::channel::<()>();
        thread::Builder::new()
            .name("lines".to_owned())
            .spawn(move || {
                while asked.recv().is_ok() {
                    let input = match editor.readline(PROMPT) {
                        Ok(line) => Ok(Input::Line(line)),
                        Err(ReadlineError::Interrupted) => Ok(Input::Cancelled),
                        Err(ReadlineError::Eof) => Ok(Input::End),
                        Err(error) => {
                            Err(Error::new(error).context("cannot read from the terminal"))
                        }
                    };
                    if let (Some(file), Ok(Input::Line(_))) = (&history, &input) {
                        // A history that cannot be kept is no reason to stop.
                        let _ = editor.append_history(file);
                    }
                    if send.blocking_send(input).is_err() {
                        return;
                    }
                }
            })?;
        let printer = printer.map(|printer| Box::new(printer) as Box<dyn ExternalPrinter + Send>);
        Ok(Self {
            inputs,
            ask: Some(ask),
            printer,
        })
    }

    /// From a pipe, as they come.
    pub fn piped() -> Self {
        let (send, inputs) = channel(1);
        thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            loop {
                let mut line = Vec::new();
                let input = match stdin.read_until(b'\n', &mut line) {
                    Ok(0) => Ok(Input::End),
                    Ok(_) => {
                        let text = String::from_utf8_lossy(&line);
                        Ok(Input::Line(text.trim_end_matches(['\r', '\n']).to_owned()))
                    }
                    Err(error) => Err(Error::new(error).context("cannot read standard input")),
                };
                let last = !matches!(input, Ok(Input::Line(_)));
                if send.blocking_send(input).is_err() || last {
                    return;
                }
            }
        });
        Self {
            inputs,
            ask: None,
            printer: None,
        }
    }

    /// Shows the prompt, if there is somebody to see it.
    pub fn ask(&mut self) {
        if let Some(ask) = &self.ask {
            // If the thread is gone, the next line is the end.
            let _ = ask.send(());
        }
    }

    /// The next line.
    pub async fn next(&mut self) -> anyhow::Result<Input> {
        self.inputs.recv().await.unwrap_or(Ok(Input::End))
    }

    /// Shows something above the prompt; false if that cannot be done.
    pub fn show_above(&mut self, text: &str) -> bool {
        let Some(printer) = self.printer.as_mut() else {
            return false;
        };
        let text = match AutoStream::choice(&io::stdout()) {
            ColorChoice::Never => strip_str(text).to_string(),
            _ => text.to_owned(),
        };
        printer.print(text + "\n").is_ok()
    }
}

/// Where a person's lines are kept, readable for that person alone.
fn history_file() -> Option<PathBuf> {
    let folder = dirs::state_dir()
        .or_else(dirs::data_local_dir)?
        .join("baton");
    std::fs::create_dir_all(&folder).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).ok()?;
    }
    Some(folder.join("chat-history"))
}
