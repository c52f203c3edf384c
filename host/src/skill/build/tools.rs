//! The tools that build skills: which are needed, what is there, and what
//! installs the rest. Their versions are written in the SDKs' own manifests, and
//! nowhere else.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde::Serialize;
use serde_json::Value;

use super::{BuildError, Language, clang, golang, sdk::Sdk};

/// For what Rust compiles.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// A tool that comes from elsewhere, and what installs it.
pub(super) type Tool = (&'static str, &'static str);

pub(super) const CARGO: Tool = ("cargo", "install Rust from https://rustup.rs");
pub(super) const RUSTC: Tool = ("rustc", "install Rust from https://rustup.rs");
const RUSTUP: Tool = ("rustup", "install Rust from https://rustup.rs");
pub(super) const PYTHON: Tool = (
    "python3",
    "run `apt-get install python3 python3-venv`, or see https://www.python.org/downloads",
);
pub(super) const NODE: Tool = ("node", "install Node.js from https://nodejs.org");
pub(super) const GO: Tool = ("go", "run `baton doctor --install go`");
pub(super) const CLANG: Tool = (
    "clang",
    "run `apt-get install clang lld libclang-rt-dev-wasm32 wasi-libc`, or set WASI_SDK_PATH to \
     a kit from https://github.com/WebAssembly/wasi-sdk",
);
const APT: Tool = ("apt-get", CLANG.1);
const NPM: Tool = ("npm", "it comes with Node.js from https://nodejs.org");

const COMPONENTIZE_PY: &str = "componentize-py";

/// What the SDK for Python builds with, in its folder.
const REQUIREMENTS: &str = "baton/build/requirements.txt";

/// What Debian and its descendants call what C needs.
const CLANG_PACKAGES: &[&str] = &["clang", "lld", "libclang-rt-dev-wasm32", "wasi-libc"];

/// A tool, as it is wanted and as it is there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToolState {
    /// For which language.
    pub language: Language,
    /// Which tool.
    pub tool: String,
    /// The version that is wanted; none: any.
    pub wanted: Option<String>,
    /// The version that is there; none: it is not there.
    pub found: Option<String>,
    /// It is there and does.
    pub fits: bool,
    /// What installs it.
    pub install: String,
}

/// Where what this program installs goes: `BATON_TOOLS`, or a folder of the user.
pub(super) fn place() -> Option<PathBuf> {
    match env::var_os("BATON_TOOLS").filter(|place| !place.is_empty()) {
        Some(place) => Some(place.into()),
        None => Some(dirs::data_dir()?.join("baton/tools")),
    }
}

/// The tools of a language, for what lies in `folder`.
pub fn check_tools(language: Language, folder: &Path) -> Result<Vec<ToolState>, BuildError> {
    let sdk = Sdk::for_folder(folder)?;
    Ok(match language {
        Language::Rust => {
            let wanted = env!("CARGO_PKG_RUST_VERSION");
            vec![
                found_on_path(language, RUSTC, "--version", Some(wanted)),
                found_on_path(language, CARGO, "--version", Some(wanted)),
                ToolState {
                    language,
                    tool: TARGET.to_owned(),
                    wanted: None,
                    fits: has_target(),
                    found: has_target().then(|| "installed".to_owned()),
                    install: by_doctor(language),
                },
            ]
        }
        Language::Python => {
            let wanted = WantedPython::of(&sdk)?;
            let there = installed_componentize_py(&wanted)?;
            vec![
                found_on_path(language, PYTHON, "--version", Some(&wanted.python)),
                ToolState {
                    language,
                    tool: COMPONENTIZE_PY.to_owned(),
                    fits: there.is_some(),
                    found: there.map(|_| wanted.componentize.clone()),
                    wanted: Some(wanted.componentize),
                    install: by_doctor(language),
                },
            ]
        }
        Language::TypeScript => {
            let wanted = WantedNode::of(&sdk)?;
            let mut states = vec![
                found_on_path(language, NODE, "--version", Some(&wanted.node)),
                found_on_path(language, NPM, "--version", None),
            ];
            for (package, version) in wanted.packages {
                let found = installed_package(&sdk, &package);
                states.push(ToolState {
                    language,
                    tool: package,
                    fits: found.as_ref() == Some(&version),
                    wanted: Some(version),
                    found,
                    install: by_doctor(language),
                });
            }
            states
        }
        Language::Go => golang::check(&sdk)?,
        Language::C => clang::check(),
    })
}

