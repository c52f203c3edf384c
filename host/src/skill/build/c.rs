//! A package in C: the sources of the folder and the SDK's, compiled by clang
//! and linked with wasi-libc, of which no more gets in than is used.
//!
//! The bytes depend on the sources and the compiler, and not on where they lie.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;
use wasmparser::{KnownCustom, Linking, Parser, Payload};

use super::{
    BuildError, BuildOptions, Built, Language, Symbols,
    bindings::{self, Export},
    clang::Clang,
    sdk::Sdk,
    tools::{self, CLANG, run},
    write_changed,
};

/// A skill's stack, as for Rust. It comes first in memory, so that whoever needs
/// more traps, and does not write over data.
const STACK: &str = "-Wl,--stack-first,-z,stack-size=131072";

/// Address 0 is memory like any other in WebAssembly, so that clang has to look
/// for null pointers; it needs nothing at run time for that.
const CHECKS: &[&str] = &[
    "-fsanitize=null,bounds,return,unreachable",
    "-fsanitize-trap=all",
];

const FLAGS: &[&str] = &[
    "-std=c17",
    "-Os",
    "-g",
    "-ffunction-sections",
    "-fdata-sections",
    "-Wall",
    "-Werror=implicit-function-declaration",
    "-Werror=incompatible-pointer-types",
    "-Werror=int-conversion",
];

/// What the SDK knows the contract's types from.
const HEADER: &str = "skill.h";

/// Parts of the SDK that every skill has.
const ALWAYS: &[&str] = &[
    "answer",
    "arena",
    "capabilities",
    "json",
    "manifest",
    "text",
];

/// What makes it a package in C.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Package {
    language: String,
    name: String,
    version: String,
    /// All files in C beside the manifest if not said.
    sources: Option<Vec<PathBuf>>,
}

/// Builds the package in `folder`.
pub(super) fn build(folder: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let folder = &tools::canonical(folder)?;
    let package = Package::read(folder)?;
    let sdk = Sdk::for_folder(folder)?;
    let clang = Clang::find()?;
    let out = tempfile::tempdir().map_err(BuildError::NoPlace)?;
    let compiler = Compiler {
        clang: &clang,
        sdk: &sdk.language(Language::C),
        folder,
        out: out.path(),
        package: &package,
    };
    prepare(&sdk)?;
    // The types are the same whatever is exported.
    compiler.bindings(&sdk.wit(), &[])?;
    let sources = package.sources(folder)?;
    let mut objects = Vec::new();
    for (position, source) in sources.iter().enumerate() {
        objects.push(compiler.compile(source, &format!("{position}.o"))?);
    }
    let parts = Parts::of(&objects)?;
    compiler.bindings(&sdk.wit(), &parts.exports)?;
    objects.push(compiler.compile(&out.path().join("skill.c"), "skill.o")?);
    for part in ALWAYS.iter().chain(&parts.files) {
        let source = compiler.sdk.join(part).with_extension("c");
        objects.push(compiler.compile(&source, &format!("sdk-{part}.o"))?);
    }
    let module = compiler.link(&objects, options.symbols)?;
    let bytes =
        bindings::component(&sdk.wit(), module, &parts.exports).map_err(BuildError::Encode)?;
    Ok(Built::new(Language::C, package.name, bytes))
}

/// The contract's types, in the place where tests that run natively find them.
pub(super) fn prepare(sdk: &Sdk) -> Result<(), BuildError> {
    for (name, text) in bindings::c(&sdk.wit(), &Export::ALL).map_err(BuildError::Encode)? {
        if name == HEADER {
            let place = sdk.language(Language::C).join("contract").join(HEADER);
            write_changed(&place, &text)?;
        }
    }
    Ok(())
}

impl Package {
    fn read(folder: &Path) -> Result<Self, BuildError> {
        let wrong = |output: String| BuildError::Package {
            folder: folder.to_owned(),
            output,
        };
        let path = folder.join(Language::C.manifest());
        let text = fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
        let package: Self = toml::from_str(&text).map_err(|why| wrong(why.to_string()))?;
        match package.language.as_str() {
            "c" => Ok(package),
            other => Err(wrong(format!(
                "its skill.toml says `language = \"{other}\"`; a skill.toml is for `\"c\"` alone"
            ))),
        }
    }

