//! Sets of intents in files.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context;
use serde::Deserialize;

/// A text and the intent it has.
#[derive(Clone, Deserialize)]
pub struct Line {
    pub text: String,
    pub label: String,
}

/// One set.
pub struct Set {
    pub name: String,
    pub train: Vec<Line>,
    pub test: Vec<Line>,
    /// What none of the intents is meant by.
    pub foreign: Vec<Line>,
    /// The intents as skills of a few agents.
    pub agents: Option<BTreeMap<String, Vec<String>>>,
}

fn lines(file: &Path) -> anyhow::Result<Vec<Line>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| file.display().to_string()))
        .collect()
}

impl Set {
    /// Every set in a folder, asked with the texts of one split.
    pub fn read_all(folder: &Path, split: &str) -> anyhow::Result<Vec<Self>> {
        let mut sets = Vec::new();
        let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let folder = entry?.path();
            if !folder.join("train_10.jsonl").is_file() {
                continue;
            }
            let foreign = folder.join(format!("oos_{split}.jsonl"));
            let agents = folder.join("agents_10_domains.json");
            sets.push(Self {
                name: folder.file_name().unwrap_or_default().display().to_string(),
                train: lines(&folder.join("train_10.jsonl"))?,
                test: lines(&folder.join(format!("{split}.jsonl")))?,
                foreign: if foreign.is_file() {
                    lines(&foreign)?
                } else {
                    Vec::new()
                },
                agents: match std::fs::read(&agents) {
                    Ok(bytes) => Some(serde_json::from_slice(&bytes)?),
                    Err(_) => None,
                },
            });
        }
        sets.sort_by(|a, b| a.name.cmp(&b.name));
        anyhow::ensure!(
            !sets.is_empty(),
            "no folder with a train_10.jsonl in {}",
            folder.display()
        );
        Ok(sets)
    }
}
