//! What a decision, a turn and a durable turn cost, in one run: `cargo bench`.
//!
//! Times are of this machine and this moment; compare the ratios. The same turn
//! in adk-rust runs as a program of its own, between two measurements of ours.

mod durable;
mod language;
mod measure;
mod native;
mod scene;

use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use baton::{
    contract::Skill,
    handoff::Incoming,
    routing::{Catalog, Detail, Member, Terms, decide, evaluate},
    skill::{Cache, SkillEngine, WasmSkill},
};
use measure::{Comparison, Timing, micros, time};
use native::Native;
use scene::{Anywhere, QUERY, Renamed, alone, catalog, component, desk, load, turn};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Enough for a steady median, in a second or less each.
const RUNS: usize = 20_000;

fn main() {
    // `cargo bench` passes flags of its own, `cargo test --benches` must not measure.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let mut table = Comparison::default();
    let native = runtime.block_on(native());
    // `cargo bench -- durable` measures the store alone, `-- language` what a
    // skill costs in each language.
    let only = |part: &str| std::env::args().any(|argument| argument == part);
    if !only("durable") && !only("language") {
        runtime.block_on(measure_all(&mut table));
    }
    if !only("language") {
        durable::measure(&mut table, &native);
        println!("\n{table}");
    }
    if !only("durable") {
        let engine = SkillEngine::start().expect("the engine starts");
        let languages = runtime.block_on(language::measure(&engine));
        println!("\n{languages}");
    }
}

/// The benchmark's skill without a sandbox, whose cost is nothing beside a disk's.
async fn native() -> Arc<Catalog> {
    let engine = SkillEngine::start().expect("the engine starts");
    let skill = load(&engine, &Cache::none(), &component()).await;
    alone(Arc::new(Native {
        manifest: skill.manifest().clone(),
    }))
}

async fn measure_all(table: &mut Comparison) {
    let bytes = component();
    weights(table, &bytes).await;
    let engine = SkillEngine::start().expect("the engine starts");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::at(folder.path());
    let skill = load(&engine, &cache, &bytes).await;

    let in_sandbox = alone(skill.clone());
    let native = alone(Arc::new(Native {
        manifest: skill.manifest().clone(),
    }));
    let a = decision(&in_sandbox, RUNS).await;
    let b = decision(&native, RUNS).await;
    table.timing(
        "(a) decision, one Rust skill, fresh sandbox",
        a,
        String::new(),
    );
    table.timing(
        "(b) decision, native closure",
        b,
        format!("(a) is {:.1} times that", a.ratio(&b)),
    );

    whole_turn(table, &in_sandbox, &native).await;
    many_skills(table, &skill).await;
    loading(table, &engine, &bytes).await;
    all_cores(table, &in_sandbox);
}

/// The decision alone: the turn is there, nothing is stored.
async fn decision(catalog: &Arc<Catalog>, runs: usize) -> Timing {
    let desk = desk(catalog);
    let turn = turn(&desk);
    time(runs, || decide_once(catalog, &turn)).await
}

async fn decide_once(catalog: &Arc<Catalog>, turn: &Arc<baton::conversation::Turn>) {
    let evaluation = evaluate(catalog, turn, Detail::Decisive).await;
    let decision = decide(catalog, &evaluation, turn, &Anywhere);
    assert!(
        decision.winner().is_some(),
        "the benchmark's condition holds"
    );
    turn.with_effects(|effects| effects.events.clear());
}

/// (c) and (g), in turns, so that both see the same moments of the machine.
async fn whole_turn(table: &mut Comparison, in_sandbox: &Arc<Catalog>, native: &Arc<Catalog>) {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        ours.push(turns(in_sandbox).await);
        theirs.extend(adk_turns());
    }
    let middle = |timings: &mut Vec<Timing>| {
        timings.sort_unstable_by_key(|timing| timing.median);
        timings.get(timings.len() / 2).copied()
    };
    let (Some(c), g) = (middle(&mut ours), middle(&mut theirs)) else {
        return;
    };
    let compared = g.map_or_else(
        || "adk-rust could not be measured".to_owned(),
        |g| format!("{:.2} times adk-rust's turn", c.ratio(&g)),
    );
    table.timing("(c) turn, one handoff, both hooks, sandboxed", c, compared);
    let without = turns(native).await;
    table.timing("    the same with a native skill", without, String::new());
    if let Some(g) = g {
        table.timing(
            "(g) turn, one handoff, adk-rust 2.3, no sandbox",
            g,
            String::new(),
        );
    }
}

async fn turns(catalog: &Arc<Catalog>) -> Timing {
    let desk = desk(catalog);
    time(RUNS, || async {
        let incoming = Incoming {
            text: QUERY.to_owned(),
            ..Incoming::default()
        };
        let answer = desk.answer(incoming).await.expect("the desk answers");
        assert_eq!(answer.agent.as_str(), "finance-expert");
    })
    .await
}

/// Builds and runs the peer; it prints a line of JSON.
fn adk_turns() -> Option<Timing> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/adk-turn/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--release", "--quiet", "--manifest-path"])
        .arg(manifest)
        .args(["--", &RUNS.to_string()])
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .ok()?;
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let nanos = |key: &str| line.get(key)?.as_u64().map(Duration::from_nanos);
    Some(Timing {
        median: nanos("median_ns")?,
        p99: nanos("p99_ns")?,
    })
}

