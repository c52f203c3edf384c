//! Runs the hooks of a handoff.

use std::sync::Arc;

use crate::{
    contract::{
        Access, Fault, HandoffContext, HookDeclaration, HookPoint, OnFailure, Outcome, Patch,
        Reach, Refusal, RefusalCode, Replacement, Session,
    },
    conversation::{EventKind, Trust, Turn},
    id::{AgentName, SkillName},
    routing::{Admission, Catalog, note_fault},
};

/// Why a handoff did not come about.
pub(super) struct Rejection {
    pub(super) by: String,
    pub(super) why: String,
}

/// The skills whose hooks run in this turn, each in one instance: the one that
/// gave the verdict, if it did.
pub(super) struct Hooks {
    catalog: Arc<Catalog>,
    turn: Arc<Turn>,
    sessions: Vec<(usize, Box<dyn Session>)>,
}

/// A hook to run: position of its skill in the catalog and in the manifest.
type HookIndex = (usize, u32);

impl Hooks {
    pub(super) fn new(
        catalog: Arc<Catalog>,
        turn: Arc<Turn>,
        sessions: Vec<(usize, Box<dyn Session>)>,
    ) -> Self {
        Self {
            catalog,
            turn,
            sessions,
        }
    }

    /// The skills of this turn.
    pub(super) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Keeps the instance of the skill that chose, and frees the others'.
    pub(super) fn keep_only(&mut self, member: Option<usize>) {
        self.sessions.retain(|(m, _)| Some(*m) == member);
    }

    /// Whether a hook could put another reply in the place of the target's.
    pub(super) fn may_replace(&self, chooser: Option<usize>, target: &AgentName) -> bool {
        self.due(HookPoint::AfterHandoff, chooser, target)
            .iter()
            .any(|at| {
                self.declaration(*at)
                    .is_some_and(|hook| hook.access == Access::Amend)
            })
    }

    /// Runs the before-hooks, which add to the context or refuse.
    pub(super) async fn before(
        &mut self,
        chooser: Option<usize>,
        context: &mut HandoffContext,
    ) -> Result<(), Rejection> {
        for at in self.due(HookPoint::BeforeHandoff, chooser, &context.target) {
            // It reads the whole context: what it says and keeps from now on may
            // be anything of that.
            self.tell(at.0, context.trust);
            let answer = self.session(at.0).before(at.1, context).await;
            if let Some(mut patch) = self.judge(at, answer)? {
                let trust = self.trust_in(at.0, context);
                self.remember(&mut patch, trust);
                context.amend(patch, trust);
            }
        }
        Ok(())
    }

    /// Runs the after-hooks. What they put in the place of the reply is in the
    /// outcome afterwards; the last one to do so is named.
    pub(super) async fn after(
        &mut self,
        chooser: Option<usize>,
        context: &HandoffContext,
        outcome: &mut Outcome,
    ) -> Option<SkillName> {
        let mut replaced_by = None;
        for at in self.due(HookPoint::AfterHandoff, chooser, &context.target) {
            // What it keeps from now on may be the agent's words.
            let words = Trust::MODEL.after(context.hops());
            self.tell(at.0, context.trust.lowest(words));
            let answer = self.session(at.0).after(at.1, context, outcome).await;
            // The target has answered: a refusal comes too late to stop
            // anything, and is on record.
            let Ok(Some(mut patch)) = self.judge(at, answer) else {
                continue;
            };
            let trust = self.trust_in(at.0, context);
            self.remember(&mut patch, trust);
            outcome.insights.extend(std::mem::take(&mut patch.findings));
            if let Some(Replacement {
                reply,
                agent,
                fallback,
            }) = patch.replace
            {
                let Some(skill) = self.catalog.members().get(at.0).map(|m| m.name().clone()) else {
                    continue;
                };
                self.turn.record(EventKind::ReplyReplaced {
                    skill: skill.clone(),
                });
                outcome.result = Ok(reply);
                outcome.fallback = fallback;
                outcome.agent = agent.unwrap_or_else(|| AgentName::from(skill.as_str()));
                replaced_by = Some(skill);
            }
        }
        replaced_by
    }

