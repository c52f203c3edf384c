//! The flow of one turn: who is to answer, and who does.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Assignment, Deltas, HandoffRefused, Intents, Leg, Purpose, Reply, StandIn, StoreError, Usage,
    desk::Desk,
    flow::{Delivered, Flow, named},
    hooks::Hooks,
    join::{Part, joined},
    policy::Borders,
    transfer::Handed,
    weighing,
    wish::{By, Wish},
};
use crate::{
    contract::{HandoffContext, Outcome, Reason},
    conversation::{Colleague, EventKind, Readiness, Trust, Turn},
    id::{AgentName, OPERATOR},
    routing::{
        Catalog, Choice, Decision, Detail, Standing, StayReason, Territory, decide, evaluate,
    },
};

/// What a turn came to.
pub(super) struct Finished {
    pub(super) delivered: Delivered,
    pub(super) owner: AgentName,
    pub(super) legs: Vec<Leg>,
    pub(super) handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    pub(super) decided_in: Duration,
}

impl Finished {
    /// The answer has taken whatever was asked on the way to it.
    pub(super) fn of(
        flow: Flow<'_>,
        delivered: Delivered,
        owner: AgentName,
        decided_in: Duration,
    ) -> Self {
        let mut delivered = delivered;
        delivered.reply.usage = flow.spent;
        Self {
            delivered,
            owner,
            legs: flow.legs,
            handoffs: flow.handoffs,
            decided_in,
        }
    }
}

/// An answer, and who has the conversation now.
type Answered = Option<(Delivered, AgentName)>;

/// From the query to the answer.
pub(super) async fn run(
    desk: &Desk,
    catalog: &Arc<Catalog>,
    turn: &Arc<Turn>,
    deltas: Option<Deltas>,
) -> Result<Finished, StoreError> {
    let began = Instant::now();
    let mut deciding = None;
    let (wishes, sessions) = match desk.rules().wish(turn) {
        Some(wish) => (vec![wish], Vec::new()),
        None => {
            let mut evaluation = evaluate(catalog, turn, Detail::Decisive).await;
            let borders = Borders {
                policy: desk.policy(),
                agents: desk.directory(),
            };
            let decision = decide(catalog, &evaluation, turn, &borders);
            let sessions = std::mem::take(&mut evaluation.sessions);
            let wishes = match turn.with_people() {
                Some(_) => commands(catalog, turn, &decision),
                None => wishes(desk, catalog, turn, &decision, &mut deciding).await,
            };
            let intents = desk.policy().intents;
            weighing::note(catalog, turn, &evaluation, &decision, &wishes, intents);
            (wishes, sessions)
        }
    };
    let decided_in = began.elapsed();

    let mut flow = Flow::new(
        desk,
        turn,
        Hooks::new(catalog.clone(), turn.clone(), sessions),
    );
    flow.spend(deciding);
    flow.hooks
        .keep_only(wishes.first().and_then(|wish| wish.by.chooser()));
    let answered = match (desk.policy().intents, wishes.len()) {
        (_, 0) => owner_or_alternative(&mut flow, deltas.clone(), None).await?,
        (Intents::All, 2..) => ask_all(&mut flow, catalog, wishes).await?,
        (Intents::Sequence, 2..) => one_after_another(&mut flow, wishes).await?,
        _ => first(&mut flow, wishes, deltas.clone()).await?,
    };
    let (mut delivered, owner) = match answered {
        Some(answered) => answered,
        None => {
            let stand_in = stand_in(&mut flow, deltas.clone()).await?;
            (stand_in, turn.query.owner.clone())
        }
    };
    say_what_was_not_paid(turn, &mut delivered, deltas);
    Ok(Finished::of(flow, delivered, owner, decided_in))
}

/// Whoever answers in the place of an agent that was not paid cannot know why;
/// the user must.
pub(super) fn say_what_was_not_paid(
    turn: &Turn,
    delivered: &mut Delivered,
    deltas: Option<Deltas>,
) {
    let refusals = turn.with_tab(|tab| tab.refusals().join("; "));
    if refusals.is_empty() {
        return;
    }
    let note = format!("\n\n({refusals}.)");
    if let Some(deltas) = deltas {
        deltas(&delivered.agent, &note);
    }
    delivered.reply.text.push_str(&note);
}

