//! The compiler for C: any clang from 14 that has WebAssembly's linker, library
//! and run-time support beside it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    BuildError, Language,
    tools::{CLANG, Tool, ToolState, run},
};

const TARGET: &str = "--target=wasm32-wasi";

/// Older ones know no reactors, and their linker finds no sections by name.
const OLDEST: u32 = 14;

/// No newer one than these is known; whoever has it sets `BATON_CLANG`.
const NEWEST: u32 = 22;

const LINKER_PLACE: &str = "-print-prog-name=wasm-ld";

const LINKER: Tool = ("wasm-ld", CLANG.1);
const LIBRARY: Tool = ("wasi-libc", CLANG.1);
const SUPPORT: Tool = ("libclang-rt for wasm32", CLANG.1);

/// A clang that can build skills.
pub(super) struct Clang {
    program: PathBuf,
    sysroot: PathBuf,
}

impl Clang {
    /// `BATON_CLANG`, that of a WASI SDK, or the system's, the newest first.
    pub(super) fn find() -> Result<Self, BuildError> {
        let missing = |tool: Tool| BuildError::MissingTool {
            tool: tool.0.to_owned(),
            install: tool.1.to_owned(),
        };
        let candidates: Vec<PathBuf> = programs().into_iter().filter(|it| fits(it)).collect();
        let Some(first) = candidates.first() else {
            return Err(missing(CLANG));
        };
        let whole = candidates.iter().find(|it| lacks(it).is_empty());
        match whole.and_then(|program| Some((program, sysroot(program)?))) {
            Some((program, sysroot)) => Ok(Self {
                program: program.clone(),
                sysroot,
            }),
            None => Err(missing(lacks(first).first().copied().unwrap_or(CLANG))),
        }
    }

    /// A command that compiles or links for WebAssembly.
    pub(super) fn command(&self) -> Command {
        let mut clang = Command::new(&self.program);
        clang.arg(TARGET);
        clang.arg(format!("--sysroot={}", self.sysroot.display()));
        clang
    }
}

/// What is there, for `baton doctor`.
pub(super) fn check() -> Vec<ToolState> {
    let candidates: Vec<PathBuf> = programs().into_iter().filter(|it| fits(it)).collect();
    let whole = candidates.iter().find(|it| lacks(it).is_empty());
    let chosen = whole.or(candidates.first());
    let missing = chosen.map_or(vec![LINKER, LIBRARY, SUPPORT], |it| lacks(it));
    let version = chosen.and_then(|program| version(program));
    let state = |tool: Tool, wanted: Option<String>, found: Option<String>| ToolState {
        language: Language::C,
        tool: tool.0.to_owned(),
        wanted,
        fits: found.is_some(),
        found,
        install: tool.1.to_owned(),
    };
    let wanted = Some(format!("{OLDEST} or later"));
    let mut states = vec![state(CLANG, wanted, version)];
    for part in [LINKER, LIBRARY, SUPPORT] {
        let there = !missing.contains(&part);
        states.push(state(part, None, there.then(|| "installed".to_owned())));
    }
    states
}

fn programs() -> Vec<PathBuf> {
    if let Some(given) = env::var_os("BATON_CLANG").filter(|given| !given.is_empty()) {
        return vec![given.into()];
    }
    let kit = env::var_os("WASI_SDK_PATH").map(|kit| Path::new(&kit).join("bin/clang"));
    let versions = (OLDEST..=NEWEST).rev();
    kit.into_iter()
        .chain(["clang".into()])
        .chain(versions.map(|version| format!("clang-{version}").into()))
        .collect()
}

fn fits(program: &Path) -> bool {
    let major = version(program).and_then(|version| version.split('.').next()?.parse().ok());
    major.is_some_and(|major: u32| major >= OLDEST)
}

/// The version, as `clang version 14.0.6` says it.
fn version(program: &Path) -> Option<String> {
    let said = ask(program, "--version")?;
    let (_, rest) = said.split_once("version ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}

/// What is not beside it.
fn lacks(program: &Path) -> Vec<Tool> {
    let there = |question: &str| {
        let path = ask(program, question).map(|path| PathBuf::from(path.trim()));
        path.is_some_and(|path| path.is_absolute() && path.is_file())
    };
    let parts = [
        (LINKER, there(LINKER_PLACE)),
        (LIBRARY, sysroot(program).is_some()),
        (SUPPORT, there("-print-libgcc-file-name")),
    ];
    let lacking = parts.into_iter().filter(|(_, there)| !there);
    lacking.map(|(part, _)| part).collect()
}

/// Where the library is: a WASI SDK has one, and Debian's is among the system's.
fn sysroot(program: &Path) -> Option<PathBuf> {
    let kit = program
        .parent()
        .map(|bin| bin.join("../share/wasi-sysroot"));
    let mut places = kit.into_iter().chain(["/usr".into()]);
    places.find(|place| place.join("include/wasm32-wasi/stdlib.h").is_file())
}

fn ask(program: &Path, question: &str) -> Option<String> {
    let mut clang = Command::new(program);
    // Asked for a target, it does not tell where the linker is that it takes.
    if question != LINKER_PLACE {
        clang.arg(TARGET);
    }
    clang.args(["-rtlib=compiler-rt", question]);
    let output = run(&mut clang, CLANG).ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(said)
}