    /// In an order that does not hang on the file system.
    fn sources(&self, folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
        if let Some(sources) = &self.sources {
            return Ok(sources.iter().map(|source| folder.join(source)).collect());
        }
        let read = |why| BuildError::Read {
            path: folder.to_owned(),
            why,
        };
        let mut found = Vec::new();
        for item in fs::read_dir(folder).map_err(read)? {
            let path = item.map_err(read)?.path();
            if path.extension().is_some_and(|extension| extension == "c") {
                found.push(path);
            }
        }
        found.sort();
        match found.is_empty() {
            true => Err(BuildError::Package {
                folder: folder.to_owned(),
                output: "there is no file in C beside its skill.toml".to_owned(),
            }),
            false => Ok(found),
        }
    }
}

/// What a skill has, by what its sources declare.
struct Parts {
    exports: Vec<Export>,
    /// Parts of the SDK for that.
    files: Vec<&'static str>,
}

impl Parts {
    /// The SDK's macros put each kind of declaration into a section of its own.
    fn of(objects: &[PathBuf]) -> Result<Self, BuildError> {
        let mut parts = Self {
            exports: Vec::new(),
            files: Vec::new(),
        };
        let mut sections = Vec::new();
        for object in objects {
            let bytes = read(object)?;
            sections.extend(declared(&bytes).map_err(|why| BuildError::Encode(why.to_string()))?);
        }
        let has = |name: &str| sections.iter().any(|section| section == name);
        for (section, file, export) in [
            ("baton_handoff", "router", Some(Export::Router)),
            ("baton_before", "before", Some(Export::BeforeHandoff)),
            ("baton_after", "after", Some(Export::AfterHandoff)),
            ("baton_tool", "tools", Some(Export::Tools)),
            ("baton_memory", "memory", None),
        ] {
            if has(section) {
                parts.files.push(file);
                parts.exports.extend(export);
            }
        }
        Ok(parts)
    }
}

/// The names of an object file's sections of data.
fn declared(object: &[u8]) -> wasmparser::Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(object) {
        let Payload::CustomSection(section) = payload? else {
            continue;
        };
        let KnownCustom::Linking(linking) = section.as_known() else {
            continue;
        };
        for subsection in linking {
            if let Linking::SegmentInfo(segments) = subsection? {
                for segment in segments {
                    names.push(segment?.name.to_owned());
                }
            }
        }
    }
    Ok(names)
}

struct Compiler<'a> {
    clang: &'a Clang,
    sdk: &'a Path,
    folder: &'a Path,
    out: &'a Path,
    package: &'a Package,
}

impl Compiler<'_> {
    fn bindings(&self, wit: &Path, exports: &[Export]) -> Result<(), BuildError> {
        for (name, text) in bindings::c(wit, exports).map_err(BuildError::Encode)? {
            fs::write(self.out.join(name), text).map_err(BuildError::NoPlace)?;
        }
        Ok(())
    }

    fn compile(&self, source: &Path, object: &str) -> Result<PathBuf, BuildError> {
        let object = self.out.join(object);
        let mut clang = self.clang.command();
        // Messages name the file as its author does.
        let shown = source.strip_prefix(self.folder).unwrap_or(source);
        clang.current_dir(self.folder).args(FLAGS).arg("-c");
        if !source.starts_with(self.out) {
            clang.args(CHECKS);
        }
        for (from, to) in [
            (self.folder, "/skill"),
            (self.sdk, "/baton"),
            (self.out, "/contract"),
        ] {
            clang.arg(format!("-ffile-prefix-map={}={to}", from.display()));
        }
        for folder in [self.out, self.sdk] {
            clang.arg("-I").arg(folder);
        }
        clang.arg(format!("-DBATON_NAME={:?}", self.package.name));
        clang.arg(format!("-DBATON_VERSION={:?}", self.package.version));
        clang.arg(shown).arg("-o").arg(&object);
        self.ran(clang)?;
        Ok(object)
    }

    fn link(&self, objects: &[PathBuf], symbols: Symbols) -> Result<Vec<u8>, BuildError> {
        let module = self.out.join("skill.wasm");
        let mut clang = self.clang.command();
        clang.args(["-mexec-model=reactor", STACK]);
        if symbols == Symbols::Stripped {
            // Names stay: they are small, and a trap is told with its function.
            clang.arg("-Wl,--strip-debug");
        }
        clang.args(objects).arg("-o").arg(&module);
        self.ran(clang)?;
        read(&module)
    }

    fn ran(&self, mut clang: Command) -> Result<(), BuildError> {
        let output = run(&mut clang, CLANG)?;
        match output.status.success() {
            true => Ok(()),
            false => Err(BuildError::Compile {
                output: tools::said(&output),
            }),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(path).map_err(|why| BuildError::Read {
        path: path.to_owned(),
        why,
    })
}
