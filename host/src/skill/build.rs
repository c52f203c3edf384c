//! Builds a skill's folder into a component.
//!
//! The bytes depend on the sources, the lock file and the compiler, and not on
//! where the folder, the workspace or cargo's home lie: so a committed component
//! can be checked against its sources, and an operator who builds a skill
//! himself gets the digest that others have reviewed.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use wit_component::ComponentEncoder;

const TARGET: &str = "wasm32-unknown-unknown";

/// A skill's stack. The linker's 1 MiB counts as memory of each instance, and
/// deep recursion is a fault that should be found early; the deepest ordinary
/// user, JSON nested 128 times, needs about 80 KiB.
const STACK: usize = 128 * 1024;

/// The profile, given here because a skill's folder need not be in a workspace
/// that defines it. `s` costs a condition nothing measurable and halves what
/// must be compiled when the skill is loaded.
const PROFILE: &[&str] = &[
    "profile.skill.inherits='release'",
    "profile.skill.opt-level='s'",
    "profile.skill.lto='fat'",
    "profile.skill.codegen-units=1",
    "profile.skill.panic='abort'",
    "profile.skill.strip=true",
];

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A component, ready to be put into a skills folder.
#[derive(Debug)]
pub struct Built {
    /// The package's name, which the file is best named after.
    pub name: String,
    /// The component.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It is no Rust package.
    #[error("`{}` is not the folder of a Rust skill: it has no Cargo.toml", .0.display())]
    NoManifest(PathBuf),
    /// A tool is not installed.
    #[error("`{tool}` is missing; {install}")]
    MissingTool {
        /// The tool.
        tool: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// The compiler lacks its WebAssembly target.
    #[error("Rust cannot compile for WebAssembly here yet; run `rustup target add {TARGET}`")]
    MissingTarget,
    /// A tool is there and does not run.
    #[error("`{tool}` cannot be started: {why}")]
    Start {
        /// The tool.
        tool: &'static str,
        /// What went wrong.
        why: io::Error,
    },
    /// Cargo cannot make sense of it.
    #[error("cargo could not read the package in `{}`:\n{output}", folder.display())]
    Package {
        /// The folder.
        folder: PathBuf,
        /// The tool's own words.
        output: String,
    },
    /// The compiler refuses it.
    #[error("the skill does not compile:\n{output}")]
    Compile {
        /// The tool's own words.
        output: String,
    },
    /// It is a package of another kind.
    #[error(
        "the package builds no WebAssembly module; its Cargo.toml needs:\n\n[lib]\ncrate-type = [\"cdylib\"]"
    )]
    NoModule,
    /// What was built cannot be read.
    #[error("the module `{}` cannot be read: {why}", path.display())]
    Read {
        /// The place.
        path: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// What was built keeps no contract.
    #[error("the module is no skill: {0}")]
    Encode(String),
}

/// Builds the package in `folder` with its default features.
pub fn build_rust_skill(folder: &Path) -> Result<Built, BuildError> {
    build_rust_skill_with(folder, &[])
}

/// Builds the package in `folder` with these features besides the default ones.
pub fn build_rust_skill_with(folder: &Path, features: &[&str]) -> Result<Built, BuildError> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest
        .canonicalize()
        .map_err(|_| BuildError::NoManifest(folder.to_owned()))?;
    let package = Package::read(&manifest)?;
    let compiler = Compiler::find(folder)?;
    // Builds with other features write to the same file.
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let module = compile(&package, &compiler, &manifest, features)?;
    let module = std::fs::read(&module).map_err(|why| BuildError::Read { path: module, why })?;
    let bytes = encode(&module).map_err(BuildError::Encode)?;
    Ok(Built {
        name: package.name,
        digest: digest(&bytes),
        bytes,
    })
}

/// What cargo says of the package.
struct Package {
    name: String,
    id: String,
    workspace: PathBuf,
}

