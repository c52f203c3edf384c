//! What a skill costs in each language.

use std::{path::Path, sync::Arc, time::Instant};

use baton::{
    contract::Skill,
    handoff::Desk,
    routing::{Detail, evaluate},
    skill::{
        Allowance, BuildOptions, Cache, Instances, Language, SkillEngine, WasmSkill, build_skill,
    },
};

use crate::{
    measure::{Table, Timing, micros, time},
    scene::{Renamed, alone, desk, load, turn},
};

/// A skill of one condition in each language, from the root of the repository.
const SKILLS: &[(Language, &str)] = &[
    (Language::Rust, "skills/rust/finance"),
    (Language::C, "skills/c/finance"),
    (Language::Go, "skills/go/specialist"),
    (Language::TypeScript, "skills/typescript/specialist"),
    (Language::Python, "skills/python/insights"),
];

/// Enough for a steady median of the slowest, in a few seconds.
const RUNS: usize = 2_000;

/// Instances alive at the same time to see what one adds to the program.
const ALIVE: usize = 32;

/// What is said in a row of it.
const COLUMNS: [&str; 10] = [
    "language",
    "size",
    "compiled",
    "from cache",
    "instance",
    "decision",
    "p99",
    "kept",
    "not its query",
    "memory, touched",
];

/// A row of each, or why there is none.
pub async fn measure(engine: &SkillEngine) -> String {
    let mut table = Table::of(COLUMNS);
    let mut missing = Vec::new();
    for (language, folder) in SKILLS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        eprintln!("  {language}");
        match build_skill(&folder, &BuildOptions::default()) {
            Ok(built) => table.row(row(engine, *language, &built.bytes).await),
            Err(why) => missing.push(format!("{language}: {why}")),
        }
    }
    let mut said = table.to_string();
    said += "\ninstance: made and asked nothing; decision: made and asked; kept: asked again in \
         `instances = \"warm\"`;\nnot its query: none of its triggers is in the text; touched: \
         what an instance that has decided adds to the program";
    for why in missing {
        said += "\n";
        said += &why;
    }
    said
}

async fn row(engine: &SkillEngine, language: Language, bytes: &[u8]) -> [String; 10] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::at(folder.path());
    let began = Instant::now();
    let skill = load(engine, &cache, bytes).await;
    let compiled = began.elapsed();
    let cached = time(20, || async { load(engine, &cache, bytes).await }).await;
    let desk = desk(&alone(skill.clone()));
    let turn = turn(&desk);
    let ask = async |handoffs: &[u32]| {
        let mut session = skill.clone().open(&turn);
        let verdicts = session.evaluate(handoffs).await;
        verdicts.expect("the conditions are evaluated");
        session
    };
    let before = resident();
    let mut alive = Vec::new();
    for _ in 0..ALIVE {
        alive.push(ask(&[0]).await);
    }
    let touched = resident().saturating_sub(before) / ALIVE;
    drop(alive);
    let instance = time(RUNS, || ask(&[])).await;
    let decided = time(RUNS, || ask(&[0])).await;
    let kept = kept(engine, &cache, bytes, &desk).await;
    let elsewhere = alone(Arc::new(Renamed::new(&skill, 1, &["what nobody says"])));
    let not_asked = time(RUNS, || evaluate(&elsewhere, &turn, Detail::Decisive)).await;
    [
        language.to_string(),
        format!("{} KiB", bytes.len() / 1024),
        format!("{} ms", compiled.as_millis()),
        micros(cached.median),
        micros(instance.median),
        micros(decided.median),
        micros(decided.p99),
        micros(kept.median),
        micros(not_asked.median),
        format!("{} KiB, {}", skill.facts().memory / 1024, touched / 1024),
    ]
}

/// A decision in the instance that the conversation's last turn has left.
async fn kept(engine: &SkillEngine, cache: &Cache, bytes: &[u8], desk: &Desk) -> Timing {
    let allowance = Allowance {
        instances: Instances::Warm,
        ..Allowance::default()
    };
    let skill = WasmSkill::load(engine, cache, bytes, |_| Ok(allowance))
        .await
        .expect("the skill loads");
    time(RUNS, async || {
        let turn = turn(desk);
        let mut session = skill.clone().open(&turn);
        let verdicts = session.evaluate(&[0]).await;
        drop(session);
        turn.afterwards.stored(|| turn.last_message());
        verdicts.expect("the condition is evaluated")
    })
    .await
}

/// Bytes of memory that this program has; 0 where the system does not say.
fn resident() -> usize {
    /// Of the systems that have the file.
    const PAGE: usize = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * PAGE
}
