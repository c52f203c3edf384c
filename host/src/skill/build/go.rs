//! A package in Go, compiled by stock Go for WASI's first preview, whose
//! functions an adapter provides without any import of WASI.
//!
//! The bytes depend on the sources and the compiler, and not on where they lie.

use std::{fs, path::Path, process::Command};

use super::{
    BuildError, BuildOptions, Built, Language, Symbols,
    bindings::{self, Export},
    golang, native,
    sdk::Sdk,
    tools::{self, GO, run},
    write_changed,
};

/// Where the SDK has the generated bindings.
const BINDINGS: &str = "internal/contract";

/// What the generated files call these packages, and what they are called here.
const RENAMED: &[(&str, &str)] = &[
    (
        "\"go.bytecodealliance.org/pkg/wit/",
        "\"baton.dev/skill/internal/wit/",
    ),
    ("\"wit_component/", "\"baton.dev/skill/internal/contract/"),
];

/// The exports are called in packages that a skill would have to have; here they
/// are variables of one of the SDK's.
const EXPORTED: &[(&str, &str)] = &[
    ("export_baton_skill_manifest.Describe(", "desk.Describe("),
    ("export_baton_skill_router.Evaluate(", "desk.Evaluate("),
    ("export_baton_skill_before_handoff.Run(", "desk.Before("),
    ("export_baton_skill_after_handoff.Run(", "desk.After("),
    ("export_baton_skill_tools.Call(", "desk.Call("),
];

/// Builds the package in `folder`.
pub(super) fn build(folder: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let folder = &tools::canonical(folder)?;
    let name = name(folder)?;
    let sdk = Sdk::for_folder(folder)?;
    let go = golang::find(&sdk)?;
    let kit = tools::canonical(&sdk.language(Language::Go))?;
    write_bindings(&sdk.wit(), &kit.join(BINDINGS))?;
    let out = tempfile::tempdir().map_err(BuildError::NoPlace)?;
    let workspace = out.path().join("go.work");
    let uses = format!("go 1.27\nuse (\n\t{folder:?}\n\t{kit:?}\n)\n");
    fs::write(&workspace, uses).map_err(BuildError::NoPlace)?;
    let file = out.path().join("skill.wasm");
    let mut command = Command::new(go);
    // Neither modules nor another compiler are fetched: the bytes would hang on
    // them.
    command
        .current_dir(folder)
        .env("GOWORK", &workspace)
        .env("GOPROXY", "off")
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "")
        .env("GOOS", "wasip1")
        .env("GOARCH", "wasm")
        .env_remove("GOWASM")
        .env_remove("GOEXPERIMENT")
        .env_remove("GODEBUG")
        .args(["build", "-trimpath", "-buildvcs=false"])
        .arg("-buildmode=c-shared")
        // The host gives memory to what has not begun yet, for which the SDK
        // has to call a function of the runtime that is not for everybody.
        .arg(match options.symbols {
            Symbols::Stripped => "-ldflags=-checklinkname=0 -s -w -buildid=",
            Symbols::Kept => "-ldflags=-checklinkname=0 -buildid=",
        })
        .arg("-o")
        .args([file.as_os_str(), ".".as_ref()]);
    let output = run(&mut command, GO)?;
    if !output.status.success() {
        return Err(BuildError::Compile {
            output: tools::said(&output),
        });
    }
    let module = fs::read(&file).map_err(|why| BuildError::Read { path: file, why })?;
    // Which of them does something is told when the program has begun.
    let bytes =
        bindings::component(&sdk.wit(), module, &Export::ALL).map_err(BuildError::Encode)?;
    Ok(Built::new(Language::Go, name, bytes))
}

/// What `go test` needs beside the SDK.
pub(super) fn prepare(sdk: &Sdk) -> Result<(), BuildError> {
    write_bindings(&sdk.wit(), &sdk.language(Language::Go).join(BINDINGS))
}

/// Of `module example.com/finance` the skill is the last part.
fn name(folder: &Path) -> Result<String, BuildError> {
    let path = folder.join(Language::Go.manifest());
    let text = fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
    let mut lines = text.lines();
    lines
        .find_map(|line| line.trim().strip_prefix("module "))
        .and_then(|module| module.trim().trim_matches('"').rsplit('/').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| BuildError::Package {
            folder: folder.to_owned(),
            output: "its go.mod names no module".to_owned(),
        })
}

/// The bindings are made beside the SDK, where editors and `go test` find them,
/// too.
fn write_bindings(wit: &Path, place: &Path) -> Result<(), BuildError> {
    for (name, text) in bindings::go(wit).map_err(BuildError::Encode)? {
        let text = adapted(&name, &String::from_utf8_lossy(&text));
        let place = place.join(&name);
        if name == "go.mod" {
            continue;
        } else if name.ends_with("/wit_bindings.go") {
            let place = place.with_file_name("");
            let parts = native::parts(&text);
            for (file, text) in [
                ("types.go", parts.types),
                ("calls_wasm.go", parts.wasm),
                ("calls_native.go", parts.native),
            ] {
                write_changed(&place.join(file), text.as_bytes())?;
            }
            // As an older version of this program left it.
            let _ = fs::remove_file(place.join("wit_bindings.go"));
        } else if name == "wit_exports.go" {
            write_changed(&place, format!("//go:build wasm\n\n{text}").as_bytes())?;
            write_changed(&place.with_file_name("contract.go"), b"package contract\n")?;
        } else {
            write_changed(&place, text.as_bytes())?;
        }
    }
    Ok(())
}

fn adapted(name: &str, text: &str) -> String {
    let mut text = text.to_owned();
    if name == "wit_exports.go" {
        let lines = text.lines();
        let kept = lines.filter(|line| !line.contains("\"wit_component/export_baton_skill_"));
        text = kept.collect::<Vec<_>>().join("\n");
        text = text.replacen("package main", "package contract", 1);
        text = text.replacen(
            "import (",
            "import (\n\t\"baton.dev/skill/internal/desk\"",
            1,
        );
        for (from, to) in EXPORTED {
            text = text.replace(from, to);
        }
    }
    for (from, to) in RENAMED {
        text = text.replace(from, to);
    }
    text
}
