//! Shows a reply while it comes.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use baton::{
    handoff::{Answer, Deltas},
    id::AgentName,
};

use super::{
    output::Output,
    style::{NOTE, STRONG, paint},
    wrap::{Wrap, wrap},
};

/// What has been shown of a reply so far.
pub struct Stream {
    shown: Arc<Mutex<Shown>>,
    width: Option<usize>,
}

struct Shown {
    agent: Option<AgentName>,
    text: String,
    wrap: Wrap,
    names: bool,
}

impl Stream {
    /// Nothing yet. `names`: whoever speaks is named before the first word.
    pub fn new(width: Option<usize>, names: bool) -> Self {
        let shown = Shown {
            agent: None,
            text: String::new(),
            wrap: Wrap::new(width),
            names,
        };
        Self {
            shown: Arc::new(Mutex::new(shown)),
            width,
        }
    }

    /// Takes the parts as they come. Only for a terminal: what a pipe carried
    /// could not be taken back when another agent has to answer.
    pub fn deltas(&self) -> Deltas {
        let shown = self.shown.clone();
        let width = self.width;
        Arc::new(move |agent, part| {
            let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
            let text = shown.take(agent, part, width);
            let mut stdout = anstream::stdout();
            // If it cannot be written, the answer itself cannot be either, and says so.
            let _ = stdout
                .write_all(text.as_bytes())
                .and_then(|()| stdout.flush());
        })
    }

    /// Shows what is missing of the answer.
    pub fn finish(self, answer: &Answer, output: &mut Output) -> std::io::Result<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = shown.rest(answer, self.width);
        output.line(&rest)
    }
}

impl Shown {
    fn take(&mut self, agent: &AgentName, part: &str, width: Option<usize>) -> String {
        let mut text = String::new();
        if self.agent.as_ref() != Some(agent) {
            if self.agent.is_some() {
                text = format!("{}\n{}\n", self.wrap.finish(), broken_off());
            }
            text.push_str(&self.name(agent));
            self.agent = Some(agent.clone());
            self.text.clear();
            self.wrap = Wrap::new(width);
        }
        self.text.push_str(part);
        text + &self.wrap.push(part)
    }

    /// What comes after the last part: nothing if the answer is what was shown.
    fn rest(&mut self, answer: &Answer, width: Option<usize>) -> String {
        let tail = self.wrap.finish();
        match &self.agent {
            None => self.name(&answer.agent) + &wrap(&answer.reply, width),
            Some(agent) if *agent == answer.agent && self.text == answer.reply => tail,
            Some(_) => {
                let name = self.name(&answer.agent);
                format!(
                    "{tail}\n{}\n{name}{}",
                    broken_off(),
                    wrap(&answer.reply, width)
                )
            }
        }
    }

    fn name(&self, agent: &AgentName) -> String {
        if self.names {
            format!("{}\n", paint(STRONG, agent))
        } else {
            String::new()
        }
    }
}

fn broken_off() -> String {
    paint(NOTE, "(broken off; the answer comes from a stand-in)")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anstream::adapter::strip_str;
    use baton::handoff::StandIn;

    use super::*;

    fn answer(agent: &str, reply: &str) -> Answer {
        Answer {
            conversation: "c".into(),
            turn: 1,
            reply: reply.to_owned(),
            asks: false,
            agent: agent.into(),
            stand_in: StandIn::None,
            owner: agent.into(),
            sources: Vec::new(),
            usage: None,
            tickets: Vec::new(),
            route: Vec::new(),
            decided_in: Duration::ZERO,
            took: Duration::ZERO,
        }
    }

    fn shown(parts: &[(&str, &str)], answer: &Answer) -> String {
        let stream = Stream::new(None, false);
        let mut shown = stream.shown.lock().unwrap();
        let mut text: String = parts
            .iter()
            .map(|(agent, part)| shown.take(&(*agent).into(), part, None))
            .collect();
        text += &shown.rest(answer, None);
        strip_str(&text).to_string()
    }

    #[test]
    fn a_reply_that_came_in_parts_is_shown_once() {
        assert_eq!(
            shown(&[("a", "one "), ("a", "two")], &answer("a", "one two")),
            "one two"
        );
    }

    #[test]
    fn a_reply_that_did_not_come_in_parts_is_shown_whole() {
        assert_eq!(shown(&[], &answer("a", "one two")), "one two");
    }

    #[test]
    fn a_reply_that_was_broken_off_is_followed_by_the_real_answer() {
        assert_eq!(
            shown(&[("a", "one tw")], &answer("b", "three")),
            "one tw\n(broken off; the answer comes from a stand-in)\nthree"
        );
    }
}
