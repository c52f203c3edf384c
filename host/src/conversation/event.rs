//! What happens in a turn, as it is recorded. Events are not messages: no
//! agent ever reads them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentName, FunctionName, HandoffId, MessageId, ReservationId, SkillName, TicketId},
    payment::{Account, Money},
    trust::{Detection, Sanitize},
};

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What can happen. The names in the record are `turn.started` and so on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventKind {
    /// A user's message was taken in.
    #[serde(rename = "turn.started")]
    TurnStarted,
    /// The host stopped before the user had an answer. What was asked of the
    /// outside in this turn has an outcome that nobody knows.
    #[serde(rename = "turn.cut-off")]
    TurnCutOff {
        /// How it came to that.
        why: String,
    },
    /// A skill has drawn by chance. What it drew follows from this.
    #[serde(rename = "turn.seeded")]
    TurnSeeded {
        /// The seed of the turn.
        seed: String,
    },
    /// A person's decision about a handoff, or that there was none in time, is
    /// carried out. Nobody has written anew.
    #[serde(rename = "turn.resumed")]
    TurnResumed {
        /// The ticket on which it was decided.
        ticket: TicketId,
    },
    /// The user has an answer.
    #[serde(rename = "turn.answered")]
    TurnAnswered {
        /// Who gave it.
        agent: AgentName,
        /// It is not from whom it should have come.
        fallback: bool,
    },
    /// A skill did what it may not, or could not go on; it counts as `pass`.
    #[serde(rename = "skill.faulted")]
    SkillFaulted {
        /// Which skill.
        skill: SkillName,
        /// What it was doing.
        during: String,
        /// What went wrong.
        why: String,
    },
    /// A skill starts over with an empty memory of this conversation.
    #[serde(rename = "skill.state-reset")]
    SkillStateReset {
        /// Which skill.
        skill: SkillName,
        /// Why what was kept cannot be read.
        why: String,
    },
    /// A skill is not asked any more until it is replaced or the host restarts.
    #[serde(rename = "skill.quarantined")]
    SkillQuarantined {
        /// Which skill.
        skill: SkillName,
        /// Its faults.
        why: String,
    },
    /// A line that a skill wrote for the operator.
    #[serde(rename = "skill.log")]
    SkillLog {
        /// Which skill.
        skill: SkillName,
        /// `error`, `warn`, `info` or `debug`.
        level: String,
        /// The line.
        text: String,
    },
    /// A skill asked for what it was not granted.
    #[serde(rename = "skill.denied")]
    SkillDenied {
        /// Which skill.
        skill: SkillName,
        /// Which capability.
        capability: String,
    },
    /// A skill has called a web server. What was said is in no record.
    #[serde(rename = "skill.http")]
    SkillHttp {
        /// Which skill.
        skill: SkillName,
        /// Which server.
        host: String,
        /// How.
        method: String,
        /// What came back; none: nothing did.
        status: Option<u16>,
        /// Bytes of the response.
        bytes: u64,
        /// How long it took.
        milliseconds: u64,
        /// Why there is no response.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A verdict that was recorded and not acted on.
    #[serde(rename = "verdict.shadowed")]
    VerdictShadowed {
        /// Which skill.
        skill: SkillName,
        /// Which condition.
        handoff: FunctionName,
        /// Where it would have handed over.
        target: AgentName,
    },
    /// A verdict that cannot be followed.
    #[serde(rename = "verdict.rejected")]
    VerdictRejected {
        /// Which skill.
        skill: SkillName,
        /// Which condition.
        handoff: FunctionName,
        /// What is wrong with it.
        why: String,
    },
    /// It was decided to hand over.
    #[serde(rename = "handoff.initiated")]
    HandoffInitiated {
        /// Which handoff.
        handoff: HandoffId,
        /// Who has the conversation.
        source: AgentName,
        /// Who is to have it.
        target: AgentName,
        /// Why, in one of the reason codes.
        reason: String,
        /// What brought it about.
        by: String,
        /// How sure that was.
        confidence: f64,
    },
    /// The context was looked through for injections before the target saw it.
    #[serde(rename = "handoff.context_sanitized")]
    HandoffContextSanitized {
        /// Which handoff.
        handoff: HandoffId,
        /// What was found; mostly nothing.
        found: Vec<Detection>,
        /// What is done about what is found.
        action: Sanitize,
    },
    /// Of several that were asked, one takes it.
    #[serde(rename = "handoff.claimed")]
    HandoffClaimed {
        /// Who takes it.
        by: AgentName,
        /// Who was asked too.
        released: Vec<AgentName>,
    },
    /// A person has to approve it first. The turn ends, and the handoff waits.
    #[serde(rename = "handoff.approval-requested")]
    HandoffApprovalRequested {
        /// Which handoff.
        handoff: HandoffId,
        /// Whose people are asked.
        by: AgentName,
        /// The ticket on which they decide.
        ticket: TicketId,
        /// Until when; none: without end.
        deadline: Option<Timestamp>,
    },
    /// A person has approved it.
    #[serde(rename = "handoff.approved")]
    HandoffApproved {
        /// Which handoff.
        handoff: HandoffId,
        /// The person.
        by: String,
    },
    /// The target will work on it.
    #[serde(rename = "handoff.accepted")]
    HandoffAccepted {
        /// Which handoff.
        handoff: HandoffId,
    },
    /// A hook, the policy or the target will not have it.
    #[serde(rename = "handoff.rejected")]
    HandoffRejected {
        /// Which handoff.
        handoff: HandoffId,
        /// Who refused.
        by: String,
        /// What was said.
        why: String,
    },
    /// The target has answered.
    #[serde(rename = "handoff.completed")]
    HandoffCompleted {
        /// Which handoff.
        handoff: HandoffId,
        /// How long the target took.
        milliseconds: u64,
    },
    /// The target has not answered.
    #[serde(rename = "handoff.failed")]
    HandoffFailed {
        /// Which handoff.
        handoff: HandoffId,
        /// What went wrong.
        why: String,
    },
    /// Its turn was cut off, or nobody approved it in time. It is not tried
    /// again by itself.
    #[serde(rename = "handoff.expired")]
    HandoffExpired {
        /// Which handoff.
        handoff: HandoffId,
        /// `unknown` if the target may have worked on it, `not-approved` if
        /// nobody has decided in time, else `not-begun`.
        outcome: String,
    },
    /// A handoff that could not be finished is kept with its context.
    #[serde(rename = "deadletter.kept")]
    DeadLetterKept {
        /// Which handoff.
        handoff: HandoffId,
    },
    /// An operator had it tried again.
    #[serde(rename = "deadletter.retried")]
    DeadLetterRetried {
        /// Which handoff.
        handoff: HandoffId,
    },
    /// An operator wants it no more.
    #[serde(rename = "deadletter.dropped")]
    DeadLetterDropped {
        /// Which handoff.
        handoff: HandoffId,
    },
    /// An agent that was asked without a handoff has not answered.
    #[serde(rename = "agent.failed")]
    AgentFailed {
        /// Which agent.
        agent: AgentName,
        /// What went wrong.
        why: String,
    },
    /// Money of the user was set aside.
    #[serde(rename = "payment.reserved")]
    PaymentReserved {
        /// Which reservation.
        reservation: ReservationId,
        /// How much.
        amount: Money,
        /// The agent or skill that it is for.
        to: Account,
    },
    /// What was set aside was paid.
    #[serde(rename = "payment.captured")]
    PaymentCaptured {
        /// Which reservation.
        reservation: ReservationId,
        /// How much.
        amount: Money,
        /// To whom.
        to: Account,
    },
    /// What was set aside went back.
    #[serde(rename = "payment.released")]
    PaymentReleased {
        /// Which reservation.
        reservation: ReservationId,
        /// How much.
        amount: Money,
    },
    /// What was paid went back.
    #[serde(rename = "payment.refunded")]
    PaymentRefunded {
        /// Which reservation.
        reservation: ReservationId,
        /// How much has gone back of it by now.
        amount: Money,
    },
    /// Money did not move.
    #[serde(rename = "payment.refused")]
    PaymentRefused {
        /// The agent or skill that it was for.
        to: Account,
        /// How much.
        amount: Money,
        /// In one of the codes of the contract.
        code: String,
    },
    /// Nobody knows whether the provider has collected it. It is not asked
    /// again.
    #[serde(rename = "payment.unknown")]
    PaymentUnknown {
        /// Which reservation.
        reservation: ReservationId,
        /// How much.
        amount: Money,
        /// Which provider.
        provider: String,
    },
    /// A model was asked for a reply.
    #[serde(rename = "model.called")]
    ModelCalled {
        /// Whose model.
        agent: AgentName,
        /// The model that answered, or that was asked and did not.
        model: String,
        /// How long it took.
        milliseconds: u64,
        /// Tokens it read; none if its endpoint does not count, or failed.
        prompt_tokens: Option<u64>,
        /// Tokens it wrote.
        completion_tokens: Option<u64>,
    },
    /// An agent called a tool.
    #[serde(rename = "tool.called")]
    ToolCalled {
        /// Who.
        agent: AgentName,
        /// Whose tool.
        skill: SkillName,
        /// Which one.
        tool: FunctionName,
        /// How it ended.
        outcome: ToolEnd,
        /// How long it took.
        milliseconds: u64,
    },
    /// An after-hook put another reply in the place of the target's.
    #[serde(rename = "reply.replaced")]
    ReplyReplaced {
        /// Which skill.
        skill: SkillName,
    },
    /// The conversation has a new owner.
    #[serde(rename = "owner.changed")]
    OwnerChanged {
        /// Who had it.
        from: AgentName,
        /// Who has it.
        to: AgentName,
    },
    /// A person is asked to help.
    #[serde(rename = "ticket.opened")]
    TicketOpened {
        /// Which ticket.
        ticket: TicketId,
        /// For what.
        reason: String,
    },
    /// What was said in the conversation was removed.
    #[serde(rename = "conversation.erased")]
    ConversationErased,
    /// The user wrote again to the people who have the conversation.
    #[serde(rename = "ticket.appended")]
    TicketAppended {
        /// Which ticket.
        ticket: TicketId,
    },
    /// A person works on it.
    #[serde(rename = "ticket.claimed")]
    TicketClaimed {
        /// Which ticket.
        ticket: TicketId,
        /// Who.
        by: String,
    },
    /// A person has said something in the conversation.
    #[serde(rename = "ticket.replied")]
    TicketReplied {
        /// Which ticket.
        ticket: TicketId,
        /// The person.
        by: String,
        /// What was said.
        message: MessageId,
    },
    /// A person is done with it.
    #[serde(rename = "ticket.closed")]
    TicketClosed {
        /// Which ticket.
        ticket: TicketId,
        /// Who.
        by: String,
    },
    /// A person has given the conversation back to an agent.
    #[serde(rename = "ticket.handed-back")]
    TicketHandedBack {
        /// Which ticket.
        ticket: TicketId,
        /// The person.
        by: String,
        /// Who has the conversation again.
        to: AgentName,
    },
    /// A verdict that was recorded and not acted on, because people have the
    /// conversation.
    #[serde(rename = "verdict.held")]
    VerdictHeld {
        /// Which skill.
        skill: SkillName,
        /// Which condition.
        handoff: FunctionName,
        /// Where it would have handed over.
        target: AgentName,
    },
}

/// How a call of a tool ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToolEnd {
    /// With a result.
    Done,
    /// With the result of an earlier call: the same write was made before.
    Repeated,
    /// The tool said no.
    Refused,
    /// The skill went wrong or took too long.
    Failed,
    /// The tool was not asked.
    NotMade,
    /// The host stopped meanwhile: it may have had its effect. It is not made
    /// again.
    Unknown,
}

impl ToolEnd {
    /// The word for an end without a result.
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::Done | Self::Repeated => None,
            Self::Refused | Self::Failed | Self::NotMade | Self::Unknown => Some(self.as_str()),
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::NotMade => "not-made",
            Self::Unknown => "unknown",
        }
    }
}
