//! Runs one skill for one turn.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use wasmtime::{
    Store, UpdateDeadline,
    component::{ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, TypedFunc},
};

use super::{
    bindings::{baton::skill::types as wit, exports::baton::skill::tools as wit_tools},
    convert,
    fault::{classify, too_slow},
    guest::{Guest, Work},
    limits::Time,
    load::WasmSkill,
    warm::Kept,
};
use crate::{
    contract::{
        Caller, Fault, HandoffContext, Outcome, Patch, Refusal, Session, ToolError, Verdict,
    },
    conversation::Turn,
    id::{FunctionName, HandoffId, MessageId},
};

/// Calls that may compute for longer run on a stack of their own, where they
/// let others run at every tick; shorter ones are spared the switch, which
/// costs more than most of them take.
const LONGEST_ON_THREAD: std::time::Duration = std::time::Duration::from_millis(100);

/// One skill in one turn. The instance is made when it is first needed.
pub(super) struct Sandbox {
    skill: Arc<WasmSkill>,
    turn: Option<Arc<Turn>>,
    /// The handoff whose hook runs, while one does.
    handoff: Option<HandoffId>,
    state: State,
}

enum State {
    NotStarted,
    Running(Box<Running>),
    /// A call is under way, or was broken off.
    Calling,
    /// A store is never used again after a fault.
    Dead(Fault),
}

/// An instance.
pub(super) struct Running {
    store: Store<Guest>,
    instance: Instance,
    _slot: OwnedSemaphorePermit,
}

impl Sandbox {
    pub(super) fn new(skill: Arc<WasmSkill>, turn: Option<Arc<Turn>>) -> Self {
        Self {
            skill,
            turn,
            handoff: None,
            state: State::NotStarted,
        }
    }

    /// Bytes of memory the instance has; none: it is not running.
    pub(super) fn memory(&self) -> Option<usize> {
        match &self.state {
            State::Running(running) => Some(running.store.data().memory()),
            _ => None,
        }
    }

    async fn start(
        skill: &Arc<WasmSkill>,
        turn: Option<Arc<Turn>>,
        time: Time,
    ) -> Result<Box<Running>, Fault> {
        if let Some(kept) = kept(skill, turn.as_ref()) {
            return Ok(kept);
        }
        let slots = skill.engine.slots().clone();
        let slot = match slots.clone().try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => {
                skill.engine.warm().give_way();
                match tokio::time::timeout(time.wall, slots.acquire_owned()).await {
                    Ok(Ok(slot)) => slot,
                    _ => {
                        return Err(Fault::Start(
                            "every instance is in use; the desk is overloaded".to_owned(),
                        ));
                    }
                }
            }
        };
        let guest = Guest::new(skill.permit.clone(), turn);
        let mut store = Store::new(skill.engine.engine(), guest);
        store.limiter(|guest| guest);
        store.set_hostcall_fuel(skill.permit.limits.data);
        store.epoch_deadline_callback(|mut context| match context.data_mut().tick() {
            Ok(true) => Ok(UpdateDeadline::Yield(1)),
            Ok(false) => Ok(UpdateDeadline::Continue(1)),
            Err(fault) => Err(super::guest::fault(fault)),
        });
        store.set_epoch_deadline(1);
        store.data_mut().begin(Work::Judge, time, skill.waits);
        let instance = if skill.waits {
            match tokio::time::timeout(time.wall, skill.pre.instantiate_async(&mut store)).await {
                Ok(instance) => instance,
                Err(_) => return Err(too_slow(time)),
            }
        } else {
            skill.pre.instantiate(&mut store)
        };
        match instance {
            Ok(instance) => Ok(Box::new(Running {
                store,
                instance,
                _slot: slot,
            })),
            Err(error) => Err(classify(&error, store.data_mut())),
        }
    }

    /// Calls an exported function.
    ///
    /// `P` and `R` must be the types that `load` has checked for `function`.
    pub(super) async fn call<P, R>(
        &mut self,
        work: Work,
        function: Option<ComponentExportIndex>,
        params: P,
        time: Time,
    ) -> Result<R, Fault>
    where
        P: ComponentNamedList + Lower + Send + Sync,
        R: Lift + Send + Sync + 'static,
        (R,): ComponentNamedList + Lift,
    {
        let function = function
            .ok_or_else(|| Fault::Contract("it does not export what its manifest names".into()))?;
        if let State::NotStarted = self.state {
            self.state = match Self::start(&self.skill, self.turn.clone(), time).await {
                Ok(running) => State::Running(running),
                Err(fault) => State::Dead(fault),
            };
        }
        // A call that is broken off leaves it so.
        let mut running = match std::mem::replace(&mut self.state, State::Calling) {
            State::Running(running) => running,
            State::Dead(fault) => {
                self.state = State::Dead(fault.clone());
                return Err(fault);
            }
            State::NotStarted | State::Calling => {
                return Err(Fault::Start("a call of it was broken off".to_owned()));
            }
        };
        let own_stack = self.skill.waits || time.compute > LONGEST_ON_THREAD;
        let Running {
            store, instance, ..
        } = running.as_mut();
        let Some(function) = instance.get_func(&mut *store, function) else {
            return Err(Fault::Contract("an export has vanished".to_owned()));
        };
        // SAFETY: `load` has checked this export of this component for these types.
        #[allow(unsafe_code)]
        let function = unsafe { TypedFunc::<P, (R,)>::new_unchecked(function) };
        store.data_mut().begin(work, time, own_stack);
        store.data_mut().handoff.clone_from(&self.handoff);
        store.set_epoch_deadline(1);
        let returned = if own_stack {
            tokio::time::timeout(time.wall, function.call_async(&mut *store, params)).await
        } else {
            Ok(function.call(&mut *store, params))
        };
        let fault = match returned {
            Ok(Ok((result,))) => {
                self.state = State::Running(running);
                return Ok(result);
            }
            Ok(Err(error)) => classify(&error, store.data_mut()),
            Err(_) => too_slow(time),
        };
        self.state = State::Dead(fault.clone());
        Err(fault)
    }
}

