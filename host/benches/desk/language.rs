//! What a skill costs in each language.

use std::{path::Path, time::Instant};

use baton::{
    contract::Skill,
    skill::{BuildOptions, Cache, Language, SkillEngine, build_skill},
};

use crate::{
    measure::{Table, micros, time},
    scene::{alone, desk, load, turn},
};

/// A skill of one condition in each language, from the root of the repository.
const SKILLS: &[(Language, &str)] = &[
    (Language::Rust, "skills/rust/finance"),
    (Language::C, "skills/c/finance"),
    (Language::Go, "skills/go/specialist"),
    (Language::TypeScript, "skills/typescript/specialist"),
    (Language::Python, "skills/python/insights"),
];

/// A row of each for loading and deciding, for languages whose tools are there.
pub async fn measure(table: &mut Table, engine: &SkillEngine) {
    for (language, folder) in SKILLS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        match build_skill(&folder, &BuildOptions::default()) {
            Ok(built) => row(table, engine, *language, &built.bytes).await,
            Err(why) => {
                let what = format!("(l) {language}");
                table.row(&what, String::new(), String::new(), why.to_string());
            }
        }
    }
}

async fn row(table: &mut Table, engine: &SkillEngine, language: Language, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::at(folder.path());
    let began = Instant::now();
    let skill = load(engine, &cache, bytes).await;
    let size = format!(
        "{} KiB, compiled in {}",
        bytes.len() / 1024,
        micros(began.elapsed())
    );
    let cached = time(20, || async { load(engine, &cache, bytes).await }).await;
    table.timing(&format!("(l) {language}, from the cache"), cached, size);
    let desk = desk(&alone(skill.clone()));
    let turn = turn(&desk);
    let decided = time(2_000, || async {
        let mut session = skill.clone().open(&turn);
        session
            .evaluate(&[0])
            .await
            .expect("the condition is evaluated")
    })
    .await;
    let memory = format!("{} KiB of memory", skill.facts().memory / 1024);
    table.timing(&format!("(l) {language}, fresh decision"), decided, memory);
}
