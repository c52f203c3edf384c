//! Opens the operator's folder and tells which of its skills are not loaded.

use std::collections::BTreeMap;

use baton::{
    contract::Skill,
    folder::{OpenError, OperatorFolder},
    skill::Entry,
    view::skill::notes,
};

use super::{
    Global, output,
    text::{count, one_line},
};

/// Opens the folder, with a warning about files that are not loaded.
pub async fn open(global: &Global) -> Result<OperatorFolder, OpenError> {
    let folder = open_quietly(global).await?;
    if let Some(warning) = refused(&folder.skills.entries()) {
        output::warn(global.json, &warning);
    }
    for warning in held_back(&folder.skills.entries()) {
        output::warn(global.json, &warning);
    }
    // What was approved, or not in time, while nobody was here.
    if let Err(error) = folder.desk.settle_approvals().await {
        output::warn(global.json, &error.to_string());
    }
    Ok(folder)
}

/// Opens the folder, for commands that show by themselves what is not loaded.
pub async fn open_quietly(global: &Global) -> Result<OperatorFolder, OpenError> {
    OperatorFolder::open(&global.folder).await
}

/// A line for each skill that may do less than it is granted, or is not ready.
fn held_back(entries: &BTreeMap<String, Entry>) -> Vec<String> {
    let installed = entries
        .values()
        .filter_map(|entry| entry.installed.as_ref());
    installed
        .flat_map(|installed| {
            let name = &installed.skill.manifest().name;
            let notes = notes(installed).into_iter();
            notes.map(move |note| format!("skill {name}: {}", one_line(&note)))
        })
        .collect()
}

/// One line about files that are not loaded.
fn refused(entries: &BTreeMap<String, Entry>) -> Option<String> {
    let refused: Vec<(&String, String)> = entries
        .iter()
        .filter_map(|(file, entry)| Some((file, entry.refused.as_ref()?.to_string())))
        .collect();
    let (file, why) = refused.first()?;
    let are = if refused.len() == 1 { "is" } else { "are" };
    let first = if refused.len() == 1 {
        ""
    } else {
        "the first, "
    };
    Some(format!(
        "{} of the skills folder {are} not loaded: {first}{}: {}; see `baton skill list`",
        count(refused.len(), "file"),
        one_line(file),
        one_line(why),
    ))
}

#[cfg(test)]
mod tests {
    use baton::skill::Refusal;

    use super::*;

    fn entry(why: Option<Refusal>) -> Entry {
        Entry {
            refused: why,
            ..Entry::default()
        }
    }

    #[test]
    fn files_that_are_not_loaded_are_told_in_one_line() {
        let entries = BTreeMap::from([
            ("finance.wasm".to_owned(), entry(None)),
            ("notes.txt".to_owned(), entry(Some(Refusal::NotWebAssembly))),
        ]);
        let warning = refused(&entries).unwrap();
        let begins = "1 file of the skills folder is not loaded: notes.txt: it is not WebAssembly";
        assert!(warning.starts_with(begins), "{warning}");
    }

    #[test]
    fn a_folder_of_good_files_is_not_worth_a_word() {
        assert!(refused(&BTreeMap::from([("a.wasm".to_owned(), entry(None))])).is_none());
    }
}
