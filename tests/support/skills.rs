//! Skills to put into folders, built from their sources as authors build them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use super::{program, repository};

type Variant = (String, String);

static BUILT: LazyLock<Mutex<BTreeMap<Variant, Arc<[u8]>>>> = LazyLock::new(Mutex::default);

/// One of the bundled skills.
pub fn bundled(name: &str) -> Arc<[u8]> {
    build(&format!("skills/rust/{name}"), "")
}

/// The skill that remembers, in the version of a feature.
pub fn counter(feature: &str) -> Arc<[u8]> {
    build("tests/skills/counter", feature)
}

/// The skill that hands over in every way.
pub fn modes() -> Arc<[u8]> {
    build("tests/skills/modes", "")
}

/// The skill whose tool has hooks around its calls.
pub fn clerk() -> Arc<[u8]> {
    build("tests/skills/clerk", "")
}

/// The skill whose hook looks at the calls of everybody's tools.
pub fn warden() -> Arc<[u8]> {
    build("tests/skills/warden", "")
}

/// The skill that calls the web as the message says.
pub fn surfer() -> Arc<[u8]> {
    build("tests/skills/surfer", "")
}

/// The skill that calls the web by `wasi:http`.
pub fn wasi_surfer() -> Arc<[u8]> {
    build("tests/skills/wasi-surfer", "")
}

/// The skill that moves money as the message says.
pub fn till() -> Arc<[u8]> {
    build("tests/skills/till", "")
}

/// The skill that keeps values and looks around.
pub fn keeper() -> Arc<[u8]> {
    build("tests/skills/keeper", "")
}

/// The skill that asks other agents as the message says.
pub fn asker() -> Arc<[u8]> {
    build("tests/skills/asker", "")
}

/// The skill that counts in the memory of its instance.
pub fn lingerer() -> Arc<[u8]> {
    build("tests/skills/lingerer", "")
}

/// The skill that misbehaves as the message asks.
pub fn hostile() -> Arc<[u8]> {
    build("tests/skills/hostile", "")
}

/// The agent that misbehaves as the message asks.
pub fn hostile_agent() -> Arc<[u8]> {
    build("tests/skills/hostile-agent", "")
}

/// The skill that misbehaves when it is loaded.
pub fn hostile_with(feature: &str) -> Arc<[u8]> {
    build("tests/skills/hostile", feature)
}

/// The skill of every kind of part, in a language.
pub fn versatile(language: &str) -> Arc<[u8]> {
    have_tools(language);
    build(&format!("tests/skills/versatile-{language}"), "")
}

/// The skill that uses all of the contract, in a language.
pub fn conformance(language: &str) -> Arc<[u8]> {
    have_tools(language);
    build(&format!("tests/skills/conformance/{language}"), "")
}

/// A bundled skill in another language than Rust.
pub fn example(language: &str, name: &str) -> Arc<[u8]> {
    have_tools(language);
    build(&format!("skills/{language}/{name}"), "")
}

/// Installs what this language needs, once in a run of the tests.
pub fn have_tools(language: &str) {
    static THERE: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);
    let mut there = THERE.lock().unwrap_or_else(PoisonError::into_inner);
    if there.contains(language) {
        return;
    }
    let is_there = program::baton()
        .args(["doctor", language])
        .output()
        .unwrap();
    if !is_there.status.success() {
        let mut install = program::baton();
        install.args(["doctor", "--install", language]);
        program::run_within(INSTALL, &mut install, None).ok();
    }
    there.insert(language.to_owned());
}

/// Compilers are fetched from far away.
const INSTALL: Duration = Duration::from_secs(600);

/// Builds each variant once in a run of the tests.
fn build(folder: &str, feature: &str) -> Arc<[u8]> {
    // A test that panicked while it held the lock has left the map as it was.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let variant = (folder.to_owned(), feature.to_owned());
    if let Some(bytes) = built.get(&variant) {
        return bytes.clone();
    }
    let file = place(&variant);
    let mut command = program::baton();
    command
        .args(["skill", "build"])
        .arg(repository().join(folder))
        .arg("-o")
        .arg(&file);
    if !feature.is_empty() {
        command.args(["--features", feature]);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let bytes: Arc<[u8]> = fs::read(&file).unwrap().into();
    fs::remove_file(&file).unwrap();
    built.insert(variant, bytes.clone());
    bytes
}

/// Another for each run, as several may go on at the same time.
fn place((folder, feature): &Variant) -> PathBuf {
    let name = folder.replace('/', "-");
    super::shared("skills").join(format!("{name}-{feature}-{}.wasm", std::process::id()))
}

/// The skill under another name of the same length: a different component, and
/// to the host a different skill.
pub fn renamed(skill: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(
        from.len(),
        to.len(),
        "a length is written elsewhere in the component"
    );
    let mut bytes = skill.to_vec();
    let mut found = 0;
    let mut at = 0;
    while at + from.len() <= bytes.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
            found += 1;
        }
        at += 1;
    }
    assert!(found > 0, "`{from}` is not in the component");
    bytes
}

/// The skill with other bytes that do the same: a section is added that nobody
/// reads.
pub fn rebuilt(skill: &[u8]) -> Vec<u8> {
    // A custom section of six bytes: the length of its name, and the name.
    [skill, &[0, 6, 5], b"again"].concat()
}
