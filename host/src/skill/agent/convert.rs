//! Between the generated types of `baton:agent` and the host's checked ones.

use crate::{
    contract::{
        AgentHandoff, AgentRefusal, AgentReply, AgentRequest, Confidence, Fault, HandoffContext,
        PastCall,
    },
    conversation::{Colleague, Turn},
    id::{AgentName, Scope},
    skill::{
        bindings::{baton::skill::types as wit_types, exports::baton::agent::agent as wit},
        capability::conversation::message,
        convert::{ContextLists, ContextTexts, context, findings, line, query, text},
    },
};

/// Bytes of a reply: as many as of a model's.
const MAX_REPLY: usize = 256 * 1024;

/// What must be text before it can be passed on.
pub(super) struct Texts<'a> {
    context: Option<(&'a HandoffContext, ContextTexts)>,
    transcript: Vec<wit_types::MessageResult>,
}

/// The calls of each message of the transcript, borrowed.
pub(super) struct Calls<'a>(Vec<Vec<wit_types::ToolCallParam<'a>>>);

/// The lists of a request, borrowed.
pub(super) struct Lists<'a> {
    scopes: Vec<&'a str>,
    context: Option<(&'a HandoffContext, ContextLists<'a>)>,
    transcript: Vec<wit_types::MessageParam<'a>>,
    targets: Vec<wit::Target<'a>>,
    exchanges: Vec<wit::Exchange<'a>>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(request: &AgentRequest<'a>) -> Self {
        let context = request.context;
        Self {
            context: context.map(|context| (context, ContextTexts::of(context))),
            transcript: request
                .transcript
                .iter()
                .map(|said| message(said))
                .collect(),
        }
    }

    pub(super) fn calls(&self) -> Calls<'_> {
        let each = self.transcript.iter();
        Calls(each.map(|said| calls(&said.tool_calls)).collect())
    }
}

fn calls(made: &[wit_types::ToolCallResult]) -> Vec<wit_types::ToolCallParam<'_>> {
    made.iter()
        .map(|call| wit_types::ToolCallParam {
            id: &call.id,
            name: &call.name,
            arguments: &call.arguments,
        })
        .collect()
}

fn borrowed<'a>(
    said: &'a wit_types::MessageResult,
    calls: &'a [wit_types::ToolCallParam<'a>],
) -> wit_types::MessageParam<'a> {
    wit_types::MessageParam {
        id: &said.id,
        time: said.time,
        role: &said.role,
        content: &said.content,
        agent: said.agent.as_deref(),
        tool_calls: calls,
        answers: said.answers.as_deref(),
        trust: said.trust,
        extra: &[],
    }
}

impl<'a> Lists<'a> {
    pub(super) fn of(
        turn: &'a Turn,
        asked: &AgentRequest<'a>,
        texts: &'a Texts<'a>,
        calls: &'a Calls<'a>,
    ) -> Self {
        let target = |colleague: &'a Colleague| wit::Target {
            name: colleague.name.as_str(),
            description: &colleague.description,
            extra: &[],
        };
        let exchange = |past: &'a PastCall| wit::Exchange {
            target: past.target.as_str(),
            reply: past.result.as_deref().ok(),
            refused: past.result.as_ref().err().map(String::as_str),
            extra: &[],
        };
        let context = texts.context.as_ref();
        let said = texts.transcript.iter().zip(&calls.0);
        Self {
            scopes: turn.query.scopes.iter().map(Scope::as_str).collect(),
            context: context.map(|(context, texts)| (*context, texts.lists(context))),
            transcript: said.map(|(said, calls)| borrowed(said, calls)).collect(),
            targets: asked.targets.iter().map(target).collect(),
            exchanges: asked.exchanges.iter().map(exchange).collect(),
        }
    }

    pub(super) fn request(&'a self, turn: &'a Turn, asked: &AgentRequest<'a>) -> wit::Request<'a> {
        wit::Request {
            purpose: asked.purpose.as_str(),
            query: wit_types::Query {
                text: asked.text,
                ..query(&turn.query, &self.scopes)
            },
            instructions: asked.instructions,
            context: self
                .context
                .as_ref()
                .map(|(handed, lists)| context(handed, lists)),
            transcript: &self.transcript,
            targets: &self.targets,
            exchanges: &self.exchanges,
            extra: &[],
        }
    }
}

