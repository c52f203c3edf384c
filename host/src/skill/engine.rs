//! The WebAssembly engine all skills share.

use std::{sync::Arc, thread, time::Duration};

use tokio::sync::Semaphore;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

use super::{limits::STACK, sandbox::Running, warm::WarmPool};

/// How often running guests are looked at. Ten times finer than the shortest
/// limit anybody would set, and a hundred wake-ups a second cost nothing.
pub const TICK: Duration = Duration::from_millis(10);

/// Instances alive at the same time. Each reserves address space, not memory;
/// a thousand turns at once is more than two cores decide in a second's tenth.
const INSTANCES: u32 = 1_000;

/// The largest memory that fits a slot of the pool; a skill's own limit may be
/// lower, not higher.
pub const MAX_MEMORY: usize = 256 << 20;

/// Memory and table space a slot keeps between instances, so that the pages a
/// small skill touches need not be given by the kernel again each turn. With
/// the kernel's page map scan only touched pages are reset; measured, a fresh
/// Rust instance took 11 µs with this and 26 µs without.
const MEMORY_KEPT: usize = 1 << 20;
const TABLE_KEPT: usize = 64 << 10;

/// The engine could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the WebAssembly engine: {0}")]
pub struct EngineError(String);

/// The engine, and how many instances it can hold.
#[derive(Clone)]
pub struct SkillEngine {
    engine: Engine,
    slots: Arc<Semaphore>,
    warm: WarmPool<Box<Running>>,
}

impl SkillEngine {
    /// Starts the engine: with a pool of instances if this machine lets us
    /// reserve the address space for it, otherwise with instances on demand.
    pub fn start() -> Result<Self, EngineError> {
        let pooled = [Enabled::Yes, Enabled::No].into_iter().find_map(|scan| {
            let mut config = base();
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(scan)));
            Engine::new(&config).ok()
        });
        let engine = match pooled {
            Some(engine) => engine,
            None => {
                tracing::warn!(
                    "no address space for a pool of instances; each will be allocated on demand"
                );
                Engine::new(&base()).map_err(|error| EngineError(format!("{error:#}")))?
            }
        };
        tick(&engine)?;
        Ok(Self {
            engine,
            slots: Arc::new(Semaphore::new(INSTANCES as usize)),
            warm: WarmPool::default(),
        })
    }

    /// The engine itself.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A permit is held for each live instance, so that a busy desk waits for
    /// a slot where the pool would fail.
    pub(super) fn slots(&self) -> &Arc<Semaphore> {
        &self.slots
    }

    /// Where instances are kept between the turns of a conversation.
    pub(super) fn warm(&self) -> &WarmPool<Box<Running>> {
        &self.warm
    }
}

fn base() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        // A skill that keeps its lines is told with them when it traps; one that
        // has none costs nothing by this.
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        // Guests wait through handles; the concurrent ABI is not used, and
        // without it a call is about 1 µs cheaper.
        .concurrency_support(false)
        // Same inputs, same decision, on any machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}

fn pool(pagemap_scan: Enabled) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * 4)
        .total_memories(INSTANCES * 2)
        .total_tables(INSTANCES * 4)
        .total_stacks(INSTANCES)
        .max_memory_size(MAX_MEMORY)
        .table_elements(100_000)
        .max_core_instance_size(4 << 20)
        .max_component_instance_size(4 << 20)
        .linear_memory_keep_resident(MEMORY_KEPT)
        .table_keep_resident(TABLE_KEPT)
        .pagemap_scan(pagemap_scan);
    pool
}

/// Advances the engine's clock until the engine is gone.
fn tick(engine: &Engine) -> Result<(), EngineError> {
    let weak = engine.weak();
    thread::Builder::new()
        .name("baton-tick".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(TICK);
                match weak.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => return,
                }
            }
        })
        .map(drop)
        .map_err(|error| EngineError(error.to_string()))
}
