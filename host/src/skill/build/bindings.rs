//! What a language's compiler needs of the contract, and how its module becomes
//! a component: for languages whose own tools cannot make one.
//!
//! All of the host's interfaces are in the world. What the module does not call
//! is left out of the component, so that its imports are its wants.

use std::{fmt::Display, path::Path};

use wit_bindgen_core::{Files, WorldGenerator};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// WASI's first preview, as far as the runtime of a language needs it, made of
/// the contract's clock, chance and log: so that the component imports no WASI.
const PREVIEW1: &str = include_str!("preview1.wat");
const PREVIEW1_NAME: &str = "wasi_snapshot_preview1";

/// What the adapter imports.
const PREVIEW1_WORLD: &str = "package baton:preview1; world adapter { import baton:skill/clock@0.1.0; import baton:skill/random@0.1.0; import baton:skill/log@0.1.0; }";

/// Interfaces that a skill may export, besides its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    Router,
    BeforeHandoff,
    AfterHandoff,
    Tools,
}

impl Export {
    pub(super) const ALL: [Self; 4] = [
        Self::Router,
        Self::BeforeHandoff,
        Self::AfterHandoff,
        Self::Tools,
    ];

    fn interface(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::BeforeHandoff => "before-handoff",
            Self::AfterHandoff => "after-handoff",
            Self::Tools => "tools",
        }
    }
}

/// A generated file: its path below the folder of bindings, and what is in it.
pub(super) type Generated = (String, Vec<u8>);

/// The bindings for C: `skill.h` and `skill.c`.
pub(super) fn c(wit: &Path, exports: &[Export]) -> Result<Vec<Generated>, String> {
    let options = wit_bindgen_c::Opts {
        // What it would say is added to the finished module.
        no_object_file: true,
        ..Default::default()
    };
    generate(&mut *options.build(), wit, exports)
}

/// The bindings for Go, as packages below `pkg_name`.
pub(super) fn go(wit: &Path) -> Result<Vec<Generated>, String> {
    let options = wit_bindgen_go::Opts {
        quiet: true,
        ..Default::default()
    };
    generate(&mut *options.build(), wit, &Export::ALL)
}

fn generate(
    generator: &mut dyn WorldGenerator,
    wit: &Path,
    exports: &[Export],
) -> Result<Vec<Generated>, String> {
    let (mut resolve, world) = skill_world(wit, exports)?;
    let mut files = Files::default();
    generator
        .generate(&mut resolve, world, &mut files)
        .map_err(said)?;
    let files = files.iter();
    Ok(files
        .map(|(path, contents)| (path.to_owned(), contents.to_vec()))
        .collect())
}

/// Makes a component of a module that exports `exports`. A module of a language
/// whose runtime needs WASI gets what there is of it.
pub(super) fn component(
    wit: &Path,
    mut module: Vec<u8>,
    exports: &[Export],
) -> Result<Vec<u8>, String> {
    let (resolve, world) = skill_world(wit, exports)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
        .map_err(said)?;
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(&module).map_err(said)?;
    encoder
        .adapter(PREVIEW1_NAME, &preview1(wit)?)
        .map_err(said)?;
    encoder.encode().map_err(said)
}

fn preview1(wit: &Path) -> Result<Vec<u8>, String> {
    let mut adapter = wat::parse_str(PREVIEW1).map_err(said)?;
    let (mut resolve, _) = skill_world(wit, &[])?;
    let package = resolve
        .push_str("preview1.wit", PREVIEW1_WORLD)
        .map_err(said)?;
    let world = resolve
        .select_world(&[package], Some("adapter"))
        .map_err(said)?;
    embed_component_metadata(&mut adapter, &resolve, world, StringEncoding::UTF8, false)
        .map_err(said)?;
    Ok(adapter)
}

/// With all its causes.
fn said(why: impl Display) -> String {
    format!("{why:#}")
}

/// The world of a skill with these exports. It is always called `skill`, because
/// generated names begin with its name.
fn skill_world(wit: &Path, exports: &[Export]) -> Result<(Resolve, WorldId), String> {
    let mut resolve = Resolve::default();
    resolve.push_dir(wit).map_err(said)?;
    let mut text =
        "package baton:derived; world skill { include baton:skill/host@0.1.0;".to_owned();
    text += " export baton:skill/manifest@0.1.0;";
    for export in exports {
        text += &format!(" export baton:skill/{}@0.1.0;", export.interface());
    }
    text += " }";
    let package = resolve.push_str("derived.wit", &text).map_err(said)?;
    let world = resolve
        .select_world(&[package], Some("skill"))
        .map_err(said)?;
    Ok((resolve, world))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wit() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit/baton-skill-0.1")
    }

    /// A module that exports a manifest, and has this besides.
    fn module(more: &str) -> Vec<u8> {
        let text = format!(
            r#"(module {more}
                (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
                (func (export "baton:skill/manifest@0.1.0#describe") (result i32) i32.const 0))"#
        );
        wat::parse_str(text).unwrap()
    }

    fn has(bytes: &[u8], text: &str) -> bool {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    }

    #[test]
    fn a_world_has_the_exports_that_a_skill_has() {
        let header = |exports: &[Export]| {
            let files = c(&wit(), exports).unwrap();
            let file = files.into_iter().find(|(name, _)| name == "skill.h");
            String::from_utf8(file.unwrap().1).unwrap()
        };
        let none = header(&[]);
        assert!(none.contains("exports_baton_skill_manifest_describe"));
        assert!(none.contains("baton_skill_tickets_open"));
        assert!(!none.contains("exports_baton_skill_router_evaluate"));
        let all = header(&Export::ALL);
        for function in [
            "router_evaluate",
            "before_handoff_run",
            "after_handoff_run",
            "tools_call",
        ] {
            assert!(all.contains(&format!("exports_baton_skill_{function}")));
        }
        assert_eq!(all, header(&Export::ALL), "it is generated the same twice");
    }

    #[test]
    fn a_component_imports_what_its_module_calls() {
        let none = component(&wit(), module(""), &[]).unwrap();
        for import in ["baton:skill/clock", "baton:skill/log", "wasi"] {
            assert!(!has(&none, import), "{import}");
        }
        let log = r#"(import "baton:skill/log@0.1.0" "write" (func (param i32 i32 i32 i32)))"#;
        let logs = component(&wit(), module(log), &[]).unwrap();
        assert!(has(&logs, "baton:skill/log@0.1.0"));
        assert!(!has(&logs, "baton:skill/clock@0.1.0"));
    }

    #[test]
    fn what_a_runtime_wants_of_wasi_comes_from_the_contract() {
        let clock = r#"(import "wasi_snapshot_preview1" "clock_time_get"
            (func (param i32 i64 i32) (result i32)))"#;
        let made = component(&wit(), module(clock), &[]).unwrap();
        assert!(has(&made, "baton:skill/clock@0.1.0"));
        assert!(!has(&made, "wasi:"));
        let unknown = r#"(import "wasi_snapshot_preview1" "telepathy" (func))"#;
        assert!(component(&wit(), module(unknown), &[]).is_err());
    }

    #[test]
    fn a_module_without_what_it_should_export_is_refused_by_name() {
        let why = component(&wit(), module(""), &[Export::Router]).unwrap_err();
        assert!(why.contains("router"), "{why}");
    }
}