/// The instance that the skill had in the conversation's last turn, if it is
/// kept, and the conversation was not erased meanwhile by another process.
fn kept(skill: &WasmSkill, turn: Option<&Arc<Turn>>) -> Option<Box<Running>> {
    let (place, turn) = (skill.warm.as_ref()?, turn?);
    if !turn.afterwards.is_open() {
        return None;
    }
    let kept = place.take(&turn.query.conversation, turn.query.user.as_ref())?;
    if !turn.goes_on_from(kept.last.as_ref()) {
        return None;
    }
    turn.tell(&skill.permit.skill, kept.heard);
    let mut running = kept.instance;
    running.store.data_mut().wake(turn.clone());
    Some(running)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let (Some(place), Some(turn)) = (&self.skill.warm, &self.turn) else {
            return;
        };
        let State::Running(mut instance) = std::mem::replace(&mut self.state, State::NotStarted)
        else {
            return;
        };
        if !instance.store.data_mut().rest(self.skill.facts().memory) {
            return;
        }
        let (conversation, user) = (turn.query.conversation.clone(), turn.query.user.clone());
        let name = &self.skill.permit.skill;
        let heard = turn.trust_in(name);
        let place = Arc::downgrade(place);
        let keep = move |last: Option<&MessageId>| {
            // None: the skill was replaced meanwhile.
            if let Some(place) = place.upgrade() {
                place.keep(Kept {
                    conversation,
                    user,
                    last: last.cloned(),
                    heard,
                    instance,
                });
            }
        };
        turn.afterwards.add(name, Box::new(keep));
    }
}

#[async_trait]
impl Session for Sandbox {
    async fn evaluate(&mut self, handoffs: &[u32]) -> Result<Vec<Verdict>, Fault> {
        let Some(turn) = self.turn.clone() else {
            return Err(no_turn());
        };
        let scopes: Vec<&str> = turn
            .query
            .scopes
            .iter()
            .map(crate::id::Scope::as_str)
            .collect();
        let query = convert::query(&turn.query, &scopes);
        self.handoff = None;
        let function = self.skill.exports.evaluate;
        let time = self.skill.permit.limits.evaluate;
        let verdicts: Vec<wit::Verdict> = self
            .call(Work::Judge, function, (&query, handoffs), time)
            .await?;
        Ok(verdicts.into_iter().map(convert::verdict).collect())
    }

    async fn before(
        &mut self,
        hook: u32,
        context: &HandoffContext,
    ) -> Result<Result<Patch, Refusal>, Fault> {
        let texts = convert::ContextTexts::of(context);
        let lists = texts.lists(context);
        self.handoff = Some(context.id.clone());
        let function = self.skill.exports.before;
        let time = self.skill.permit.limits.hook;
        let result: Result<wit::Patch, wit::Refusal> = self
            .call(
                Work::Act,
                function,
                (hook, &convert::context(context, &lists)),
                time,
            )
            .await?;
        convert::hook_result(result)
    }

    async fn after(
        &mut self,
        hook: u32,
        context: &HandoffContext,
        outcome: &Outcome,
    ) -> Result<Result<Patch, Refusal>, Fault> {
        let texts = convert::ContextTexts::of(context);
        let lists = texts.lists(context);
        let insights = convert::Pairs::of(&outcome.insights);
        self.handoff = Some(context.id.clone());
        let function = self.skill.exports.after;
        let time = self.skill.permit.limits.hook;
        let lowered = insights.lower();
        let result: Result<wit::Patch, wit::Refusal> = self
            .call(
                Work::Act,
                function,
                (
                    hook,
                    &convert::context(context, &lists),
                    &convert::outcome(outcome, &lowered),
                ),
                time,
            )
            .await?;
        convert::hook_result(result)
    }

    async fn call(
        &mut self,
        tool: &FunctionName,
        arguments: &Value,
        caller: &Caller,
    ) -> Result<Value, ToolError> {
        let arguments = arguments.to_string();
        let scopes: Vec<&str> = caller.scopes.iter().map(crate::id::Scope::as_str).collect();
        let caller = convert::caller(caller, &scopes);
        self.handoff = None;
        let function = self.skill.exports.tool;
        let time = self.skill.permit.limits.tool;
        let result: Result<String, wit_tools::ToolError> = self
            .call(
                Work::Act,
                function,
                (tool.as_str(), arguments.as_str(), &caller),
                time,
            )
            .await?;
        match result {
            Ok(text) => serde_json::from_str(&text).map_err(|error| {
                Fault::Contract(format!("its result is not JSON: {error}")).into()
            }),
            Err(error) => Err(ToolError::Refused {
                code: convert::line(&error.code),
                message: convert::text(error.message),
            }),
        }
    }
}

fn no_turn() -> Fault {
    Fault::Contract("it was asked outside a turn".to_owned())
}