    /// What a hook's answer means: its patch, nothing, or the handoff's end.
    fn judge(
        &self,
        at: HookIndex,
        answer: Result<Result<Patch, Refusal>, Fault>,
    ) -> Result<Option<Patch>, Rejection> {
        let (Some(member), Some(hook)) = (self.catalog.members().get(at.0), self.declaration(at))
        else {
            return Ok(None);
        };
        let by = || format!("{}/{}", member.name(), hook.name);
        match answer {
            Ok(_) if hook.access == Access::Observe => Ok(None),
            Ok(Ok(patch)) => Ok(Some(patch)),
            Ok(Err(refusal)) => {
                if (refusal.code, hook.point)
                    == (RefusalCode::PaymentRequired, HookPoint::BeforeHandoff)
                {
                    let why = refusal.message.clone();
                    self.turn.with_tab(|tab| tab.refuse(why));
                }
                Err(Rejection {
                    by: by(),
                    why: refusal.message,
                })
            }
            Err(fault) => {
                note_fault(member, &self.turn, &format!("hook {}", hook.name), &fault);
                match hook.on_failure {
                    OnFailure::Continue => Ok(None),
                    OnFailure::Refuse => Err(Rejection {
                        by: by(),
                        why: fault.to_string(),
                    }),
                }
            }
        }
    }

    /// Notes what a hook is about to read.
    fn tell(&self, member: usize, trust: Trust) {
        if let Some(member) = self.catalog.members().get(member) {
            self.turn.tell(member.name(), trust);
        }
    }

    /// How far a hook may be believed that has read the whole context.
    fn trust_in(&self, member: usize, context: &HandoffContext) -> Trust {
        let member = self.catalog.members().get(member);
        let skill = member.map_or(Trust::TOOL, |member| {
            self.turn.trust_after(member.name(), context.hops())
        });
        skill.lowest(context.trust)
    }

    fn declaration(&self, (member, hook): HookIndex) -> Option<&HookDeclaration> {
        self.catalog
            .members()
            .get(member)?
            .skill
            .manifest()
            .hooks
            .get(hook as usize)
    }

    /// The hooks that run on a handoff, in their order.
    fn due(&self, point: HookPoint, chooser: Option<usize>, target: &AgentName) -> Vec<HookIndex> {
        let mut due = Vec::new();
        let elsewhere = self.catalog.with_hooks_on_all().iter().copied();
        for m in chooser
            .into_iter()
            .chain(elsewhere.filter(|m| Some(*m) != chooser))
        {
            let Some(member) = self.catalog.members().get(m) else {
                continue;
            };
            let own = Some(m) == chooser;
            if member.quarantine.is_active() || member.terms.admission == Admission::Shadow {
                continue;
            }
            for (h, hook) in (0u32..).zip(&member.skill.manifest().hooks) {
                if hook.point == point
                    && (own || hook.handoffs == Reach::All)
                    && (hook.targets.is_empty() || hook.targets.contains(target))
                {
                    due.push((m, h));
                }
            }
        }
        // The catalog is in order of name, so equal orders fall back on names.
        due.sort_by_key(|at| (self.declaration(*at).map_or(0, |hook| hook.order), *at));
        due
    }

    fn session(&mut self, member: usize) -> &mut dyn Session {
        let at = match self.sessions.iter().position(|(m, _)| *m == member) {
            Some(at) => at,
            None => {
                let session = self.catalog.members()[member]
                    .skill
                    .clone()
                    .open(&self.turn);
                self.sessions.push((member, session));
                self.sessions.len() - 1
            }
        };
        self.sessions[at].1.as_mut()
    }

    /// Notes what a hook wants to be known of the conversation.
    fn remember(&self, patch: &mut Patch, trust: Trust) {
        let notes = std::mem::take(&mut patch.conversation);
        if !notes.is_empty() {
            self.turn.with_effects(|effects| {
                for (name, value) in notes {
                    effects.metadata.note(name, value, trust);
                }
            });
        }
    }
}
