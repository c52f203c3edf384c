//! `baton chat`: a conversation with the desk.

mod command;
mod lines;
mod notice;
mod replies;
mod session;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    time::Duration,
};

use baton::{folder::OperatorFolder, id::ConversationId, skill::Notice};
use clap::Args;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    Global,
    input::Who,
    open::open,
    output::{Output, warn},
    report::FAILED,
    style::{FAINT, STRONG, paint},
    text::count,
};
use lines::{Input, Lines};
use replies::{EVERY, Replies};
use session::Session;

/// Talks with the desk. Skills that are put into the folder meanwhile take
/// effect at once. From a pipe, every line is a message, answered in order.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service chat --user c-1001
  baton -C examples/customer-service chat < questions.txt")]
pub struct Chat {
    #[command(flatten)]
    who: Who,
    /// At the end, wait so long for a person's reply
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
}

impl Chat {
    /// Answers until there is nothing more to answer.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open(global).await?;
        // From before the watch begins, so that nothing is missed.
        let mut notices = opened.skills.notices();
        let _watching = match opened.skills.watch() {
            Ok(watching) => Some(watching),
            Err(error) => {
                warn(global.json, &error.to_string());
                None
            }
        };
        let mut who = self.who;
        who.conversation
            .get_or_insert_with(ConversationId::generate);
        let person = io::stdin().is_terminal() && output.is_terminal() && !global.json;
        let mut lines = if person {
            Lines::edited()?
        } else {
            Lines::piped()
        };
        if person {
            output.line(&banner(&opened))?;
        }
        let mut session = Session {
            opened,
            who,
            output,
            person,
            failed: false,
            replies: Replies::default(),
            settling: None,
        };
        session.tell_replies(None).await?;
        loop {
            let input = next(&mut lines, &mut notices, &mut session).await?;
            pending(&mut notices, &mut session)?;
            match input {
                Input::End => {
                    wait_for_reply(&mut session, Duration::from_secs(self.wait)).await?;
                    break;
                }
                Input::Cancelled => {}
                Input::Line(line) if line.trim().is_empty() => {}
                Input::Line(line) => {
                    if session.take(&line).await? == session::Next::Quit {
                        break;
                    }
                    pending(&mut notices, &mut session)?;
                    session.tell_replies(None).await?;
                }
            }
        }
        let failed = session.failed && !person;
        if person && let Some(id) = &session.who.conversation {
            session
                .output
                .line(&paint(FAINT, session.who.again("chat", id, global)))?;
        }
        Ok(if failed {
            ExitCode::from(FAILED)
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// The next line; what happens in the folder until then is told at once.
async fn next(
    lines: &mut Lines,
    notices: &mut Receiver<Notice>,
    session: &mut Session<'_>,
) -> anyhow::Result<Input> {
    lines.ask();
    let mut clock = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            biased;
            notice = notices.recv() => match notice {
                Ok(notice) => session.note(&notice, Some(lines))?,
                Err(RecvError::Lagged(_)) => {}
                // Cannot be, as the folder is open.
                Err(RecvError::Closed) => return Ok(Input::End),
            },
            input = lines.next() => return input,
            _ = clock.tick() => {
                settle(session);
                session.tell_replies(Some(lines)).await?;
            }
        }
    }
}

/// Deadlines are kept while a chat is open. Whoever answers when one has passed
/// may take its time, for which the person at the keyboard does not wait.
fn settle(session: &mut Session<'_>) {
    if session
        .settling
        .as_ref()
        .is_some_and(|task| !task.is_finished())
    {
        return;
    }
    let desk = session.opened.desk.clone();
    session.settling = Some(tokio::spawn(async move {
        // What fails is tried again, by this and by every other command.
        let _ = desk.settle_approvals().await;
    }));
}

/// Waits for what people reply, for as long as it is wanted.
async fn wait_for_reply(session: &mut Session<'_>, patience: Duration) -> anyhow::Result<()> {
    let end = tokio::time::Instant::now() + patience;
    while tokio::time::Instant::now() < end {
        settle(session);
        if session.tell_replies(None).await? {
            break;
        }
        tokio::time::sleep(EVERY).await;
    }
    Ok(())
}

/// Tells what has happened in the folder by now.
fn pending(notices: &mut Receiver<Notice>, session: &mut Session<'_>) -> anyhow::Result<()> {
    while let Ok(notice) = notices.try_recv() {
        session.note(&notice, None)?;
    }
    Ok(())
}

fn banner(opened: &OperatorFolder) -> String {
    let desk = &opened.desk;
    let catalog = desk.catalog();
    let skills = count(catalog.members().len(), "skill");
    let agents = count(desk.directory().all().count(), "agent");
    format!(
        "{} {}\n{}",
        paint(STRONG, "Baton"),
        paint(
            FAINT,
            format!(
                "· {agents}, {skills} · {} answers first",
                desk.directory().entry()
            )
        ),
        paint(FAINT, "Write a message, or /help. Ctrl-D ends.")
    )
}
