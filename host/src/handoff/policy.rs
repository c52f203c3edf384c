//! What the operator allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{Directory, HandoffLimits, PaymentProvider, ToolAccess};
use crate::{
    contract::Reason,
    conversation::Turn,
    id::{AgentName, SkillName},
    payment::Money,
    routing::Territory,
    trust::Sanitize,
};

/// To whom an agent may hand over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paths {
    /// To anybody.
    Any,
    /// To these.
    Only(BTreeSet<AgentName>),
}

/// What the operator allows.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How far handoffs may go.
    pub limits: HandoffLimits,
    /// To whom each agent may hand over; one that is not listed, to anybody.
    pub paths: BTreeMap<AgentName, Paths>,
    /// To whom each agent may escalate; one that is not listed, as `paths` say.
    pub escalations: BTreeMap<AgentName, Paths>,
    /// What becomes of a message with several intents.
    pub intents: Intents,
    /// Who approves supervised handoffs.
    pub supervisor: Option<AgentName>,
    /// How long people have to approve one.
    pub approval_within: Duration,
    /// Who decides when no skill does.
    pub decider: Option<AgentName>,
    /// Who takes what nobody else can, before the fallback.
    pub human: Option<AgentName>,
    /// What becomes of injections in a context.
    pub sanitize: Sanitize,
    /// Messages that may wait while their conversation is in a turn.
    pub max_waiting: usize,
    /// What the user reads when nobody can answer.
    pub local_reply: String,
    /// Which tools each agent may call; one that is not listed, none.
    pub tools: BTreeMap<AgentName, ToolAccess>,
    /// What answers cost, and who may spend how much.
    pub payments: PaymentPolicy,
}

/// What answers cost, and who may spend how much.
#[derive(Clone, Debug, Default)]
pub struct PaymentPolicy {
    /// What an answer of each agent costs; one that is not listed, nothing.
    pub prices: BTreeMap<AgentName, Money>,
    /// The most that one user may spend a day, in each currency; one that is
    /// not listed has no limit but the wallet.
    pub user_per_day: Vec<Money>,
    /// The most that each skill may have users spend a day, in each currency;
    /// what is not listed it may not charge at all.
    pub spending: BTreeMap<SkillName, Vec<Money>>,
    /// Who collects money; none: it comes from the users' wallets in the ledger.
    pub provider: Option<Arc<dyn PaymentProvider>>,
}

/// What becomes of a message that several conditions want to hand over, each
/// to somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intents {
    /// The best verdict alone is followed.
    #[default]
    First,
    /// All are asked at the same time, and their replies are joined.
    All,
    /// One after the other, each with what the one before found out.
    Sequence,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            limits: HandoffLimits::default(),
            paths: BTreeMap::new(),
            escalations: BTreeMap::new(),
            intents: Intents::First,
            supervisor: None,
            // After lunch, and not next week.
            approval_within: Duration::from_secs(4 * 60 * 60),
            decider: None,
            human: None,
            sanitize: Sanitize::default(),
            // A person who types while waiting sends a few; at half a minute a
            // turn, whoever is behind eight has waited four minutes.
            max_waiting: 8,
            local_reply: "I'm sorry, nobody can answer this right now. Your message is kept; \
                          please try again in a few minutes."
                .to_owned(),
            tools: BTreeMap::new(),
            payments: PaymentPolicy::default(),
        }
    }
}

/// The policy over the agents there are.
pub(super) struct Borders<'a> {
    pub(super) policy: &'a Policy,
    pub(super) agents: &'a Directory,
}

impl Territory for Borders<'_> {
    fn forbids(
        &self,
        turn: &Turn,
        source: &AgentName,
        target: &AgentName,
        reason: Reason,
    ) -> Option<String> {
        let Some(agent) = self.agents.get(target) else {
            let meant = self.agents.nearest(target.as_str());
            let hint = meant
                .map(|name| format!("; did it mean `{name}`?"))
                .unwrap_or_default();
            return Some(format!("there is no agent `{target}`{hint}"));
        };
        let escalates = match reason {
            Reason::Escalation => self.policy.escalations.get(source),
            _ => None,
        };
        let (key, paths) = match escalates {
            Some(paths) => ("escalations", Some(paths)),
            // Calling it an escalation opens no other way.
            None => ("paths", self.policy.paths.get(source)),
        };
        if let Some(Paths::Only(reachable)) = paths
            && !reachable.contains(target)
        {
            return Some(format!(
                "policy.{key} does not let `{source}` hand over to `{target}`"
            ));
        }
        turn.query
            .lacks(&agent.card().scopes)
            .map(|scope| format!("`{target}` is only for callers with the scope `{scope}`"))
    }
}
