//! Runs the hooks around the call of a tool. They are told of it in a context
//! whose metadata has the `tool` and its `arguments`.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{Found, Workbench};
use crate::{
    contract::{
        Fault, Findings, HandoffContext, HookDeclaration, HookPoint, Outcome, OutcomeError, Patch,
        Reach, Reason, Refusal,
    },
    conversation::{Change, EventKind, ToolEnd},
    handoff::{
        ToolName,
        hooks::{Rejection, judge, remember},
        wish::{By, Wish},
    },
    routing::{Admission, Member},
    trust::Trust,
};

/// In the metadata of the context that a hook gets, and of the patch that it
/// returns.
const TOOL: &str = "tool";
const ARGUMENTS: &str = "arguments";

/// A hook to run: its skill, where that is in the catalog, and where the hook is
/// in the manifest.
struct Due<'a> {
    at: usize,
    member: &'a Member,
    position: u32,
    hook: &'a HookDeclaration,
}

/// What a tool has said, for hooks to look at.
pub(super) struct Said {
    pub(super) end: ToolEnd,
    pub(super) text: String,
    pub(super) milliseconds: u64,
}

impl Workbench {
    /// The hooks that run on a call of this tool, in their order: those of its own
    /// skill, and those that were granted everybody's.
    fn due(&self, point: HookPoint, tool: &ToolName) -> Vec<Due<'_>> {
        let members = self.catalog.members();
        let own = members.iter().position(|m| *m.name() == tool.skill);
        let elsewhere = self.catalog.with_hooks_on_all().iter().copied();
        let mut due = Vec::new();
        for at in own
            .into_iter()
            .chain(elsewhere.filter(|at| Some(*at) != own))
        {
            let Some(member) = members.get(at) else {
                continue;
            };
            if member.quarantine.is_active() || member.terms.admission == Admission::Shadow {
                continue;
            }
            for (position, hook) in (0u32..).zip(&member.skill.manifest().hooks) {
                if hook.point == point
                    && (own == Some(at) || hook.handoffs == Reach::All)
                    && hook.is_for(&self.agent, &tool.skill, &tool.tool)
                {
                    due.push(Due {
                        at,
                        member,
                        position,
                        hook,
                    });
                }
            }
        }
        // The catalog is in order of name, so equal orders fall back on names.
        due.sort_by_key(|due| (due.hook.order, due.at, due.position));
        due
    }

    /// Runs the before-hooks, which may change the arguments or refuse the call;
    /// why, if so. What they put there must be what the tool takes.
    pub(super) async fn before_tool(
        &self,
        found: &Found<'_>,
        tool: &ToolName,
        arguments: &mut Map<String, Value>,
        limit: Duration,
    ) -> Result<(), String> {
        let due = self.due(HookPoint::BeforeTool, tool);
        if due.is_empty() {
            return Ok(());
        }
        let mut context = self.told(tool, &Value::Object(arguments.clone()));
        for due in due {
            // What it says and keeps from now on may be anything of that.
            self.turn.tell(due.member.name(), context.trust);
            let answer = self.ask_hook(&due, &context, None, limit).await;
            let refused = match judge(due.member, due.hook, &self.turn, answer) {
                Ok(None) => continue,
                Ok(Some(patch)) => self
                    .change(found, &due, patch, &mut context, arguments)
                    .err(),
                Err(Rejection { why, .. }) => Some(why),
            };
            if let Some(why) = refused {
                self.note(&due, tool, Change::Refused, &why);
                let by = format!("{}/{}", due.member.name(), due.hook.name);
                return Err(format!("error: this call is refused by {by}: {why}"));
            }
        }
        Ok(())
    }

    /// Does what a before-hook wants. Arguments that the tool does not take are
    /// the hook's mistake, and never reach it.
    fn change(
        &self,
        found: &Found<'_>,
        due: &Due<'_>,
        mut patch: Patch,
        context: &mut HandoffContext,
        arguments: &mut Map<String, Value>,
    ) -> Result<(), String> {
        remember(&self.turn, &mut patch, self.hook_trust(due));
        let Some(wanted) = patch.metadata.remove(ARGUMENTS) else {
            return Ok(());
        };
        found
            .declaration
            .accepts(&wanted)
            .map_err(|wrong| format!("it puts wrong arguments there: {wrong}"))?;
        let Value::Object(wanted) = wanted else {
            return Err("it puts arguments there that are no JSON object".to_owned());
        };
        if wanted != *arguments {
            let tool = ToolName {
                skill: found.member.name().clone(),
                tool: found.declaration.name.clone(),
            };
            self.note(due, &tool, Change::Arguments, "");
            context
                .metadata
                .insert(ARGUMENTS.to_owned(), Value::Object(wanted.clone()));
            *arguments = wanted;
        }
        Ok(())
    }

    /// Runs the after-hooks, which may put another result there. What is passed on
    /// is believed no further than anybody who may have written it.
    pub(super) async fn after_tool(
        &self,
        tool: &ToolName,
        arguments: &Value,
        said: Said,
        limit: Duration,
    ) -> (String, Trust) {
        let Said {
            end,
            text,
            milliseconds,
        } = said;
        let mut trust = self.trust(tool);
        let due = self.due(HookPoint::AfterTool, tool);
        if due.is_empty() {
            return (text, trust);
        }
        let context = self.told(tool, arguments);
        let mut outcome = Outcome {
            agent: self.agent.clone(),
            result: match end {
                ToolEnd::Done | ToolEnd::Repeated => Ok(text.clone()),
                _ => Err(OutcomeError(text.clone())),
            },
            insights: Findings::new(),
            fallback: false,
            milliseconds,
        };
        let mut text = text;
        for due in due {
            self.turn
                .tell(due.member.name(), context.trust.lowest(trust));
            let answer = self.ask_hook(&due, &context, Some(&outcome), limit).await;
            // The tool has run: a refusal comes too late to stop anything.
            let Ok(Some(mut patch)) = judge(due.member, due.hook, &self.turn, answer) else {
                continue;
            };
            let own = self.hook_trust(&due);
            remember(&self.turn, &mut patch, own);
            if let Some(replacement) = patch.replace {
                self.note(&due, tool, Change::Result, "");
                trust = trust.lowest(own);
                text.clone_from(&replacement.reply);
                outcome.result = Ok(replacement.reply);
                outcome.fallback = replacement.fallback;
            }
        }
        (text, trust)
    }

    /// What hooks are told of a call.
    fn told(&self, tool: &ToolName, arguments: &Value) -> HandoffContext {
        let mut context = match &self.context {
            Some(context) => HandoffContext::clone(context),
            None => {
                let (agent, reason) = (&self.agent, Reason::Delegation);
                let by = By::Agent(agent.clone());
                let wish = Wish::plain(by, agent.clone(), reason, vec![agent.clone()]);
                wish.draft(&self.turn, agent, reason, String::new())
            }
        };
        context.source = self.agent.clone();
        context.target = self.agent.clone();
        // A model has written the arguments.
        context.trust = context.trust.lowest(Trust::MODEL.after(self.hops));
        let told = [
            (TOOL, Value::String(tool.to_string())),
            (ARGUMENTS, arguments.clone()),
        ];
        let told = told.map(|(name, value)| (name.to_owned(), value));
        context.metadata.extend(told);
        context
    }

    /// In the instance that its skill has in this turn.
    async fn ask_hook(
        &self,
        due: &Due<'_>,
        context: &HandoffContext,
        outcome: Option<&Outcome>,
        limit: Duration,
    ) -> Result<Result<Patch, Refusal>, Fault> {
        let place = self.instances.place(due.at);
        let asked = async {
            let mut place = place.lock_owned().await;
            let mut session = match place.take() {
                Some(session) => session,
                None => due.member.skill.clone().open(&self.turn),
            };
            let answer = match outcome {
                None => session.before(due.position, context).await,
                Some(outcome) => session.after(due.position, context, outcome).await,
            };
            // An instance is never used after a fault.
            if answer.is_ok() {
                *place = Some(session);
            }
            answer
        };
        let late = Fault::WallTime { limit };
        tokio::time::timeout(limit, asked)
            .await
            .unwrap_or(Err(late))
    }

    /// How far a hook may be believed.
    fn hook_trust(&self, due: &Due<'_>) -> Trust {
        self.turn.trust_after(due.member.name(), self.hops)
    }

    fn note(&self, due: &Due<'_>, tool: &ToolName, change: Change, why: &str) {
        self.turn.record(EventKind::ToolAmended {
            by: due.member.name().clone(),
            agent: self.agent.clone(),
            skill: tool.skill.clone(),
            tool: tool.tool.clone(),
            outcome: change,
            why: why.to_owned(),
        });
    }
}
