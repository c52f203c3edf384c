//! What `#[agent]` implements, and what its function is given and answers.

use crate::bindings::answers::exports::baton::agent::agent as wit;
use crate::bindings::types::{HandoffContext, Pair, Query};
use crate::codes::Reason;
use crate::error::Error;
use crate::json::ToJson;
use crate::skill::{Identity, Memory};

pub use wit::{Exchange, Request, Target};

/// What an agent says it is good at, as `#[agent]` on the struct declares it.
pub trait Offers {
    const EXAMPLES: &'static [&'static str];
    const OFFERS: &'static [&'static str];
}

/// What `#[agent]` on the `impl` block makes of its function `answer`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` answers nothing",
    label = "write `#[agent]` above its `impl` block, too"
)]
pub trait Agent: Identity + Offers + Memory {
    fn respond(request: &Request) -> Result<wit::Reply, wit::Failure>;
}

/// What an agent says of itself.
pub fn description<A: Agent>() -> wit::Description {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let offers = A::OFFERS.iter().map(|name| wit::Offer {
        name: (*name).to_owned(),
        examples: Vec::new(),
        extra: Vec::new(),
    });
    let wants = A::WANTS.iter().map(|want| wit::Want {
        capability: want.capability.to_owned(),
        parameters: vec![Pair {
            name: want.parameter.to_owned(),
            value: want.value.to_owned(),
        }],
    });
    wit::Description {
        name: A::NAME.to_owned(),
        version: A::VERSION.to_owned(),
        description: A::DESCRIPTION.to_owned(),
        examples: owned(A::EXAMPLES),
        offers: offers.collect(),
        wants: wants.collect(),
        config_schema: A::config_schema(),
        state_version: A::STATE_VERSION,
        extra: Vec::new(),
    }
}

impl<A: Agent> wit::Guest for A {
    fn describe() -> wit::Description {
        description::<A>()
    }

    fn answer(request: Request) -> Result<wit::Reply, wit::Failure> {
        crate::panic::report();
        A::respond(&request)
    }
}

impl Request {
    /// A request as a test needs it: this text, with nothing handed over and
    /// nobody to hand over to.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            purpose: "answer".to_owned(),
            query: Query::new(text),
            instructions: String::new(),
            context: None,
            transcript: Vec::new(),
            targets: Vec::new(),
            exchanges: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// The same request, written by this user.
    pub fn written_by(mut self, user: &str) -> Self {
        self.query = self.query.written_by(user);
        self
    }

    /// The same request, handed over with this.
    pub fn handed_over(mut self, context: HandoffContext) -> Self {
        self.context = Some(context);
        self
    }

    /// The same request where the conversation may go to this agent.
    pub fn with_target(mut self, name: &str, description: &str) -> Self {
        self.targets.push(Target {
            name: name.to_owned(),
            description: description.to_owned(),
            extra: Vec::new(),
        });
        self
    }

    /// What is asked.
    pub fn text(&self) -> &str {
        &self.query.text
    }

    /// Whether the conversation may be handed over to this agent.
    pub fn may_hand_to(&self, agent: &str) -> bool {
        self.targets.iter().any(|target| target.name == agent)
    }

    /// Why the handoff that the agent has called for just now is not made.
    pub fn refused(&self) -> Option<&str> {
        self.exchanges.last()?.refused.as_deref()
    }
}

/// What an agent answers, when the text alone does not say enough.
///
/// ```
/// use baton_sdk::Reply;
/// let reply = Reply::new("It comes on Friday.").confidence(0.9).insight("parcel", 4321);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Reply(wit::Reply);

impl Reply {
    /// This text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(wit::Reply {
            text: text.into(),
            confidence: None,
            insights: Vec::new(),
            handoff: None,
            extra: Vec::new(),
        })
    }

    /// How sure the agent is of it, from 0 to 1.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.0.confidence = Some(confidence);
        self
    }

    /// Something that the agent found out besides.
    pub fn insight(mut self, name: &str, value: impl ToJson) -> Self {
        self.0.insights.push(Pair::new(name, value));
        self
    }

    /// The text for the user.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

