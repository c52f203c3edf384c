//! What a command came to: exit codes and error messages.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use baton::{config::ConfigError, folder::OpenError};
use serde_json::json;

use super::{
    style::{ERROR, paint},
    text::plain,
};

/// Bad input, a refused file, a tool that failed.
pub const FAILED: u8 = 1;
/// The arguments make no sense.
const USAGE: u8 = 2;
/// The operator's folder or its configuration is wrong.
const FOLDER: u8 = 3;
/// Nobody could answer but the desk itself.
pub const ONLY_LOCAL: u8 = 4;

/// Tells what is wrong with the arguments, or shows the help that they ask for.
pub fn usage(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.render().to_string();
        tell_json(text.trim().trim_start_matches("error: "));
    } else {
        // A closed pipe is no reason to complain.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
}

/// Tells what went wrong.
pub fn failure(error: &anyhow::Error, json: bool) -> ExitCode {
    if let Some(error) = error.downcast_ref::<clap::Error>() {
        return usage(error, json);
    }
    if is_broken_pipe(error) {
        // Whoever read has seen enough.
        return ExitCode::SUCCESS;
    }
    if json {
        tell_json(&on_one_line(error));
    } else {
        tell(error);
    }
    ExitCode::from(code(error))
}

/// Tells what went wrong on standard error.
pub fn tell(error: &anyhow::Error) {
    let coloured = io::stderr()
        .is_terminal()
        .then(|| config_error(error).and_then(ConfigError::in_colour))
        .flatten();
    let text = match (coloured, config_error(error)) {
        (Some(text), _) => text,
        // Has its own heading.
        (None, Some(wrong @ ConfigError::Wrong { .. })) => wrong.to_string(),
        _ => with_causes(&chain(error)),
    };
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Tells a program what went wrong on standard error.
pub fn tell_json(text: &str) {
    let _ = writeln!(io::stderr(), "{}", json!({ "error": text }));
}

/// The error and its causes on one line.
pub fn on_one_line(error: &anyhow::Error) -> String {
    chain(error).join(": ")
}

fn with_causes(chain: &[String]) -> String {
    let mut lines = chain.iter();
    let first = lines.next().map(String::as_str).unwrap_or_default();
    let mut text = format!("{} {first}", paint(ERROR, "error:"));
    for cause in lines {
        text.push_str("\n  because ");
        text.push_str(cause);
    }
    text
}

/// The error and its causes, without those that repeat what was said.
fn chain(error: &anyhow::Error) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = plain(&cause.to_string()).into_owned();
        // A wrong configuration comes with a heading of its own.
        let text = text
            .strip_prefix("error: ")
            .map(str::to_owned)
            .unwrap_or(text);
        if !said.iter().any(|before| before.contains(&text)) {
            said.push(text);
        }
    }
    said
}

fn code(error: &anyhow::Error) -> u8 {
    let folder = error.downcast_ref::<OpenError>().is_some() || config_error(error).is_some();
    if folder { FOLDER } else { FAILED }
}

fn config_error(error: &anyhow::Error) -> Option<&ConfigError> {
    match error.downcast_ref::<OpenError>() {
        Some(OpenError::Config(error)) => Some(error),
        _ => error.downcast_ref::<ConfigError>(),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn an_error_is_followed_by_its_causes_a_line_each() {
        let error = anyhow!("the disk is full").context("cannot write baton.lock");
        assert_eq!(
            strip_str(&with_causes(&chain(&error))).to_string(),
            "error: cannot write baton.lock\n  because the disk is full"
        );
    }

    #[test]
    fn a_cause_that_was_said_already_is_left_out() {
        let error = anyhow!("the disk is full").context("cannot write: the disk is full");
        assert_eq!(chain(&error), ["cannot write: the disk is full"]);
    }

    #[test]
    fn a_folder_without_configuration_has_a_code_of_its_own() {
        let missing = ConfigError::Missing {
            folder: "nowhere".into(),
        };
        assert_eq!(code(&OpenError::Config(missing).into()), FOLDER);
        assert_eq!(code(&anyhow!("anything else")), FAILED);
    }
}