/// The handoffs that the verdicts want, best first, each to somebody else; if
/// there are none, what the decider wants.
async fn wishes(
    desk: &Desk,
    catalog: &Catalog,
    turn: &Arc<Turn>,
    decision: &Decision,
    spent: &mut Option<Usage>,
) -> Vec<Wish> {
    let owner = &turn.query.owner;
    match decision.choice {
        Choice::Stay(StayReason::NamesOwner) => Vec::new(),
        Choice::Stay(StayReason::NoVerdict) => {
            decided(desk, turn, spent).await.into_iter().collect()
        }
        Choice::HandOff => {
            let mut wishes: Vec<Wish> = Vec::new();
            for candidate in &decision.candidates {
                let member = catalog.members().get(candidate.member);
                let declaration = member.and_then(|m| m.handoffs().get(candidate.handoff));
                let followed = matches!(candidate.standing, Standing::Won | Standing::Outranked)
                    && candidate.proposal.target != *owner
                    && !wishes
                        .iter()
                        .any(|wish| wish.target == candidate.proposal.target);
                if let (Some(declaration), true) = (declaration, followed) {
                    wishes.push(Wish::of_condition(
                        candidate,
                        declaration,
                        owner,
                        turn.trust_in(&candidate.skill),
                    ));
                }
            }
            wishes
        }
    }
}

/// While people have the conversation, no verdict takes it away from them but
/// the operator's own word: the best one of a condition that only callers with
/// the operator's scope can use. All others are recorded.
fn commands(catalog: &Catalog, turn: &Turn, decision: &Decision) -> Vec<Wish> {
    let owner = &turn.query.owner;
    let mut command = None;
    for candidate in &decision.candidates {
        let member = catalog.members().get(candidate.member);
        let declaration = member.and_then(|m| m.handoffs().get(candidate.handoff));
        let valid = matches!(candidate.standing, Standing::Won | Standing::Outranked)
            && candidate.proposal.target != *owner;
        let Some(declaration) = declaration.filter(|_| valid) else {
            continue;
        };
        let by_operator = declaration.scopes.iter().any(|s| s.as_str() == OPERATOR);
        if by_operator && command.is_none() {
            let trust = turn.trust_in(&candidate.skill);
            command = Some(Wish::of_condition(candidate, declaration, owner, trust));
        } else {
            turn.record(EventKind::VerdictHeld {
                skill: candidate.skill.clone(),
                handoff: candidate.condition.clone(),
                target: candidate.proposal.target.clone(),
            });
        }
    }
    command.into_iter().collect()
}

/// Asks the decider, if there is one. Only a call that names an agent it was
/// offered counts; anything else means no handoff.
async fn decided(desk: &Desk, turn: &Arc<Turn>, spent: &mut Option<Usage>) -> Option<Wish> {
    let name = desk.policy().decider.as_ref()?;
    let decider = desk.directory().get(name)?;
    let owner = &turn.query.owner;
    let borders = Borders {
        policy: desk.policy(),
        agents: desk.directory(),
    };
    let allowed: Vec<Colleague> = desk
        .colleagues()
        .list()
        .into_iter()
        .filter(|c| c.name != *owner && c.name != *name)
        .filter(|c| {
            borders
                .forbids(turn, owner, &c.name, Reason::Specialization)
                .is_none()
        })
        .collect();
    if allowed.is_empty() || decider.readiness() != Readiness::Ready {
        return None;
    }
    let assignment = Assignment {
        may_hand_to: allowed.clone(),
        purpose: Purpose::Decide,
        ..Assignment::of(turn)
    };
    let call = match decider.answer(assignment).await {
        Ok(reply) => {
            *spent = reply.usage;
            reply.handoff?
        }
        Err(failure) => {
            tracing::warn!("the decider `{name}` has not decided: {failure}");
            return None;
        }
    };
    let by = By::Decider(name.clone());
    named(&call, &allowed).then(|| Wish::of_agent(call, vec![owner.clone()], None, by))
}

/// The owner answers, or one of its alternatives when it fails; the
/// conversation stays with the owner, who may be back for the next message.
async fn owner_or_alternative(
    flow: &mut Flow<'_>,
    deltas: Option<Deltas>,
    refused: Option<HandoffRefused>,
) -> Result<Answered, StoreError> {
    if let Some(answered) = flow.owner_answers(deltas.clone(), refused).await? {
        return Ok(Some(answered));
    }
    let owner = flow.turn.query.owner.clone();
    let agent = flow.desk.directory().get(&owner);
    let alternatives = agent.map(|agent| agent.card().alternatives.clone());
    for alternative in alternatives.unwrap_or_default() {
        let wish = Wish::plain(By::Desk, alternative, Reason::Failure, vec![owner.clone()]);
        if let Handed::Delivered(delivered, _) = flow.hand_over(wish, deltas.clone()).await? {
            return Ok(Some((delivered, owner)));
        }
    }
    Ok(None)
}

