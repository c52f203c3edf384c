//! Compiled code is kept, in private, so that the second start is quick.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use crate::support::{
    desk::Desk,
    program::{Ran, baton_with_cache, run},
    shapes::Listed,
    skills::{bundled, renamed},
};

fn list(desk: &Desk, cache: &Path) -> Ran {
    run(baton_with_cache(cache)
        .arg("-C")
        .arg(desk.path(""))
        .args(["skill", "list", "--json"]))
    .ok()
}

/// The files of the cache, each with what changes when it is written anew.
fn kept(cache: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    fs::read_dir(cache.join("baton/compiled"))
        .unwrap()
        .map(|item| {
            let item = item.unwrap();
            let metadata = item.metadata().unwrap();
            let name = item.file_name().to_string_lossy().into_owned();
            (name, (metadata.ino(), metadata.modified().unwrap()))
        })
        .collect()
}

#[test]
fn the_second_start_of_a_hundred_skills_compiles_nothing_and_takes_milliseconds_each() {
    let finance = bundled("finance");
    let mut desk = Desk::scripted("");
    for number in 100..200 {
        let name = format!("fin-{number}");
        desk = desk.skill(&format!("{name}.wasm"), renamed(&finance, "finance", &name));
    }
    let cache = TempDir::new().unwrap();
    let first = list(&desk, cache.path());
    let compiled = kept(cache.path());
    assert_eq!(compiled.len(), 100);

    let second = list(&desk, cache.path());
    assert_eq!(kept(cache.path()), compiled, "something was compiled again");
    let (first, second) = (first.took, (second.took, second));
    let (took, ran) = second;
    assert!(took * 4 < first, "{took:?} after {first:?}");
    let listed: Vec<Listed> = serde_json::from_str(&ran.stdout).unwrap();
    let mut each: Vec<u64> = listed
        .iter()
        .map(|listed| listed.skill.as_ref().unwrap().microseconds)
        .collect();
    each.sort_unstable();
    let median = Duration::from_micros(each[50]);
    assert!(median < Duration::from_millis(10), "{median:?} each");
}

#[test]
fn the_folder_is_the_users_alone_even_if_it_was_there_before() {
    let desk = Desk::scripted("").skill("finance.wasm", bundled("finance"));
    let cache = TempDir::new().unwrap();
    let folder = cache.path().join("baton/compiled");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    list(&desk, cache.path());
    let mode = fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "{mode:o}");
}

#[test]
fn compiled_code_that_was_damaged_is_made_anew() {
    let desk = Desk::scripted("").skill("finance.wasm", bundled("finance"));
    let cache = TempDir::new().unwrap();
    list(&desk, cache.path());
    let name = kept(cache.path()).into_keys().next().unwrap();
    fs::write(cache.path().join("baton/compiled").join(name), "cut off").unwrap();
    let ran = list(&desk, cache.path());
    let listed: Vec<Listed> = serde_json::from_str(&ran.stdout).unwrap();
    assert!(listed[0].skill.is_some(), "{listed:#?}");
}

#[test]
fn without_a_folder_to_keep_it_in_skills_work_all_the_same() {
    let desk = Desk::scripted("").skill("finance.wasm", bundled("finance"));
    let file = desk.path("baton.toml");
    let ran = list(&desk, &file);
    assert!(
        ran.stdout.contains("finance-expert") || ran.stdout.contains("\"finance\""),
        "{ran:?}"
    );
}

#[test]
fn compiled_code_in_the_skills_folder_is_never_loaded() {
    let desk = Desk::scripted("").skill("finance.wasm", bundled("finance"));
    let cache = TempDir::new().unwrap();
    list(&desk, cache.path());
    let name = kept(cache.path()).into_keys().next().unwrap();
    let code = fs::read(cache.path().join("baton/compiled").join(name)).unwrap();
    let desk = desk.skill("code.wasm", code);
    assert!(desk.refusal("code.wasm").contains("it is not WebAssembly"));
}
