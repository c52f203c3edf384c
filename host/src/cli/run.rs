//! `baton run`: answers one message.

use std::process::ExitCode;

use baton::{handoff::StandIn, id::DeliveryKey};
use clap::Args;

use super::{
    Global,
    answer::{self, Speaker},
    input::{self, Who},
    open::open,
    output::Output,
    report::ONLY_LOCAL,
    stream::Stream,
    style::{FAINT, paint},
};

/// Answers one message.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service run \"I was charged twice for order 4321\"
  baton run --user c-1001 --conversation 01J9ZQ \"And when is the money back?\"
  baton run --user c-1001 --key order-4321-question \"Where is my parcel?\"
  baton run - < message.txt")]
pub struct Run {
    /// The message; `-` reads it from standard input
    #[arg(value_name = "MESSAGE")]
    message: Option<String>,
    #[command(flatten)]
    who: Who,
    /// What you call this message: delivered again with the same key, it gets
    /// the first answer and nothing runs twice
    #[arg(long, value_name = "KEY", value_parser = input::id::<DeliveryKey>)]
    key: Option<DeliveryKey>,
    /// A proof of payment for the provider of baton.toml: what a client of x402
    /// sends as PAYMENT-SIGNATURE
    #[arg(long, value_name = "BASE64")]
    payment: Option<String>,
}

impl Run {
    /// Shows the answer and how it came about.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let text = input::message(self.message)?;
        let opened = open(global).await?;
        let mut incoming = self.who.says(text);
        incoming.key = self.key;
        incoming.payment = self.payment.map(Into::into);
        let stream = Stream::new(output.width(), false);
        if output.is_terminal() && !output.is_json() {
            incoming.deltas = Some(stream.deltas());
        }
        let answer = opened.desk.answer(incoming).await?;
        if output.is_json() {
            output.value(&answer)?;
        } else {
            stream.finish(&answer, output)?;
            output.line("")?;
            output.line(&answer::details(&answer, output.width(), Speaker::Unnamed))?;
            output.line(&paint(
                FAINT,
                self.who.again("run", &answer.conversation, global) + " \"…\"",
            ))?;
        }
        Ok(match answer.stand_in {
            StandIn::Local => ExitCode::from(ONLY_LOCAL),
            _ => ExitCode::SUCCESS,
        })
    }
}