impl Package {
    fn read(manifest: &Path) -> Result<Self, BuildError> {
        let mut cargo = cargo(manifest);
        cargo.args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--manifest-path",
        ]);
        cargo.arg(manifest);
        let output = run(&mut cargo, CARGO)?;
        let wrong = |output: String| BuildError::Package {
            folder: parent(manifest),
            output,
        };
        if !output.status.success() {
            return Err(wrong(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let metadata: Value =
            serde_json::from_slice(&output.stdout).map_err(|why| wrong(why.to_string()))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let find = || {
            let path = manifest.to_str()?;
            let package = metadata["packages"]
                .as_array()?
                .iter()
                .find(|package| package["manifest_path"].as_str() == Some(path))?;
            Some(Self {
                name: text(&package["name"])?,
                id: text(&package["id"])?,
                workspace: text(&metadata["workspace_root"])?.into(),
            })
        };
        find().ok_or_else(|| wrong("its Cargo.toml describes no package".to_owned()))
    }
}

/// What the compiler says of itself.
struct Compiler {
    /// Where the standard library's sources lie if they are installed.
    library: PathBuf,
    /// The commit that it was built from; unknown for some distributions'.
    commit: Option<String>,
}

impl Compiler {
    /// Also sees whether it has a standard library for the target; without one,
    /// its own message is long, and names no remedy where rustup is missing.
    fn find(folder: &Path) -> Result<Self, BuildError> {
        let ask = |arguments: &[&str]| {
            let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let mut rustc = Command::new(program);
            rustc.current_dir(folder).args(arguments);
            let output = run(&mut rustc, RUSTC)?;
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let target = ask(&["--print", "target-libdir", "--target", TARGET])?;
        let target = Path::new(target.trim());
        let version = ask(&["--version", "--verbose"])?;
        match target.ancestors().nth(2) {
            Some(libraries) if target.is_dir() => Ok(Self {
                library: libraries.join("src/rust"),
                commit: version
                    .lines()
                    .find_map(|line| line.strip_prefix("commit-hash: "))
                    .filter(|commit| *commit != "unknown")
                    .map(str::to_owned),
            }),
            _ => Err(BuildError::MissingTarget),
        }
    }
}

/// Compiles the package and says where the module is.
fn compile(
    package: &Package,
    compiler: &Compiler,
    manifest: &Path,
    features: &[&str],
) -> Result<PathBuf, BuildError> {
    let mut cargo = cargo(manifest);
    cargo.args([
        "build",
        "--quiet",
        "--lib",
        "--profile",
        "skill",
        "--target",
        TARGET,
    ]);
    cargo
        .args([
            "--message-format",
            "json-render-diagnostics",
            "--manifest-path",
        ])
        .arg(manifest);
    for setting in PROFILE {
        cargo.args(["--config", setting]);
    }
    if !features.is_empty() {
        cargo.arg("--features").arg(features.join(","));
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(package, compiler));
    // Whoever builds in steps would get other bytes.
    cargo.env("CARGO_INCREMENTAL", "0");
    let output = run(&mut cargo, CARGO)?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(BuildError::Compile { output });
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["package_id"].as_str() == Some(&package.id))
        .filter_map(|message| {
            let files = message["filenames"].as_array()?;
            let module = files
                .iter()
                .filter_map(Value::as_str)
                .find(|it| it.ends_with(".wasm"))?;
            Some(PathBuf::from(module))
        })
        .next_back()
        .ok_or(BuildError::NoModule)
}

/// The compiler's flags, replacing any in the environment: two people's builds
/// must not differ by them. Paths get into a component by the places that panics
/// name; those of the standard library only where its sources are installed.
fn flags(package: &Package, compiler: &Compiler) -> OsString {
    let mut flags = OsString::from(format!("-Clink-arg=-zstack-size={STACK}"));
    let mut remap = |from: &Path, to: &str| {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    };
    remap(&package.workspace, "/skill");
    if let Some(home) = cargo_home() {
        remap(&home, "/cargo");
    }
    if let Some(commit) = &compiler.commit {
        remap(&compiler.library, &format!("/rustc/{commit}"));
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    match env::var_os("CARGO_HOME") {
        Some(home) => Some(home.into()),
        None => Some(env::home_dir()?.join(".cargo")),
    }
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let encoder = ComponentEncoder::default().validate(true);
    let mut encoder = encoder.module(module).map_err(|why| format!("{why:#}"))?;
    encoder.encode().map_err(|why| format!("{why:#}"))
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

const CARGO: (&str, &str) = ("cargo", "install Rust from https://rustup.rs");
const RUSTC: (&str, &str) = ("rustc", "install Rust from https://rustup.rs");

fn cargo(manifest: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // A toolchain file is looked for from the working directory up.
    cargo.current_dir(parent(manifest));
    cargo
}

fn parent(manifest: &Path) -> PathBuf {
    manifest.parent().unwrap_or(Path::new(".")).to_owned()
}

fn run(
    command: &mut Command,
    (tool, install): (&'static str, &'static str),
) -> Result<std::process::Output, BuildError> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => BuildError::MissingTool { tool, install },
            _ => BuildError::Start { tool, why },
        })
}
