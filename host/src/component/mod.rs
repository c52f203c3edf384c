//! `component`: an agent that is a sandboxed component, in a file of the folder.

mod file;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

pub use self::file::{AgentFile, AgentTerms};
use crate::{
    contract::{
        AgentManifest, AgentPurpose, AgentRefusal, AgentReply, AgentRequest, Fault, HandoffContext,
        PastCall,
    },
    conversation::Readiness,
    discovery::OfferedSkill,
    handoff::{
        Agent, AgentCard, AgentFailure, Assignment, Exchange, HandoffCall, Offer, Purpose, Reply,
        Templates,
    },
};

/// Messages of the conversation that it is told at most, as models are.
const TRANSCRIPT: usize = 200;

/// An agent that is a component.
pub struct ComponentAgent {
    /// As the operator says it is.
    ours: AgentCard,
    /// With what it says of itself, once it has said so.
    known: OnceLock<AgentCard>,
    file: AgentFile,
    templates: Arc<Templates>,
}

impl ComponentAgent {
    /// Reads nothing yet.
    pub fn new(card: AgentCard, file: AgentFile, templates: Arc<Templates>) -> Self {
        Self {
            ours: card,
            known: OnceLock::new(),
            file,
            templates,
        }
    }
}

fn failure(fault: Fault) -> AgentFailure {
    match fault {
        Fault::WallTime { limit } => AgentFailure::Timeout(limit),
        fault => AgentFailure::Failed(fault.to_string()),
    }
}

/// What the operator has left unsaid, in the component's words.
fn introduced(ours: &AgentCard, manifest: &AgentManifest) -> AgentCard {
    let mut card = ours.clone();
    if card.description.is_empty() {
        card.description.clone_from(&manifest.description);
    }
    if card.examples.is_empty() {
        card.examples.clone_from(&manifest.examples);
    }
    if card.skills.is_empty() {
        let offers = manifest.offers.iter().map(|offer| OfferedSkill {
            name: offer.name.clone(),
            description: String::new(),
            examples: offer.examples.clone(),
        });
        card.skills = offers.collect();
    }
    card
}

fn past(exchange: &Exchange) -> PastCall {
    PastCall {
        target: exchange.call.target.clone(),
        result: match &exchange.result {
            Ok(answer) => Ok(answer.reply.clone()),
            Err(refused) => Err(refused.to_string()),
        },
    }
}

fn purpose(purpose: Purpose) -> AgentPurpose {
    match purpose {
        Purpose::Answer => AgentPurpose::Answer,
        Purpose::Decide => AgentPurpose::Decide,
        Purpose::Approve => AgentPurpose::Approve,
    }
}

fn refused(refusal: AgentRefusal) -> AgentFailure {
    match refusal {
        AgentRefusal::Refused(why) => AgentFailure::Refused(why),
        AgentRefusal::NoAnswer => AgentFailure::NoAnswer,
        AgentRefusal::Busy => AgentFailure::Busy,
        AgentRefusal::Unavailable(why) => AgentFailure::Unreachable(why),
        AgentRefusal::Failed(why) => AgentFailure::Failed(why),
    }
}

fn reply(said: AgentReply, assignment: &Assignment) -> Result<Reply, AgentFailure> {
    let mut insights = said.insights;
    if let Some(sure) = said.confidence {
        insights.insert("confidence".to_owned(), sure.value().into());
    }
    let handoff = said.handoff.map(|wanted| HandoffCall {
        target: wanted.target,
        reason: wanted.reason,
        instructions: wanted.instructions,
        findings: wanted.findings,
        confidence: wanted.confidence,
    });
    match &handoff {
        Some(call) if !assignment.may_hand_to.iter().any(|c| c.name == call.target) => {
            let why = format!("it hands over to `{}`, which it may not reach", call.target);
            return Err(AgentFailure::Failed(why));
        }
        // Asked for a decision, it may well have nothing to say.
        None if said.text.trim().is_empty() && assignment.purpose == Purpose::Answer => {
            return Err(AgentFailure::NoAnswer);
        }
        _ => {}
    }
    Ok(Reply {
        text: said.text,
        insights,
        handoff,
        ..Reply::default()
    })
}

