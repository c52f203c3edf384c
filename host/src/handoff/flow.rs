//! What one turn carries along, and how it talks with an agent that may hand
//! over itself.

use std::{
    sync::{Arc, atomic::AtomicU32},
    time::Instant,
};

use super::{
    Agent, AgentFailure, Assignment, Deltas, Exchange, HandoffCall, HandoffRefused, Leg, LegEnd,
    Reply, StandIn, StoreError, Toolbox, Usage,
    cashier::Bill,
    desk::Desk,
    hooks::Hooks,
    policy::Borders,
    transfer::Handed,
    wish::{By, Wish},
    workbench::{Instances, Workbench},
};
use crate::{
    contract::{HandoffContext, Mode, Outcome, Reason},
    conversation::{Colleague, ColleagueAnswer, EventKind, Turn},
    id::AgentName,
    routing::Territory,
};

/// Parts of the work that one agent may delegate within one assignment. More
/// is a loop that never answers.
const DELEGATIONS: usize = 5;

/// What the user gets.
pub(super) struct Delivered {
    pub(super) agent: AgentName,
    pub(super) reply: Reply,
    pub(super) stand_in: StandIn,
}

/// What an agent said, or somebody it handed over to.
pub(super) struct Said {
    pub(super) agent: AgentName,
    pub(super) reply: Reply,
    /// Who has the conversation now.
    pub(super) owner: AgentName,
}

