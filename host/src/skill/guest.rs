//! What the host knows of an instance while it runs: on whose behalf, and what
//! is left of its limits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use wasmtime::{ResourceLimiter, component::ResourceTable};

use super::{
    allowance::Allowance,
    capability::http::WebAccess,
    engine::TICK,
    grant::{Grant, Grants},
    limits::{Limits, Time},
    meter::{Admitted, LogMeter},
    settings::SkillConfig,
    warm::Instances,
};
use crate::{
    contract::Fault,
    conversation::{EventKind, Turn},
    id::{HandoffId, SkillName},
    web::Web,
};

/// Who runs, and what it may.
#[derive(Debug)]
pub struct Permit {
    /// The skill.
    pub skill: SkillName,
    /// The name under which it remembers.
    pub memory: SkillName,
    /// The schema version of what it remembers.
    pub state_version: u32,
    /// What the operator allows it.
    pub grants: Grants,
    /// What it may use up.
    pub limits: Limits,
    /// What the operator configured for it.
    pub config: SkillConfig,
    /// In which instances it begins its turns.
    pub instances: Instances,
    /// The web, as far as it may reach it.
    pub web: Web,
    /// How much it has logged lately.
    pub log: Arc<LogMeter>,
    /// The most memory that an instance has had, where somebody wants to know.
    pub peak: Option<Arc<AtomicUsize>>,
}

impl Permit {
    /// What an operator allows a skill of this name.
    pub fn new(skill: SkillName, state_version: u32, allowance: Allowance) -> Self {
        let Allowance {
            grants,
            limits,
            secrets,
            config,
            instances,
        } = allowance;
        Self {
            web: Web::new(grants.hosts(), secrets, limits.http),
            memory: skill.clone(),
            skill,
            state_version,
            grants,
            limits,
            config,
            instances,
            log: Arc::default(),
            peak: None,
        }
    }

    /// The same with other grants, and what the skill remembers under another
    /// name.
    pub(super) fn with_grants(&self, grants: Grants, memory: SkillName) -> Self {
        Self {
            skill: self.skill.clone(),
            memory,
            state_version: self.state_version,
            limits: self.limits,
            config: self.config.clone(),
            instances: self.instances,
            web: self.web.reaching(grants.hosts()),
            grants,
            log: self.log.clone(),
            peak: self.peak.clone(),
        }
    }
}

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// To describe itself, or to judge a message. Every message is judged by
    /// many conditions, and some only to explain what they would say, so
    /// nothing that lasts may come of it.
    Judge,
    /// To run as a hook or a tool.
    Act,
}

/// The data of one instance's store.
pub struct Guest {
    pub(super) permit: Arc<Permit>,
    /// None while the skill describes itself: there is no turn yet.
    pub(super) turn: Option<Arc<Turn>>,
    pub(super) handles: ResourceTable,
    /// The handoff whose hook runs, while one does.
    pub(super) handoff: Option<HandoffId>,
    work: Work,
    clock: Clock,
    calls_left: u32,
    log_lines_left: u32,
    /// None until it first calls the web, which most never do.
    web: Option<Box<WebAccess>>,
    space: Space,
}

/// How long a call has taken.
struct Clock {
    limit: Time,
    began: Instant,
    /// Ticks in which the guest was found computing.
    ticks: u32,
    /// It has just waited, so that the tick that is due is not its own.
    waited: bool,
    /// The call runs on a stack of its own and can let others run.
    may_yield: bool,
}

struct Space {
    memory: usize,
    table_elements: usize,
    /// What was asked for and not given; the trap that follows is its fault.
    refused: Option<Fault>,
}

impl Guest {
    pub(super) fn new(permit: Arc<Permit>, turn: Option<Arc<Turn>>) -> Self {
        let limits = permit.limits;
        let mut handles = ResourceTable::new();
        handles.set_max_capacity(limits.pending);
        Self {
            permit,
            turn,
            handles,
            handoff: None,
            work: Work::Judge,
            clock: Clock {
                limit: limits.describe,
                began: Instant::now(),
                ticks: 0,
                waited: false,
                may_yield: false,
            },
            calls_left: limits.host_calls,
            log_lines_left: limits.log_lines,
            web: None,
            space: Space {
                memory: 0,
                table_elements: 0,
                refused: None,
            },
        }
    }

    /// The turn is over and the instance may be used in another: whether there
    /// is nothing in it that hinders. Half of what it had left of its memory
    /// when it was new must be left for that turn, or what piles up would end in
    /// a fault some time.
    pub(super) fn rest(&mut self, when_new: usize) -> bool {
        self.turn = None;
        self.handoff = None;
        self.web = None;
        let room = self.permit.limits.memory.saturating_sub(when_new);
        let grown = self.space.memory.saturating_sub(when_new);
        self.handles.is_empty() && grown <= room / 2
    }

    /// Another turn begins, with its limits whole.
    pub(super) fn wake(&mut self, turn: Arc<Turn>) {
        self.turn = Some(turn);
        self.log_lines_left = self.permit.limits.log_lines;
    }