pub(super) fn by_doctor(language: Language) -> String {
    format!("run `baton doctor --install {}`", language.word())
}

/// Installs what a language's tools need beyond what comes with the system.
pub fn install_tools(language: Language, folder: &Path) -> Result<(), BuildError> {
    // What is there already stays: somebody may be building with it.
    if check_tools(language, folder)?.iter().all(|tool| tool.fits) {
        return Ok(());
    }
    let sdk = Sdk::for_folder(folder)?;
    match language {
        Language::Rust => {
            let mut rustup = Command::new("rustup");
            install(rustup.args(["target", "add", TARGET]), RUSTUP)
        }
        Language::Python => {
            let wanted = WantedPython::of(&sdk)?;
            let place = wanted.place()?;
            let mut make = Command::new(PYTHON.0);
            install(make.args(["-m", "venv", "--clear"]).arg(&place), PYTHON)?;
            let mut pip = Command::new(in_venv(&place));
            pip.args(["-m", "pip", "install", "--quiet"])
                .arg(format!("{COMPONENTIZE_PY}=={}", wanted.componentize));
            install(&mut pip, PYTHON)
        }
        Language::TypeScript => {
            let mut npm = Command::new(NPM.0);
            // What the SDK pins is what comes, and no file of it is written. No
            // package's own program runs; none of these needs one.
            npm.args(["install", "--no-save", "--omit=dev", "--ignore-scripts"])
                .args(["--no-audit", "--no-fund"])
                .current_dir(sdk.language(language));
            install(&mut npm, NPM)
        }
        Language::Go => golang::install_it(&sdk),
        Language::C => {
            let mut apt = Command::new(APT.0);
            install(apt.args(["install", "--yes"]).args(CLANG_PACKAGES), APT)
        }
    }
}

pub(super) fn install(command: &mut Command, tool: Tool) -> Result<(), BuildError> {
    let output = run(command, tool)?;
    if output.status.success() {
        return Ok(());
    }
    let arguments = command.get_args().map(|word| word.to_string_lossy());
    let words = std::iter::once(command.get_program().to_string_lossy()).chain(arguments);
    Err(BuildError::Install {
        tool: tool.0.to_owned(),
        command: words.collect::<Vec<_>>().join(" "),
        output: said(&output),
    })
}

/// The Python that has what the SDK needs.
pub(super) fn python_here(sdk: &Sdk) -> Result<PathBuf, BuildError> {
    let wanted = WantedPython::of(sdk)?;
    match installed_componentize_py(&wanted)? {
        Some(program) => Ok(program),
        None => {
            // Without Python the other cannot be installed either.
            run(Command::new(PYTHON.0).arg("--version"), PYTHON)?;
            Err(BuildError::MissingTool {
                tool: format!("{COMPONENTIZE_PY} {}", wanted.componentize),
                install: by_doctor(Language::Python),
            })
        }
    }
}

/// The Node.js beside whose SDK everything is that it needs.
pub(super) fn node_here(sdk: &Sdk) -> Result<PathBuf, BuildError> {
    run(Command::new(NODE.0).arg("--version"), NODE)?;
    for (package, version) in WantedNode::of(sdk)?.packages {
        if installed_package(sdk, &package).as_ref() != Some(&version) {
            return Err(BuildError::MissingTool {
                tool: format!("{package} {version}"),
                install: by_doctor(Language::TypeScript),
            });
        }
    }
    Ok(NODE.0.into())
}

/// What the SDK for Python says that it needs.
struct WantedPython {
    python: String,
    componentize: String,
}

impl WantedPython {
    fn of(sdk: &Sdk) -> Result<Self, BuildError> {
        let (folder, text) = manifest(sdk, Language::Python)?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|why| unclear(&folder, &why.to_string()))?;
        let path = folder.join(REQUIREMENTS);
        let needed = fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
        let find = || {
            let python = table.get("project")?.get("requires-python")?.as_str()?;
            let componentize = needed.trim().strip_prefix("componentize-py==")?;
            Some(Self {
                python: python.trim_start_matches(">=").to_owned(),
                componentize: componentize.to_owned(),
            })
        };
        find().ok_or_else(|| unclear(&folder, "it does not say which tools it needs"))
    }

    /// Where the environment with this version is.
    fn place(&self) -> Result<PathBuf, BuildError> {
        let place = place().ok_or(super::SdkError::NoHome)?;
        Ok(place.join(format!("{COMPONENTIZE_PY}-{}", self.componentize)))
    }
}