/// One turn on its way.
pub(super) struct Flow<'a> {
    pub(super) desk: &'a Desk,
    pub(super) turn: Arc<Turn>,
    pub(super) hooks: Hooks,
    pub(super) legs: Vec<Leg>,
    pub(super) handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    /// Handoffs tried for this task, shared by the branches of a turn.
    pub(super) attempts: Arc<AtomicU32>,
    /// Who has failed in this turn and is not asked again.
    pub(super) failed: Vec<AgentName>,
    /// The last target had too much to do.
    pub(super) shed: bool,
    /// What models have taken for this turn, whoever asked them.
    pub(super) spent: Option<Usage>,
    /// The instances whose tools agents call, shared by the branches of a turn.
    pub(super) instances: Arc<Instances>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(desk: &'a Desk, turn: &Arc<Turn>, hooks: Hooks) -> Self {
        Self {
            desk,
            turn: turn.clone(),
            hooks,
            legs: Vec::new(),
            handoffs: Vec::new(),
            attempts: Arc::default(),
            failed: Vec::new(),
            shed: false,
            spent: None,
            instances: Arc::default(),
        }
    }

    /// Pays whoever was to answer, if it has: one that handed over instead is
    /// not. Who cannot be paid has not answered.
    pub(super) async fn pay(
        &mut self,
        bill: Option<&Bill>,
        agent: &AgentName,
        said: Result<Said, AgentFailure>,
    ) -> Result<Said, AgentFailure> {
        let said = said?;
        let Some(bill) = bill else {
            return Ok(said);
        };
        let cashier = self.desk.cashier();
        if said.agent != *agent {
            cashier.forgive(&self.turn, bill);
            return Ok(said);
        }
        match cashier.pay(&self.turn, bill).await {
            Ok(()) => Ok(said),
            Err(why) => {
                cashier.forgive(&self.turn, bill);
                let words = cashier.refused(&self.turn, bill, &why);
                Err(AgentFailure::Refused(words))
            }
        }
    }

    /// Nothing of what was done after so many legs has come to anything.
    pub(super) fn forgive_since(&self, before: usize) {
        let legs = self.legs.get(before..).unwrap_or_default();
        let handoffs = legs.iter().filter_map(|leg| leg.handoff.as_ref());
        self.turn
            .with_tab(|tab| handoffs.for_each(|handoff| tab.forgive(handoff)));
    }

    /// Has an agent answer, and follows it where it hands over. A handoff that
    /// is not made is told to the agent, which then answers itself.
    pub(super) async fn converse(
        &mut self,
        agent: &Arc<dyn Agent>,
        assignment: Assignment,
        chain: Vec<AgentName>,
    ) -> Result<Result<Said, AgentFailure>, StoreError> {
        let name = agent.card().name.clone();
        let context = assignment.context.clone();
        let deltas = assignment.deltas.clone();
        let tools = self.toolbox(&name, context.as_ref());
        let mut refused = assignment.refused.clone();
        let mut delegated: Option<ColleagueAnswer> = None;
        let mut exchanges: Vec<Exchange> = Vec::new();
        loop {
            let may_hand_to = match refused {
                None => self.reachable(&name, &chain),
                Some(_) => Vec::new(),
            };
            let asked = Assignment {
                turn: assignment.turn.clone(),
                text: assignment.text.clone(),
                context: context.clone(),
                deltas: deltas.clone(),
                limit: assignment.limit,
                may_hand_to,
                refused: refused.clone(),
                delegated: delegated.take(),
                exchanges: exchanges.clone(),
                purpose: assignment.purpose,
                tools: tools.clone(),
            };
            let mut reply = match agent.answer(asked).await {
                Ok(reply) => reply,
                Err(failure) => return Ok(Err(failure)),
            };
            self.spend(reply.usage);
            let Some(call) = reply.handoff.take() else {
                return Ok(Ok(Said {
                    agent: name.clone(),
                    reply,
                    owner: name,
                }));
            };
            if refused.is_some() {
                let why = "it asked to hand over again instead of answering".to_owned();
                return Ok(Err(AgentFailure::Failed(why)));
            }
            let wish = Wish::of_agent(
                call.clone(),
                chain.clone(),
                context.as_ref(),
                By::Agent(name.clone()),
            );
            let delegates = wish.mode == Mode::Delegation;
            // What is delegated is for the agent to read, not the user.
            let onward = deltas.clone().filter(|_| !delegates);
            match self.hand_over(wish, onward).await? {
                Handed::Refused(why) => {
                    let result = Err(why.clone());
                    exchanges.push(Exchange { call, result });
                    refused = Some(why);
                }
                Handed::Delivered(delivered, _) if delegates => {
                    if exchanges.len() >= DELEGATIONS {
                        let why = "it delegates without end".to_owned();
                        return Ok(Err(AgentFailure::Failed(why)));
                    }
                    let answer = ColleagueAnswer {
                        agent: delivered.agent,
                        reply: delivered.reply.text,
                        insights: delivered.reply.insights.into_iter().collect(),
                    };
                    let result = Ok(answer.clone());
                    exchanges.push(Exchange { call, result });
                    delegated = Some(answer);
                }
                Handed::Delivered(delivered, owner) => {
                    return Ok(Ok(Said {
                        agent: delivered.agent,
                        reply: delivered.reply,
                        owner: owner.unwrap_or(name),
                    }));
                }
            }
        }
    }

    /// The conversation stays where it is, unless its owner hands it over.
    pub(super) async fn owner_answers(
        &mut self,
        deltas: Option<Deltas>,
        refused: Option<HandoffRefused>,
    ) -> Result<Option<(Delivered, AgentName)>, StoreError> {
        let began = Instant::now();
        let owner = self.turn.query.owner.clone();
        let said = match self.desk.directory().get(&owner).cloned() {
            None => Err(format!("there is no agent `{owner}` any more")),
            Some(agent) => {
                let assignment = Assignment {
                    deltas,
                    refused,
                    ..Assignment::of(&self.turn)
                };
                self.paid_answer(&agent, assignment).await?
            }
        };
        let (end, result) = match said {
            Ok(said) => {
                let delivered = Delivered {
                    agent: said.agent,
                    reply: said.reply,
                    stand_in: StandIn::None,
                };
                (LegEnd::Answered, Some((delivered, said.owner)))
            }
            Err(why) => {
                self.turn.record(EventKind::AgentFailed {
                    agent: owner.clone(),
                    why: why.clone(),
                });
                self.failed.push(owner.clone());
                (LegEnd::Failed(why), None)
            }
        };
        // An owner that handed over is not a leg of its own: the handoff is.
        if result
            .as_ref()
            .is_none_or(|(delivered, _)| delivered.agent == owner)
        {
            self.legs.push(Leg {
                agent: owner,
                handoff: None,
                reason: None,
                chosen_by: None,
                by: None,
                confidence: None,
                context: None,
                end,
                took: began.elapsed(),
            });
        }
        Ok(result)
    }

    /// The owner's answer, for its price if it has one.
    async fn paid_answer(
        &mut self,
        agent: &Arc<dyn Agent>,
        assignment: Assignment,
    ) -> Result<Result<Said, String>, StoreError> {
        let owner = agent.card().name.clone();
        let cashier = self.desk.cashier();
        let mut bill = cashier.bill(&owner, None);
        if let Some(bill) = &mut bill
            && let Err(why) = cashier.open(&self.turn, bill).await?
        {
            return Ok(Err(cashier.refused(&self.turn, bill, &why)));
        }
        let before = self.legs.len();
        let said = self.converse(agent, assignment, vec![owner.clone()]);
        let said = said.await?;
        if let (Err(_), Some(bill)) = (&said, &bill) {
            cashier.forgive(&self.turn, bill);
        }
        let said = self.pay(bill.as_ref(), &owner, said).await;
        if said.is_err() {
            self.forgive_since(before);
        }
        Ok(said.map_err(|failure| failure.to_string()))
    }

    /// Notes what a model took.
    pub(super) fn spend(&mut self, usage: Option<Usage>) {
        if let Some(usage) = usage {
            *self.spent.get_or_insert_default() += usage;
        }
    }

    /// What an agent may call. Most agents call nothing, and pay nothing for it.
    fn toolbox(
        &self,
        agent: &AgentName,
        context: Option<&Arc<HandoffContext>>,
    ) -> Option<Arc<dyn Toolbox>> {
        let access = self.desk.policy().tools.get(agent)?;
        let hops = context.map_or(0, |context| context.hops());
        Some(Arc::new(Workbench {
            agent: agent.clone(),
            turn: self.turn.clone(),
            store: self.desk.shared_store(),
            catalog: self.hooks.catalog().clone(),
            access: access.clone(),
            instances: self.instances.clone(),
            context: context.cloned(),
            hops,
        }))
    }

    /// To whom an agent may hand over.
    fn reachable(&self, source: &AgentName, chain: &[AgentName]) -> Vec<Colleague> {
        let borders = Borders {
            policy: self.desk.policy(),
            agents: self.desk.directory(),
        };
        // Only an agent that makes calls is told of them, and most do not.
        if !self
            .desk
            .directory()
            .get(source)
            .is_some_and(|agent| agent.calls())
        {
            return Vec::new();
        }
        self.desk
            .colleagues()
            .list()
            .into_iter()
            .filter(|colleague| {
                colleague.name != *source
                    && (!chain.contains(&colleague.name)
                        || chain.len().checked_sub(2).and_then(|at| chain.get(at))
                            == Some(&colleague.name))
                    && [Reason::Specialization, Reason::Escalation]
                        .iter()
                        .any(|reason| {
                            let forbidden =
                                borders.forbids(&self.turn, source, &colleague.name, *reason);
                            forbidden.is_none()
                        })
            })
            .collect()
    }

    /// What went wrong before, for whoever is to do better.
    pub(super) fn state(&self) -> String {
        self.legs
            .iter()
            .filter_map(|leg| {
                let why = leg.end.failure()?;
                Some(format!("{} could not answer: {why}\n", leg.agent))
            })
            .collect()
    }
}

/// A call that names an agent, as a decider makes it.
pub(super) fn named(call: &HandoffCall, allowed: &[Colleague]) -> bool {
    allowed
        .iter()
        .any(|colleague| colleague.name == call.target)
}