/// (d): many installed skills, of which one concerns the query.
async fn many_skills(table: &mut Comparison, skill: &Arc<WasmSkill>) {
    for (label, triggered) in [("with triggers", true), ("without", false)] {
        let mut ten = None;
        for count in [1, 10, 100, 1_000] {
            let members = (0..count).map(|number| {
                let words = [format!("word{number:04}"), format!("term{number:04}")];
                let triggers: Vec<&str> = match (triggered, number) {
                    (false, _) => Vec::new(),
                    (true, 0) => vec!["stock", "portfolio"],
                    (true, _) => words.iter().map(String::as_str).collect(),
                };
                let renamed = Renamed::new(skill, number, &triggers);
                Member::new(Arc::new(renamed) as Arc<dyn Skill>, Terms::default())
            });
            let catalog = catalog(members.collect());
            let runs = if triggered {
                RUNS
            } else {
                (RUNS / count).max(50)
            };
            let timing = decision(&catalog, runs).await;
            let compared = ten
                .map(|ten: Timing| format!("{:.2} times the decision with 10", timing.ratio(&ten)))
                .unwrap_or_default();
            table.timing(
                &format!("(d) decision, {count} skills, {label}"),
                timing,
                compared,
            );
            if count == 10 {
                ten = Some(timing);
            }
        }
    }
}

/// (e): loading, and what a skill and an instance weigh.
async fn loading(table: &mut Comparison, engine: &SkillEngine, bytes: &[u8]) {
    let compiled = time(10, || async { load(engine, &Cache::none(), bytes).await }).await;
    table.timing("(e) load, compiled", compiled, String::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::at(folder.path());
    load(engine, &cache, bytes).await;
    let cached = time(100, || async { load(engine, &cache, bytes).await }).await;
    let ratio = format!(
        "compiling takes {:.0} times as long",
        compiled.ratio(&cached)
    );
    table.timing("(e) load, from the cache", cached, ratio);

    let different: Vec<Vec<u8>> = (0..100).map(|number| numbered(bytes, number)).collect();
    let began = Instant::now();
    for bytes in &different {
        load(engine, &cache, bytes).await;
    }
    let first = began.elapsed();
    let began = Instant::now();
    for bytes in &different {
        load(engine, &cache, bytes).await;
    }
    let second = began.elapsed();
    let each = format!("{} a skill, no compiler", micros(second / 100));
    table.compare(
        "(e) 100 skills, first start",
        micros(first),
        String::new(),
        String::new(),
    );
    table.compare(
        "(e) 100 skills, second start",
        micros(second),
        String::new(),
        each,
    );
}

/// (e): what skills and instances weigh, before anything has warmed the pool.
async fn weights(table: &mut Comparison, bytes: &[u8]) {
    let engine = SkillEngine::start().expect("the engine starts");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::at(folder.path());
    let skill = load(&engine, &cache, bytes).await;
    let different: Vec<Vec<u8>> = (0..100).map(|number| numbered(bytes, number)).collect();
    for bytes in &different {
        load(&engine, &cache, bytes).await;
    }

    let before = private_memory();
    let mut loaded = Vec::new();
    for bytes in &different {
        loaded.push(load(&engine, &cache, bytes).await);
    }
    let each = private_memory().saturating_sub(before) / 100;
    table.compare(
        "(e) memory of a loaded skill",
        kib(each),
        String::new(),
        String::new(),
    );

    let desk = desk(&alone(skill.clone()));
    let turn = turn(&desk);
    let before = private_memory();
    let mut live = Vec::new();
    for _ in 0..200 {
        let mut session = skill.clone().open(&turn);
        session
            .evaluate(&[0])
            .await
            .expect("the condition is evaluated");
        live.push(session);
    }
    let each = private_memory().saturating_sub(before) / 200;
    table.compare(
        "(e) memory of a live instance",
        kib(each),
        String::new(),
        String::new(),
    );
}

/// The same component with a section that says nothing, so that it has other
/// bytes: sections of kind 0 hold a name and whatever one likes.
fn numbered(bytes: &[u8], number: u8) -> Vec<u8> {
    [bytes, &[0, 3, 1, b'n', number]].concat()
}

/// (f): decisions per second on one core and on all.
fn all_cores(table: &mut Comparison, catalog: &Arc<Catalog>) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = decisions_per_second(catalog, 1);
    let all = decisions_per_second(catalog, cores);
    table.compare(
        "(f) decisions per second, one core",
        format!("{one:.0}"),
        String::new(),
        String::new(),
    );
    let compared = format!("{:.2} times one core", all / one);
    let what = format!("(f) decisions per second, {cores} cores");
    table.compare(&what, format!("{all:.0}"), String::new(), compared);
}

fn decisions_per_second(catalog: &Arc<Catalog>, threads: usize) -> f64 {
    const EACH: Duration = Duration::from_secs(2);
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            let catalog = catalog.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime starts");
                runtime.block_on(async {
                    let desk = desk(&catalog);
                    let turn = turn(&desk);
                    let began = Instant::now();
                    let mut decisions = 0u32;
                    while began.elapsed() < EACH {
                        decide_once(&catalog, &turn).await;
                        decisions += 1;
                    }
                    f64::from(decisions) / began.elapsed().as_secs_f64()
                })
            })
        })
        .collect();
    workers
        .into_iter()
        .map(|worker| worker.join().expect("a worker ends"))
        .sum()
}

/// Memory of this process that it shares with nobody, in bytes.
fn private_memory() -> usize {
    let report = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    report
        .lines()
        .filter(|line| line.starts_with("Private_"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok())
        .sum::<usize>()
        * 1024
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes >> 10)
}
