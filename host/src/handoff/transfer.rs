//! From a wish to somebody who answers: limits, alternatives, escalation.

use std::sync::{Arc, atomic::Ordering};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};

use super::{
    Agent, Deltas, HandoffRefused, LimitReached, Offer, StandIn, StoreError,
    attempt::Attempted,
    flow::{Delivered, Flow},
    policy::Borders,
    wish::Wish,
};
use crate::{
    contract::{Mode, Reason},
    conversation::{EventKind, Readiness},
    id::AgentName,
    routing::Territory,
};

/// What came of a wish.
pub(super) enum Handed {
    /// Somebody answered; who has the conversation now, if that has changed.
    Delivered(Delivered, Option<AgentName>),
    /// Nobody did.
    Refused(HandoffRefused),
}

impl Flow<'_> {
    /// Hands over to the target, or to one of its alternatives, or up its
    /// escalation chain, or to the people who take what nobody else can.
    pub(super) fn hand_over(
        &mut self,
        wish: Wish,
        deltas: Option<Deltas>,
    ) -> BoxFuture<'_, Result<Handed, StoreError>> {
        // A target may hand over in its turn, so the future contains itself.
        async move { self.hand_over_once(wish, deltas).await }.boxed()
    }

    async fn hand_over_once(
        &mut self,
        wish: Wish,
        deltas: Option<Deltas>,
    ) -> Result<Handed, StoreError> {
        if let Err(limit) = self.within_limits(&wish) {
            return Ok(Handed::Refused(limit.into()));
        }
        let source = wish.source(&self.turn).clone();
        let mut why = String::new();
        let mut tried = 0;
        for (target, mut reason) in self.candidates(&wish).await {
            if target == source || self.failed.contains(&target) {
                continue;
            }
            let Some(agent) = self.desk.directory().get(&target).cloned() else {
                why = format!("there is no agent `{target}`");
                continue;
            };
            let borders = Borders {
                policy: self.desk.policy(),
                agents: self.desk.directory(),
            };
            if let Some(forbidden) = borders.forbids(&self.turn, &source, &target, reason) {
                if tried == 0 && target == wish.target {
                    return Ok(Handed::Refused(HandoffRefused::NotAllowed {
                        target,
                        why: forbidden,
                    }));
                }
                continue;
            }
            let max = self.desk.policy().limits.per_task;
            if self.attempts.fetch_add(1, Ordering::Relaxed) >= max {
                return Ok(Handed::Refused(LimitReached::Task { max }.into()));
            }
            if tried > 0 && self.shed {
                reason = Reason::LoadShedding;
            }
            tried += 1;
            self.shed = agent.readiness() == Readiness::Busy;
            let context = wish.draft(&self.turn, &target, reason, self.state());
            let Attempted {
                end,
                delivered,
                owner,
            } = self.attempt(&wish, &agent, context, deltas.clone()).await?;
            if let Some(delivered) = delivered {
                let moves = wish.moves() && delivered.stand_in == StandIn::None;
                return Ok(Handed::Delivered(delivered, moves.then_some(owner)));
            }
            why = end.failure().unwrap_or_default();
            self.failed.push(target);
        }
        Ok(Handed::Refused(HandoffRefused::Failed {
            target: wish.target,
            why,
        }))
    }

    /// Depth, loops, and the conversation's last minute.
    fn within_limits(&self, wish: &Wish) -> Result<(), LimitReached> {
        let limits = &self.desk.policy().limits;
        if wish.chain.len() > usize::from(limits.depth) {
            return Err(LimitReached::Depth { max: limits.depth });
        }
        // Work that is done goes back to whoever gave it; anything else that
        // goes back goes in circles.
        let parent = wish
            .chain
            .len()
            .checked_sub(2)
            .and_then(|at| wish.chain.get(at));
        let returns = wish.reason == Reason::Completion && parent == Some(&wish.target);
        if wish.chain.contains(&wish.target) && !returns {
            return Err(LimitReached::Loop {
                agent: wish.target.clone(),
            });
        }
        self.desk
            .recent()
            .count(&self.turn.query.conversation, limits)
    }

    /// Whom to try, in order, and why each.
    async fn candidates(&mut self, wish: &Wish) -> Vec<(AgentName, Reason)> {
        let directory = self.desk.directory();
        let mut candidates = vec![(wish.target.clone(), wish.reason)];
        if let Some(agent) = directory.get(&wish.target) {
            let card = agent.card();
            let alternatives = card
                .alternatives
                .iter()
                .map(|a| (a.clone(), Reason::Failure));
            // The chain is the agent's own, and whole again for the next task.
            let steps = usize::from(self.desk.policy().limits.escalations);
            let chain = card.escalation.iter().take(steps);
            candidates.extend(alternatives);
            candidates.extend(chain.map(|agent| (agent.clone(), Reason::Escalation)));
        }
        let human = self.desk.policy().human.clone();
        candidates.extend(human.map(|human| (human, Reason::Escalation)));
        if wish.mode == Mode::Broadcast {
            self.let_one_claim(wish, &mut candidates).await;
        }
        candidates
    }

    /// Asks the target and its alternatives at the same time; the first to
    /// accept comes first, and the others are released.
    async fn let_one_claim(&mut self, wish: &Wish, candidates: &mut Vec<(AgentName, Reason)>) {
        let asked: Vec<Arc<dyn Agent>> = candidates
            .iter()
            .filter(|(_, reason)| *reason == wish.reason || *reason == Reason::Failure)
            .filter_map(|(name, _)| self.desk.directory().get(name).cloned())
            .collect();
        let context = wish.draft(&self.turn, &wish.target, wish.reason, String::new());
        let mut offers: FuturesUnordered<_> = asked
            .iter()
            .map(|agent| {
                let context = &context;
                async move { (agent.card().name.clone(), agent.offer(context).await) }
            })
            .collect();
        let mut claimed = None;
        while let Some((name, offer)) = offers.next().await {
            if offer == Offer::Accepted {
                claimed = Some(name);
                break;
            }
        }
        drop(offers);
        let Some(claimed) = claimed else { return };
        let released: Vec<AgentName> = asked
            .iter()
            .map(|agent| agent.card().name.clone())
            .filter(|name| *name != claimed)
            .collect();
        self.turn.record(EventKind::HandoffClaimed {
            by: claimed.clone(),
            released,
        });
        if let Some(at) = candidates.iter().position(|(name, _)| *name == claimed) {
            let (name, _) = candidates.remove(at);
            candidates.insert(0, (name, wish.reason));
        }
    }
}

#[cfg(test)]
mod tests;
