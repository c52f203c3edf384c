//! What the injection scanner finds and what it takes for an attack by
//! mistake: `cargo run --release --example injection [FILE.jsonl…]`.
//!
//! Further files hold a text per line, `{"text": …}`, and are counted as
//! harmless.

use std::{collections::BTreeMap, error::Error, fs, path::Path, time::Instant};

use baton::trust::{Reading, first_hit};
use regex::Regex;
use serde_json::Value;

/// What scanners by patterns usually ship, to compare with.
const USUAL: &str = r"(?i)ignore (all )?(previous|prior|above) instructions|disregard (all )?(previous|prior|above)|forget (everything|all previous)|you are now|new instructions:|system prompt|act as|pretend (to be|you are)|jailbreak|developer mode|<\|im_start\|>|\[INST\]";

/// Texts by kind.
type Corpus = BTreeMap<String, Vec<String>>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/injection");
    let list = std::env::args().any(|argument| argument == "--list");
    let usual = Regex::new(USUAL)?;
    println!("| corpus, kind | texts | found | % | usual patterns % |");
    println!("|---|---|---|---|---|");

    let mut harmless = Corpus::new();
    for name in ["one", "two", "three"] {
        let texts = prompts(&read(&folder.join(format!("NotInject_{name}.json")))?);
        harmless.insert(name.to_owned(), texts);
    }
    table("NotInject (harmless)", &harmless, &usual, list);
    for name in ["train", "test"] {
        let file = folder.join(format!("bipia_text_attack_{name}.json"));
        let attacks = serde_json::from_value(read(&file)?)?;
        table(&format!("BIPIA {name} (attacks)"), &attacks, &usual, list);
    }
    for file in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        let texts = fs::read_to_string(&file)?;
        let texts = texts.lines().filter_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            Some(line.get("text")?.as_str()?.to_owned())
        });
        let corpus = Corpus::from([("all".to_owned(), texts.collect())]);
        table(&file, &corpus, &usual, list);
        speed(&file, &corpus);
    }
    speed("NotInject", &harmless);
    Ok(())
}

fn read(file: &Path) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

fn prompts(texts: &Value) -> Vec<String> {
    let texts = texts.as_array().into_iter().flatten();
    texts
        .filter_map(|text| Some(text.get("prompt")?.as_str()?.to_owned()))
        .collect()
}

fn table(name: &str, corpus: &Corpus, usual: &Regex, list: bool) {
    let (mut texts, mut found, mut by_usual) = (0, 0, 0);
    let mut rows = Vec::new();
    for (kind, group) in corpus {
        let hit = |text: &&String| first_hit(text, Reading::Data).is_some();
        let hits = group.iter().filter(hit).count();
        let usual = group.iter().filter(|text| usual.is_match(text)).count();
        rows.push(row(&format!("— {kind}"), group.len(), hits, usual));
        texts += group.len();
        found += hits;
        by_usual += usual;
        for text in group.iter().filter(|_| list) {
            let what = first_hit(text, Reading::Data);
            eprintln!("{name}\t{kind}\t{what:?}\t{text}");
        }
    }
    println!("{}", row(&format!("**{name}**"), texts, found, by_usual));
    for row in rows {
        println!("{row}");
    }
}

fn row(name: &str, texts: usize, found: usize, usual: usize) -> String {
    let percent = |n: usize| 100.0 * n as f64 / texts.max(1) as f64;
    format!(
        "| {name} | {texts} | {found} | {:.1} | {:.1} |",
        percent(found),
        percent(usual)
    )
}

/// What a text costs that is let through, as nearly all are.
fn speed(name: &str, corpus: &Corpus) {
    let clean = |text: &&String| first_hit(text, Reading::Data).is_none();
    let texts: Vec<&String> = corpus.values().flatten().filter(clean).collect();
    let (ascii, other): (Vec<&String>, Vec<&String>) =
        texts.into_iter().partition(|text| text.is_ascii());
    println!();
    for (letters, texts) in [("ASCII", ascii), ("other", other)] {
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        let round = || {
            let began = Instant::now();
            let hits = texts.iter().filter(|text| !clean(text)).count();
            assert_eq!(hits, 0, "the texts are clean");
            began.elapsed()
        };
        // The fastest round is the one that nothing else disturbed.
        let nanos = (0..200)
            .map(|_| round())
            .min()
            .map_or(0.0, |took| took.as_nanos() as f64);
        println!(
            "{name}, {letters}: {} clean texts, {:.0} ns each, {:.1} ns a byte",
            texts.len(),
            nanos / texts.len() as f64,
            nanos / bytes as f64
        );
    }
}