    /// A call begins, with its limits whole.
    pub(super) fn begin(&mut self, work: Work, limit: Time, may_yield: bool) {
        self.work = work;
        self.clock = Clock {
            limit,
            began: Instant::now(),
            ticks: 0,
            waited: false,
            may_yield,
        };
        self.calls_left = self.permit.limits.host_calls;
    }

    /// Every function of the host begins with this.
    pub(super) fn enter(&mut self) -> wasmtime::Result<()> {
        match self.calls_left.checked_sub(1) {
            Some(left) => {
                self.calls_left = left;
                Ok(())
            }
            None => Err(fault(Fault::HostCalls {
                limit: self.permit.limits.host_calls,
            })),
        }
    }

    /// Like [`enter`](Self::enter), for a capability that needs a grant: none
    /// means that it was not given.
    pub(super) fn enter_granted(&mut self, grant: Grant) -> wasmtime::Result<Option<Arc<Turn>>> {
        self.enter()?;
        let Some(turn) = self.turn.clone() else {
            return Ok(None);
        };
        if self.permit.grants.allows(grant) {
            return Ok(Some(turn));
        }
        turn.record(EventKind::SkillDenied {
            skill: self.permit.skill.clone(),
            capability: grant.to_string(),
        });
        Ok(None)
    }

    /// Whether the call may write what lasts.
    pub(super) fn may_write(&self) -> bool {
        self.work == Work::Act
    }

    /// Whether another line may be logged: in this turn, and in this minute.
    pub(super) fn may_log(&mut self) -> bool {
        let Some(left) = self.log_lines_left.checked_sub(1) else {
            return false;
        };
        self.log_lines_left = left;
        let skill = &self.permit.skill;
        let limit = self.permit.limits.log_lines_per_minute;
        match self.permit.log.admit(limit, Instant::now()) {
            Admitted::Yes => true,
            Admitted::No => false,
            Admitted::NoMore => {
                tracing::warn!(
                    %skill,
                    "it has logged {limit} lines within a minute; what it logs is left out until \
                     the minute is over (limits.log-lines-per-minute)"
                );
                false
            }
        }
    }

    /// Its way to the web, and the handles it holds.
    pub(super) fn web(&mut self) -> (&mut WebAccess, &mut ResourceTable) {
        let web = self.web.get_or_insert_with(|| {
            Box::new(WebAccess::new(self.permit.clone(), self.turn.clone()))
        });
        web.gate.may_change = self.work == Work::Act;
        (web, &mut self.handles)
    }

    /// It is about to call something that may wait for the host. Nobody is told
    /// whether it did, so that such calls are taken for waiting as often as
    /// the host may be called at all.
    pub(super) fn may_wait(&mut self) {
        if let Some(left) = self.calls_left.checked_sub(1) {
            self.calls_left = left;
            self.waited();
        }
    }

    /// The guest has waited for the host, which is not its computing.
    pub(super) fn waited(&mut self) {
        self.clock.waited = true;
    }

    /// At every tick: the limit the call has reached, if any; otherwise whether
    /// to let others run.
    ///
    /// Computing is counted in ticks at which the guest was running, and not by
    /// the clock: on a busy machine a good skill may wait long for its turn.
    pub(super) fn tick(&mut self) -> Result<bool, Fault> {
        let clock = &mut self.clock;
        if !std::mem::take(&mut clock.waited) {
            clock.ticks = clock.ticks.saturating_add(1);
        }
        // The first tick may come at once, and must not be held against it.
        if TICK * clock.ticks.saturating_sub(1) >= clock.limit.compute {
            let limit = clock.limit.compute;
            Err(Fault::ComputeTime { limit })
        } else if clock.began.elapsed() >= clock.limit.wall {
            let limit = clock.limit.wall;
            Err(Fault::WallTime { limit })
        } else {
            Ok(clock.may_yield)
        }
    }

    /// What was asked for and not given.
    pub(super) fn refused_space(&mut self) -> Option<Fault> {
        self.space.refused.take()
    }

    /// Bytes of memory the instance has.
    pub(super) fn memory(&self) -> usize {
        self.space.memory
    }
}

/// A fault that ends the guest's call from within a function of the host.
pub(super) fn fault(fault: Fault) -> wasmtime::Error {
    wasmtime::Error::new(fault)
}

impl ResourceLimiter for Guest {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let limit = self.permit.limits.memory;
        let total = self.space.memory + desired.saturating_sub(current);
        if total > limit {
            self.space.refused = Some(Fault::Space {
                what: "memory",
                limit: format!("{} MiB", limit >> 20),
            });
            return Ok(false);
        }
        self.space.memory = total;
        if let Some(peak) = &self.permit.peak {
            peak.fetch_max(total, Ordering::Relaxed);
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let limit = self.permit.limits.table_elements;
        let total = self.space.table_elements + desired.saturating_sub(current);
        if total > limit {
            self.space.refused = Some(Fault::Space {
                what: "table space",
                limit: format!("{limit} elements"),
            });
            return Ok(false);
        }
        self.space.table_elements = total;
        Ok(true)
    }
}