/// What the SDK for TypeScript says that it needs.
struct WantedNode {
    node: String,
    packages: Vec<(String, String)>,
}

impl WantedNode {
    fn of(sdk: &Sdk) -> Result<Self, BuildError> {
        let (folder, text) = manifest(sdk, Language::TypeScript)?;
        let package: Value =
            serde_json::from_str(&text).map_err(|why| unclear(&folder, &why.to_string()))?;
        let find = || {
            let packages = package["dependencies"].as_object()?.iter();
            Some(Self {
                node: package["engines"]["node"]
                    .as_str()?
                    .trim_start_matches(">=")
                    .to_owned(),
                packages: packages
                    .map(|(name, version)| Some((name.clone(), version.as_str()?.to_owned())))
                    .collect::<Option<_>>()?,
            })
        };
        find().ok_or_else(|| unclear(&folder, "it does not say which tools it needs"))
    }
}

fn manifest(sdk: &Sdk, language: Language) -> Result<(PathBuf, String), BuildError> {
    let folder = sdk.language(language);
    let path = folder.join(language.manifest());
    let text = fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
    Ok((folder, text))
}

fn unclear(folder: &Path, output: &str) -> BuildError {
    BuildError::Package {
        folder: folder.to_owned(),
        output: output.to_owned(),
    }
}

/// The environment's Python if the wanted version is whole in it.
fn installed_componentize_py(wanted: &WantedPython) -> Result<Option<PathBuf>, BuildError> {
    let place = wanted.place()?;
    let record = format!("componentize_py-{}.dist-info", wanted.componentize);
    let libraries = fs::read_dir(place.join("lib")).into_iter().flatten();
    let whole = libraries
        .flatten()
        .any(|python| python.path().join("site-packages").join(&record).is_dir());
    Ok(whole.then(|| in_venv(&place)))
}

fn in_venv(place: &Path) -> PathBuf {
    place.join("bin/python")
}

fn installed_package(sdk: &Sdk, package: &str) -> Option<String> {
    let modules = sdk.language(Language::TypeScript).join("node_modules");
    let text = fs::read_to_string(modules.join(package).join("package.json")).ok()?;
    let package: Value = serde_json::from_str(&text).ok()?;
    package["version"].as_str().map(str::to_owned)
}

fn has_target() -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| RUSTC.0.into()));
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    run(&mut rustc, RUSTC)
        .is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// A tool of the system, which says its version when asked.
pub(super) fn found_on_path(
    language: Language,
    (tool, install): Tool,
    ask: &str,
    wanted: Option<&str>,
) -> ToolState {
    let answer = Command::new(tool).arg(ask).stdin(Stdio::null()).output();
    let found = answer.ok().filter(|answer| answer.status.success());
    let found = found.and_then(|answer| {
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let digits = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let mut words = text.split_whitespace().map(|w| w.trim_start_matches('v'));
        words.find(|word| digits(word)).map(str::to_owned)
    });
    let fits = match (&found, wanted) {
        (Some(found), Some(wanted)) => at_least(found, wanted),
        (found, _) => found.is_some(),
    };
    ToolState {
        language,
        tool: tool.to_owned(),
        wanted: wanted.map(|version| format!("{version} or later")),
        found,
        fits,
        install: install.to_owned(),
    }
}

pub(super) fn at_least(found: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let parts = version.split('.').map_while(|part| part.parse().ok());
        parts.collect()
    };
    numbers(found) >= numbers(wanted)
}

pub(super) fn canonical(folder: &Path) -> Result<PathBuf, BuildError> {
    folder.canonicalize().map_err(|why| BuildError::Read {
        path: folder.to_owned(),
        why,
    })
}

/// What a tool has said, on either of its outputs.
pub(super) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    match (text(&output.stdout), text(&output.stderr)) {
        (out, error) if out.is_empty() => error,
        (out, error) if error.is_empty() => out,
        (out, error) => format!("{error}\n{out}"),
    }
}

pub(super) fn run(command: &mut Command, (tool, install): Tool) -> Result<Output, BuildError> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => BuildError::MissingTool {
                tool: tool.to_owned(),
                install: install.to_owned(),
            },
            _ => BuildError::Start {
                tool: tool.to_owned(),
                why,
            },
        })
}