/// To whom an agent hands the conversation over, instead of answering.
///
/// ```
/// use baton_sdk::HandOver;
/// let on = HandOver::to("billing").instructions("Check order 4321.").finding("order", 4321);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HandOver(wit::Handoff);

impl HandOver {
    /// To this agent, with certainty.
    pub fn to(target: impl Into<String>) -> Self {
        Self(wit::Handoff {
            target: target.into(),
            reason: String::new(),
            instructions: String::new(),
            findings: Vec::new(),
            confidence: 1.0,
            extra: Vec::new(),
        })
    }

    /// Why, unless the target knows more about it. What is delegated comes back:
    /// the agent is asked again, with the answer in `exchanges`.
    pub fn reason(mut self, reason: Reason) -> Self {
        self.0.reason = reason.as_str().to_owned();
        self
    }

    /// What the target is to do, beyond the user's message.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.0.instructions = instructions.into();
        self
    }

    /// Something that the agent found out, for the target to build on.
    pub fn finding(mut self, name: &str, value: impl ToJson) -> Self {
        self.0.findings.push(Pair::new(name, value));
        self
    }

    /// How sure the agent is of what it found, from 0 to 1.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.0.confidence = confidence;
        self
    }

    /// The agent that it goes to.
    pub fn target(&self) -> &str {
        &self.0.target
    }
}

/// An agent that may answer or hand over answers with a `Reply`.
impl From<HandOver> for Reply {
    fn from(handoff: HandOver) -> Self {
        let mut reply = Self::new("");
        reply.0.handoff = Some(handoff.0);
        reply
    }
}

/// Why an agent gives no answer. Somebody else answers then.
#[derive(Clone, Debug, PartialEq)]
pub struct Declined(wit::Failure);

impl Declined {
    /// It will not answer this.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new("refused", message)
    }

    /// It has nothing to say to this.
    pub fn no_answer() -> Self {
        Self::new("no-answer", "")
    }

    /// It has as much as it can do.
    pub fn busy() -> Self {
        Self::new("busy", "")
    }

    /// What it needs cannot be reached.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new("unavailable", message)
    }

    /// It was tried and failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new("failed", message)
    }

    fn new(code: &str, message: impl Into<String>) -> Self {
        Self(wit::Failure {
            code: code.to_owned(),
            message: message.into(),
            extra: Vec::new(),
        })
    }

    /// The reason in words.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

/// So that an agent can pass a capability's error on with `?`.
impl From<Error> for Declined {
    fn from(error: Error) -> Self {
        Self::failed(error.to_string())
    }
}

/// What `answer` of an agent may return.
#[diagnostic::on_unimplemented(
    message = "an agent answers with a text, not `{Self}`",
    label = "return `String`, `&str`, `Reply`, `HandOver`, an `Option` of these or a `Result` of these and `Declined`"
)]
pub trait AgentAnswer {
    #[doc(hidden)]
    fn answer(self) -> Result<wit::Reply, wit::Failure>;
}

impl AgentAnswer for Reply {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        Ok(self.0)
    }
}

impl AgentAnswer for HandOver {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        Reply::from(self).answer()
    }
}

impl AgentAnswer for String {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        Reply::new(self).answer()
    }
}

impl AgentAnswer for &str {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        Reply::new(self).answer()
    }
}

impl<A: AgentAnswer> AgentAnswer for Option<A> {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        match self {
            Some(answer) => answer.answer(),
            None => Err(Declined::no_answer().0),
        }
    }
}

impl<A: AgentAnswer> AgentAnswer for Result<A, Declined> {
    fn answer(self) -> Result<wit::Reply, wit::Failure> {
        match self {
            Ok(answer) => answer.answer(),
            Err(declined) => Err(declined.0),
        }
    }
}