/// Whoever has the conversation answers, knowing why nothing is handed over.
pub(super) async fn without(
    flow: &mut Flow<'_>,
    refused: HandoffRefused,
) -> Result<(Delivered, AgentName), StoreError> {
    match owner_or_alternative(flow, None, Some(refused)).await? {
        Some(answered) => Ok(answered),
        None => Ok((stand_in(flow, None).await?, flow.turn.query.owner.clone())),
    }
}

/// Follows the best verdict. When nothing may be handed over any more, the
/// owner is told and answers itself.
async fn first(
    flow: &mut Flow<'_>,
    wishes: Vec<Wish>,
    deltas: Option<Deltas>,
) -> Result<Answered, StoreError> {
    let Some(wish) = wishes.into_iter().next() else {
        return Ok(None);
    };
    match flow.hand_over(wish, deltas.clone()).await? {
        Handed::Delivered(delivered, moved) => {
            let owner = moved.unwrap_or_else(|| flow.turn.query.owner.clone());
            Ok(Some((delivered, owner)))
        }
        // Skills' verdicts that lead nowhere were left out before; a rule's was not.
        Handed::Refused(
            refused @ (HandoffRefused::Limit(_) | HandoffRefused::NotAllowed { .. }),
        ) => owner_or_alternative(flow, deltas, Some(refused)).await,
        Handed::Refused(_) => Ok(None),
    }
}

/// Asks everybody at the same time and joins what they say. The conversation
/// stays where it is: several cannot own it.
async fn ask_all(
    flow: &mut Flow<'_>,
    catalog: &Arc<Catalog>,
    wishes: Vec<Wish>,
) -> Result<Answered, StoreError> {
    let (desk, turn) = (flow.desk, flow.turn.clone());
    let branches = wishes.into_iter().map(|wish| {
        let hooks = Hooks::new(catalog.clone(), turn.clone(), Vec::new());
        let mut branch = Flow::new(desk, &turn, hooks);
        branch.attempts = flow.attempts.clone();
        branch.instances = flow.instances.clone();
        async move {
            let target = wish.target.clone();
            let handed = branch.hand_over(wish, None).await?;
            Ok::<_, StoreError>((Part::of(target, handed).0, branch))
        }
    });
    let mut parts = Vec::new();
    for finished in futures_util::future::join_all(branches).await {
        let (part, branch) = finished?;
        parts.push(part);
        flow.legs.extend(branch.legs);
        flow.handoffs.extend(branch.handoffs);
        flow.spend(branch.spent);
    }
    let owner = turn.query.owner.clone();
    Ok(joined(parts).map(|delivered| (delivered, owner)))
}

/// One after the other, each with the findings of those before; the last to
/// answer has the conversation.
async fn one_after_another(flow: &mut Flow<'_>, wishes: Vec<Wish>) -> Result<Answered, StoreError> {
    let mut parts = Vec::new();
    let mut owner = flow.turn.query.owner.clone();
    let mut known = crate::contract::Findings::new();
    for mut wish in wishes {
        let target = wish.target.clone();
        wish.findings.extend(known.clone());
        wish.provenance
            .add_all("findings", known.keys(), Trust::MODEL);
        let (part, moved) = Part::of(target, flow.hand_over(wish, None).await?);
        known.extend(part.insights());
        owner = moved.unwrap_or(owner);
        parts.push(part);
    }
    Ok(joined(parts).map(|delivered| (delivered, owner)))
}

/// The fallback agent answers, and if it cannot either, a fixed text does.
pub(super) async fn stand_in(
    flow: &mut Flow<'_>,
    deltas: Option<Deltas>,
) -> Result<Delivered, StoreError> {
    let fallback = flow.desk.directory().fallback().cloned();
    // Whoever has just failed is not asked again.
    let untried = fallback.filter(|name| !flow.failed.contains(name));
    let agent = untried.and_then(|name| flow.desk.directory().get(&name).cloned());
    if let Some(agent) = agent {
        let name = agent.card().name.clone();
        let chain = vec![flow.turn.query.owner.clone()];
        let wish = Wish::plain(By::Desk, name.clone(), Reason::Recovery, chain);
        let context = wish.draft(&flow.turn, &name, Reason::Recovery, flow.state());
        let attempted = flow.attempt(&wish, &agent, context, deltas).await?;
        if let Some(delivered) = attempted.delivered {
            let stand_in = StandIn::Agent;
            return Ok(Delivered {
                stand_in,
                ..delivered
            });
        }
    }
    Ok(Delivered {
        agent: AgentName::from("desk"),
        reply: Reply {
            text: flow.desk.policy().local_reply.clone(),
            ..Reply::default()
        },
        stand_in: StandIn::Local,
    })
}

#[cfg(test)]
mod tests;