#[async_trait]
impl Agent for ComponentAgent {
    fn card(&self) -> &AgentCard {
        self.known.get().unwrap_or(&self.ours)
    }

    async fn introduce(&self) -> bool {
        match self.file.current().await {
            Ok(component) => {
                let manifest = component.manifest();
                self.known.get_or_init(|| introduced(&self.ours, manifest));
                true
            }
            Err(_) => false,
        }
    }

    fn readiness(&self) -> Readiness {
        match self.file.refused() {
            None => Readiness::Ready,
            Some(_) => Readiness::Down,
        }
    }

    fn trouble(&self) -> Option<String> {
        self.file.refused().map(|why| why.to_string())
    }

    fn calls(&self) -> bool {
        true
    }

    async fn offer(&self, _: &HandoffContext) -> Offer {
        match self.file.current().await {
            Ok(_) => Offer::Accepted,
            Err(why) => Offer::Rejected(why.to_string()),
        }
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let component = self.file.current().await;
        let component = component.map_err(|why| AgentFailure::Unreachable(why.to_string()))?;
        let context = assignment.context.as_deref();
        let instructions = context.map(|context| self.templates.render(context));
        let transcript = assignment.transcript(TRANSCRIPT)?;
        let exchanges: Vec<PastCall> = assignment.exchanges.iter().map(past).collect();
        let request = AgentRequest {
            purpose: purpose(assignment.purpose),
            text: &assignment.text,
            instructions: instructions.as_deref().unwrap_or_default(),
            context,
            transcript: &transcript,
            targets: &assignment.may_hand_to,
            exchanges: &exchanges,
        };
        let answered = component
            .answer(&assignment.turn, request, assignment.limit)
            .await
            .map_err(failure)?;
        let reply = reply(answered.map_err(refused)?, &assignment)?;
        if let (Some(deltas), None) = (&assignment.deltas, &reply.handoff) {
            deltas(&self.ours.name, &reply.text);
        }
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{contract::AgentOffer, id::AgentName};

    fn card(description: &str) -> AgentCard {
        AgentCard {
            name: AgentName::from("greeter"),
            kind: "component",
            description: description.to_owned(),
            examples: Vec::new(),
            skills: Vec::new(),
            scopes: Vec::new(),
            timeout: Duration::from_secs(1),
            alternatives: Vec::new(),
            escalation: Vec::new(),
            at_once: None,
        }
    }

    fn manifest() -> AgentManifest {
        AgentManifest {
            name: AgentName::from("somebody"),
            version: semver::Version::new(1, 0, 0),
            description: "Greets".to_owned(),
            examples: vec!["hello".to_owned()],
            offers: vec![AgentOffer {
                name: "greetings".to_owned(),
                examples: vec!["good day".to_owned()],
            }],
            wants: Vec::new(),
            config_schema: None,
            state_version: 1,
        }
    }

    #[test]
    fn a_component_is_introduced_in_its_own_words_where_the_operator_has_none() {
        let known = introduced(&card(""), &manifest());
        assert_eq!(known.name.as_str(), "greeter");
        assert_eq!(known.description, "Greets");
        assert_eq!(known.examples, ["hello"]);
        assert_eq!(known.skills[0].examples, ["good day"]);
        let known = introduced(&card("Ours"), &manifest());
        assert_eq!(known.description, "Ours");
    }

    #[test]
    fn only_what_says_something_of_the_agent_counts_as_its_failure() {
        assert!(matches!(
            refused(AgentRefusal::NoAnswer),
            AgentFailure::NoAnswer
        ));
        let gone = refused(AgentRefusal::Unavailable("gone".to_owned()));
        assert_eq!(gone.to_string(), "it cannot be reached: gone");
        let slow = failure(Fault::WallTime {
            limit: Duration::from_secs(1),
        });
        assert!(matches!(slow, AgentFailure::Timeout(_)));
    }
}