/// What an agent answers, checked.
pub(super) fn answered(
    answered: Result<wit::Reply, wit::Failure>,
) -> Result<Result<AgentReply, AgentRefusal>, Fault> {
    match answered {
        Ok(given) => reply(given).map(Ok).map_err(Fault::Contract),
        Err(failure) => Ok(Err(refusal(&failure))),
    }
}

fn reply(given: wit::Reply) -> Result<AgentReply, String> {
    if given.text.len() > MAX_REPLY {
        let length = given.text.len();
        return Err(format!(
            "its reply has {length} bytes; at most {MAX_REPLY} are taken"
        ));
    }
    Ok(AgentReply {
        text: text(given.text),
        confidence: given.confidence.map(confidence).transpose()?,
        insights: findings(given.insights)?,
        handoff: given.handoff.map(handoff).transpose()?,
    })
}

fn handoff(given: wit::Handoff) -> Result<AgentHandoff, String> {
    let reason = match given.reason.as_str() {
        "" => None,
        word => {
            let read = word.parse();
            Some(read.map_err(|error| line(&format!("its reason is wrong: {error}")))?)
        }
    };
    Ok(AgentHandoff {
        target: AgentName::from(line(&given.target)),
        reason,
        instructions: text(given.instructions),
        findings: findings(given.findings)?,
        confidence: confidence(given.confidence)?,
    })
}

fn confidence(value: f64) -> Result<Confidence, String> {
    Confidence::new(value)
        .ok_or_else(|| format!("its confidence is {value}, and must be from 0 to 1"))
}

/// A code that this host does not know means that it failed.
fn refusal(failure: &wit::Failure) -> AgentRefusal {
    let why = line(&failure.message);
    match failure.code.as_str() {
        "refused" => AgentRefusal::Refused(why),
        "no-answer" => AgentRefusal::NoAnswer,
        "busy" => AgentRefusal::Busy,
        "unavailable" => AgentRefusal::Unavailable(why),
        _ => AgentRefusal::Failed(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> wit::Reply {
        wit::Reply {
            text: text.to_owned(),
            confidence: None,
            insights: Vec::new(),
            handoff: None,
            extra: Vec::new(),
        }
    }

    fn why(reply: wit::Reply) -> String {
        answered(Ok(reply)).unwrap_err().to_string()
    }

    #[test]
    fn a_reply_that_is_too_long_too_sure_or_garbled_breaks_the_contract() {
        assert!(answered(Ok(said("Yes."))).unwrap().is_ok());
        assert!(why(said(&"x".repeat(MAX_REPLY + 1))).contains("at most 262144 are taken"));
        for value in [7.0, f64::NAN, -0.1] {
            let reply = wit::Reply {
                confidence: Some(value),
                ..said("Yes.")
            };
            assert!(why(reply).contains("must be from 0 to 1"));
        }
        let garbled = wit_types::PairResult {
            name: "x".to_owned(),
            value: "{not JSON".to_owned(),
        };
        let reply = wit::Reply {
            insights: vec![garbled],
            ..said("Yes.")
        };
        assert!(why(reply).contains("`x` is not JSON"));
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_in_a_reply() {
        let reply = answered(Ok(said("Yes\u{1b}[31m."))).unwrap().unwrap();
        assert_eq!(reply.text, "Yes[31m.");
    }

    #[test]
    fn a_refusal_of_a_code_that_nobody_knows_is_a_failure() {
        let failure = |code: &str| wit::Failure {
            code: code.to_owned(),
            message: "not\nnow".to_owned(),
            extra: Vec::new(),
        };
        let refused = |code| answered(Err(failure(code))).unwrap().unwrap_err();
        assert_eq!(refused("busy"), AgentRefusal::Busy);
        assert_eq!(
            refused("refused"),
            AgentRefusal::Refused("not now".to_owned())
        );
        assert_eq!(refused("tired"), AgentRefusal::Failed("not now".to_owned()));
    }
}
