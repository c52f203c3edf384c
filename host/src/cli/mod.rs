//! The command line, one file for each command.

mod agent;
mod answer;
mod chat;
mod context;
mod conversation;
mod deadletter;
mod doctor;
mod events;
mod explain;
mod handoff;
mod history;
mod input;
mod ledger;
mod mcp;
mod open;
mod output;
mod report;
mod run;
mod serve;
mod skill;
mod stream;
mod style;
mod ticket;
mod tool;
mod wrap;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use baton::view::text;
use output::Output;

/// Decides, for each message of a conversation, which agent answers it.
///
/// The decision is code: skills are WebAssembly components in the skills/
/// folder of an operator's folder, whose baton.toml names the agents. A skill
/// runs in a sandbox, with no more authority than baton.toml grants it, and
/// every answer comes with the reason why this agent gave it.
#[derive(Parser)]
#[command(
    name = "baton",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  baton -C examples/customer-service run \"I was charged twice for order 4321\"
  baton -C examples/customer-service explain \"Where is my parcel?\"
  baton -C examples/customer-service chat
  baton skill inspect finance.wasm

Exit codes:
  0  answered, or done
  1  error: bad input, a refused file, a tool that failed
  2  wrong usage
  3  the folder or its configuration is wrong
  4  answered, but only with the fixed text for when nobody can answer";

/// What every command takes.
#[derive(Args)]
struct Global {
    /// The operator's folder, which has a baton.toml
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "FOLDER",
        default_value = "."
    )]
    folder: PathBuf,
    /// Write JSON, as docs/operators.md describes it
    #[arg(long, global = true)]
    json: bool,
    /// What to log to stderr: error, warn, info, debug, trace, or a filter such
    /// as baton=debug
    #[arg(
        long,
        global = true,
        value_name = "LEVEL",
        env = "BATON_LOG",
        default_value = "warn"
    )]
    #[arg(value_parser = log_filter, hide_env_values = true)]
    log: String,
    /// How to write it
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "BATON_LOG_FORMAT",
        default_value = "text",
        hide_env_values = true
    )]
    log_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// One JSON object on each line, with the time
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Answer one message
    Run(run::Run),
    /// Talk with the desk, message by message
    Chat(chat::Chat),
    /// Serve the desk to clients of OpenAI, A2A and MCP, with an API and a console for operators
    Serve(serve::Serve),
    /// Serve the desk as MCP tools to the program that starts this one
    Mcp(mcp::Mcp),
    /// Show what every skill says to a message and who would answer, and why
    Explain(explain::Explain),
    /// The skills: write, build and test them; list them, and say what they may do
    #[command(subcommand)]
    Skill(skill::Command),
    /// Check the tools that build skills
    Doctor(doctor::Doctor),
    /// The agents
    #[command(subcommand)]
    Agent(agent::Command),
    /// The skills' tools: list and call them
    #[command(subcommand)]
    Tool(tool::Command),
    /// The tickets that wait for a person
    #[command(subcommand)]
    Ticket(ticket::Command),
    /// The handoffs that could not be finished: list, show, retry and drop them
    #[command(subcommand)]
    Deadletter(deadletter::Command),
    /// Hand a conversation over, to one agent or along a chain
    Handoff(handoff::Handoff),
    /// Show what happened in a conversation
    Events(events::Events),
    /// Show the handoffs of a conversation, or all that are under way
    History(history::History),
    /// What the target of a handoff receives
    #[command(subcommand)]
    Context(context::Command),
    /// What answers cost: who has how much, and what was paid
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// What is kept of conversations: list, show, export and delete it
    #[command(subcommand)]
    Conversation(conversation::Command),
}

/// Reads the arguments, does what they say, and tells how it went.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error, asks_for_json()),
    };
    let json = cli.global.json;
    log_to_stderr(&cli.global.log, cli.global.log_format);
    let mut output = Output::new(json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return report::failure(&error.into(), json),
    };
    let done = runtime.block_on(dispatch(cli, &mut output));
    // A line that is being read cannot be taken back.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => report::failure(&error, json),
    }
}

async fn dispatch(cli: Cli, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Cli { global, command } = cli;
    match command {
        Command::Run(run) => run.run(&global, output).await,
        Command::Chat(chat) => chat.run(&global, output).await,
        Command::Serve(serve) => serve.run(&global, output).await,
        Command::Mcp(mcp) => mcp.run(&global).await,
        Command::Explain(explain) => explain.run(&global, output).await,
        Command::Skill(command) => command.run(&global, output).await,
        Command::Doctor(doctor) => doctor.run(&global, output),
        Command::Agent(command) => command.run(&global, output).await,
        Command::Tool(command) => command.run(&global, output).await,
        Command::Ticket(command) => command.run(&global, output).await,
        Command::Deadletter(command) => command.run(&global, output).await,
        Command::Handoff(handoff) => handoff.run(&global, output).await,
        Command::Events(events) => events.run(&global, output).await,
        Command::History(history) => history.run(&global, output).await,
        Command::Context(command) => command.run(&global, output).await,
        Command::Ledger(command) => command.run(&global, output).await,
        Command::Conversation(command) => command.run(&global, output).await,
    }
}

/// Whether JSON was asked for in arguments that cannot be read as a whole.
fn asks_for_json() -> bool {
    std::env::args_os()
        .skip(1)
        .take_while(|argument| argument != "--")
        .any(|a| a == "--json")
}

fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

fn log_to_stderr(filter: &str, format: LogFormat) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(anstream::stderr);
    match format {
        LogFormat::Text => log.with_target(false).without_time().init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn check(command: &clap::Command) {
            for sub in command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
            {
                let help = sub
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let shown = sub.has_subcommands() || help.contains("baton ");
                assert!(shown, "`{}` shows no example", sub.get_name());
                check(sub);
            }
        }
        check(&Cli::command());
    }
}
