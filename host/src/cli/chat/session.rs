//! A chat under way.

use baton::{
    conversation,
    folder::OperatorFolder,
    handoff::Answer,
    skill::Notice,
    view::{agent::listed, condition::explained, skill::files},
};

use super::{
    command::{self, Line},
    lines::Lines,
    notice,
    replies::{self, Replies},
};
use crate::cli::{
    agent,
    answer::{self, Speaker},
    explain,
    input::Who,
    output::Output,
    report, skill,
    stream::Stream,
    style::{FAINT, NOTE, STRONG, paint},
    text::plain,
    tool,
    wrap::wrap,
};

/// Messages that `/history` shows: what a screen holds.
const HISTORY: usize = 20;

/// A chat under way.
pub struct Session<'a> {
    /// The folder.
    pub opened: OperatorFolder,
    /// Who writes, in which conversation.
    pub who: Who,
    /// Where answers go.
    pub output: &'a mut Output,
    /// A person reads and writes.
    pub person: bool,
    /// Something could not be done.
    pub failed: bool,
    /// What people have replied so far.
    pub replies: Replies,
    /// Carries out what people have decided, or not in time.
    pub settling: Option<tokio::task::JoinHandle<()>>,
}

/// Whether there is more.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// There is.
    Line,
    /// There is not.
    Quit,
}

impl Session<'_> {
    /// Does what a line says. Only output that cannot be written ends the chat.
    pub async fn take(&mut self, line: &str) -> anyhow::Result<Next> {
        let line = match command::read(line) {
            Ok(line) => line,
            Err(why) => {
                self.tell(&anyhow::anyhow!(why));
                return Ok(Next::Line);
            }
        };
        if line == Line::Quit {
            return Ok(Next::Quit);
        }
        match self.perform(line).await {
            // Nobody reads any more.
            Err(error) if error.is::<std::io::Error>() => Err(error),
            Err(error) => {
                self.tell(&error);
                Ok(Next::Line)
            }
            Ok(()) => Ok(Next::Line),
        }
    }

    async fn perform(&mut self, line: Line) -> anyhow::Result<()> {
        let width = self.output.table_width();
        match line {
            Line::Message(text) => self.answer(text).await,
            Line::Help => Ok(self.output.line(command::HELP)?),
            Line::Quit => Ok(()),
            Line::Explain(text) => {
                let explanation = self.opened.desk.explain(self.who.says(text)).await?;
                if self.output.is_json() {
                    return self.output.value(&explained(&explanation));
                }
                Ok(self
                    .output
                    .line(&explain::show(&explanation, false, width))?)
            }
            Line::Tool {
                skill,
                tool,
                arguments,
            } => {
                let desk = &self.opened.desk;
                let result = tool::call(desk, &skill, &tool, &arguments, &self.who).await?;
                tool::show(&result, self.output)
            }
            Line::History => self.history().await,
            Line::Agents if self.output.is_json() => self.output.value(&listed(&self.opened.desk)),
            Line::Agents => Ok(self.output.line(&agent::show(&self.opened.desk, width))?),
            Line::Skills if self.output.is_json() => {
                self.output.value(&files(&self.opened.skills.entries()))
            }
            Line::Skills => Ok(self
                .output
                .line(&skill::list::show(&self.opened.skills.entries(), width))?),
        }
    }

    async fn answer(&mut self, text: String) -> anyhow::Result<()> {
        let mut incoming = self.who.says(text);
        let stream = Stream::new(self.output.width(), true);
        if !self.person {
            let answer = self.opened.desk.answer(incoming).await?;
            return self.show(&answer, stream);
        }
        incoming.deltas = Some(stream.deltas());
        self.output.line("")?;
        tokio::select! {
            answer = self.opened.desk.answer(incoming) => {
                self.show(&answer?, stream)?;
                Ok(self.output.line("")?)
            }
            _ = tokio::signal::ctrl_c() => {
                Ok(self.output.line(&paint(NOTE, "\nThe answer was not waited for."))?)
            }
        }
    }

    fn show(&mut self, answer: &Answer, stream: Stream) -> anyhow::Result<()> {
        if self.output.is_json() {
            return self.output.value(answer);
        }
        stream.finish(answer, self.output)?;
        Ok(self.output.line(&answer::details(
            answer,
            self.output.width(),
            Speaker::Named,
        ))?)
    }

    async fn history(&mut self) -> anyhow::Result<()> {
        let mut messages = Vec::new();
        if let Some(id) = &self.who.conversation
            && let Some(conversation) = self.opened.desk.store().open(id).await?
        {
            messages = conversation.history.page(None, HISTORY)?;
        }
        if self.output.is_json() {
            return self.output.value(&messages);
        }
        if messages.is_empty() {
            self.output.line("Nothing has been said yet.")?;
        }
        for message in messages {
            let speaker = match &message.speaker {
                conversation::Speaker::User => paint(FAINT, "you"),
                conversation::Speaker::Operator => paint(FAINT, "operator"),
                conversation::Speaker::Agent { agent } => paint(STRONG, agent),
                conversation::Speaker::Tool { name, .. } => paint(FAINT, plain(name)),
            };
            let said = wrap(&plain(&message.content), self.output.width());
            self.output.line(&format!("{speaker}\n{said}\n"))?;
        }
        Ok(())
    }

    /// Shows what people have replied since the last look, above the prompt if
    /// there is one; whether there was anything.
    pub async fn tell_replies(&mut self, mut lines: Option<&mut Lines>) -> anyhow::Result<bool> {
        let Some(id) = &self.who.conversation else {
            return Ok(false);
        };
        let new = self.replies.new_in(self.opened.desk.store(), id).await?;
        for reply in &new {
            if self.output.is_json() {
                self.output.value(&replies::json(reply))?;
                continue;
            }
            let text = replies::shown(reply, self.output.width());
            let lines = lines.as_deref_mut();
            let above = self.person && lines.is_some_and(|lines| lines.show_above(&text));
            if !above {
                self.output.line(&text)?;
            }
        }
        Ok(!new.is_empty())
    }

    /// Tells what has changed in the folder, above the prompt if there is one.
    pub fn note(&mut self, notice: &Notice, lines: Option<&mut Lines>) -> anyhow::Result<()> {
        if self.output.is_json() {
            return self.output.value(&notice::json(notice));
        }
        let line = notice::line(notice, self.output.width());
        let above = self.person && lines.is_some_and(|lines| lines.show_above(&line));
        if !above {
            self.output.line(&line)?;
        }
        Ok(())
    }

    fn tell(&mut self, error: &anyhow::Error) {
        self.failed = true;
        if self.output.is_json() {
            report::tell_json(&report::on_one_line(error));
        } else {
            report::tell(error);
        }
    }
}
