//! What is shown of an answer besides its text.

use baton::handoff::{Answer, Leg, LegEnd, Source, StandIn};

use super::{
    style::{BAD, FAINT, NOTE, STRONG, paint},
    text::{list, one_line, span},
    wrap::wrap,
};

/// Whether it was said above the reply who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// It was.
    Named,
    /// It was not.
    Unnamed,
}

/// Who answered and why, where the knowledge is from, what went wrong on the way.
pub fn details(answer: &Answer, width: Option<usize>, speaker: Speaker) -> String {
    let mut lines = vec![match speaker {
        Speaker::Named => paint(FAINT, wrap(&route(answer), width)),
        Speaker::Unnamed => {
            let agent = answer.agent.as_str();
            let summary = wrap(&format!("{agent} · {}", route(answer)), width);
            let way = summary.strip_prefix(agent).unwrap_or(&summary);
            paint(STRONG, agent) + &paint(FAINT, way)
        }
    }];
    let broken = |text: String| wrap(&text, width);
    lines.extend(
        answer
            .route
            .iter()
            .filter_map(failure)
            .map(|text| paint(BAD, broken(text))),
    );
    lines.extend(stand_in(answer).map(|text| paint(NOTE, broken(text))));
    if !answer.sources.is_empty() {
        let sources = list(answer.sources.iter().map(source), "");
        lines.push(paint(FAINT, wrap(&format!("from {sources}"), width)));
    }
    if !answer.tickets.is_empty() {
        lines.push(paint(
            NOTE,
            format!("opened ticket {}", list(&answer.tickets, "")),
        ));
    }
    lines.join("\n")
}

/// The way from the message to the answer, on one line.
fn route(answer: &Answer) -> String {
    let times = format!(
        "decided in {}, answered in {}",
        span(answer.decided_in),
        span(answer.took)
    );
    let way = match answer
        .route
        .iter()
        .rev()
        .find(|leg| leg.agent == answer.agent)
    {
        Some(leg) => way(leg),
        None => String::new(),
    };
    if way.is_empty() {
        times
    } else {
        format!("{way} · {times}")
    }
}

/// `front-desk → billing-department by finance/needs-expert (specialization, confidence 1.00)`.
fn way(leg: &Leg) -> String {
    let Some(context) = &leg.context else {
        return "has the conversation".to_owned();
    };
    // What the desk does by itself, when somebody failed, has no author.
    let author = leg.by.as_deref().filter(|by| *by != "desk");
    let by = author.map(|by| format!(" by {by}")).unwrap_or_default();
    let reason = leg.reason.map(|reason| reason.to_string());
    let sure = leg.confidence.filter(|_| author.is_some());
    let sure = sure.map(|confidence| format!("confidence {confidence:.2}"));
    let why = list(reason.into_iter().chain(sure), "no reason given");
    format!("{} → {}{by} ({why})", context.source, context.target)
}

/// What became of a leg that gave no answer.
fn failure(leg: &Leg) -> Option<String> {
    match &leg.end {
        LegEnd::Answered => None,
        LegEnd::Rejected(why) => Some(format!("{} was not asked: {}", leg.agent, one_line(why))),
        LegEnd::Waiting(ticket) => Some(format!(
            "{} is asked when the ticket {ticket} is approved",
            leg.agent
        )),
        LegEnd::Expired => Some(format!(
            "{} was not asked: nobody approved it in time",
            leg.agent
        )),
        LegEnd::Failed(why) => Some(format!("{} could not answer: {}", leg.agent, one_line(why))),
    }
}

fn stand_in(answer: &Answer) -> Option<String> {
    match answer.stand_in {
        StandIn::None => None,
        StandIn::Hook => Some("a skill's hook put this reply in place of the target's".to_owned()),
        StandIn::Agent => Some(format!(
            "the fallback {} stood in; the conversation stays with {}",
            answer.agent, answer.owner
        )),
        StandIn::Local => Some("nobody could answer; this is the fixed text for that".to_owned()),
    }
}

fn source(source: &Source) -> String {
    if source.heading.is_empty() {
        one_line(&source.file)
    } else {
        format!("{} › {}", one_line(&source.file), one_line(&source.heading))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anstream::adapter::strip_str;
    use baton::id::{AgentName, ConversationId};

    use super::*;

    fn leg(agent: &str, end: LegEnd) -> Leg {
        Leg {
            agent: agent.into(),
            handoff: None,
            reason: None,
            chosen_by: None,
            by: None,
            confidence: None,
            context: None,
            end,
            took: Duration::ZERO,
        }
    }

    fn answer(agent: &str, stand_in: StandIn, route: Vec<Leg>) -> Answer {
        Answer {
            conversation: ConversationId::from("c-1"),
            turn: 1,
            reply: "Hello".to_owned(),
            asks: false,
            agent: agent.into(),
            stand_in,
            owner: AgentName::from("front-desk"),
            sources: Vec::new(),
            usage: None,
            tickets: Vec::new(),
            route,
            decided_in: Duration::from_micros(41),
            took: Duration::from_micros(1_200),
        }
    }

    fn shown(answer: &Answer) -> String {
        strip_str(&details(answer, None, Speaker::Unnamed)).to_string()
    }

    #[test]
    fn an_owner_who_answers_is_said_to_have_the_conversation() {
        let answer = answer(
            "front-desk",
            StandIn::None,
            vec![leg("front-desk", LegEnd::Answered)],
        );
        assert_eq!(
            shown(&answer),
            "front-desk · has the conversation · decided in 41 µs, answered in 1.2 ms"
        );
    }

    #[test]
    fn an_agent_that_failed_is_named_with_its_reason_and_the_one_that_stood_in() {
        let legs = vec![
            leg("billing", LegEnd::Failed("it is\u{1b} down".to_owned())),
            leg("assistant", LegEnd::Answered),
        ];
        let shown = shown(&answer("assistant", StandIn::Agent, legs));
        assert!(
            shown.contains("billing could not answer: it is down"),
            "{shown}"
        );
        assert!(shown.contains("the fallback assistant stood in"), "{shown}");
    }

    #[test]
    fn a_source_is_named_by_file_and_heading() {
        let mut answer = answer("front-desk", StandIn::None, Vec::new());
        answer.sources = vec![Source {
            file: "a.md".to_owned(),
            heading: "Refunds".to_owned(),
        }];
        assert!(shown(&answer).ends_with("\nfrom a.md › Refunds"));
    }
}
