//! A package in Rust.
//!
//! The bytes depend on the sources, the lock file and the compiler, and not on
//! where the folder, the workspace, the SDK or cargo's home lie: so a committed
//! component can be checked against its sources, and an operator who builds a
//! skill himself gets the digest that others have reviewed.

use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use wit_component::ComponentEncoder;

use super::{
    BuildError, BuildOptions, Built, Language, Symbols,
    sdk::Sdk,
    tools::{CARGO, RUSTC, TARGET, run},
};

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
];

/// The SDK's package.
const SDK: &str = "baton-sdk";

/// Names and lines, as far as traps are told with them.
const SYMBOLS: &[&str] = &["profile.skill.debug='line-tables-only'"];
const NO_SYMBOLS: &[&str] = &["profile.skill.strip=true"];

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Builds the package in `folder`.
pub(super) fn build(folder: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let manifest = folder.join(Language::Rust.manifest());
    let manifest = manifest.canonicalize().map_err(|why| BuildError::Read {
        path: manifest,
        why,
    })?;
    let package = Package::read(&manifest)?;
    let compiler = Compiler::find(folder)?;
    // Builds with other features write to the same file.
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let module = compile(&package, &compiler, &manifest, options)?;
    let module = std::fs::read(&module).map_err(|why| BuildError::Read { path: module, why })?;
    let bytes = encode(&module).map_err(BuildError::Encode)?;
    Ok(Built::new(Language::Rust, package.name, bytes))
}

/// What cargo says of the package.
struct Package {
    name: String,
    id: String,
    workspace: PathBuf,
    /// Its SDK is the one of this program: it names a version and no place.
    sdk: Option<Sdk>,
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
            let package = Self {
                name: text(&package["name"])?,
                id: text(&package["id"])?,
                workspace: text(&metadata["workspace_root"])?.into(),
                sdk: None,
            };
            Some((package, wants_sdk(&metadata, path)))
        };
        let (package, wants_sdk) =
            find().ok_or_else(|| wrong("its Cargo.toml describes no package".to_owned()))?;
        let sdk = wants_sdk.then(|| Sdk::for_folder(&parent(manifest)));
        Ok(Self {
            sdk: sdk.transpose()?,
            ..package
        })
    }
}

/// Whether the package asks a registry for the SDK, where it is not.
fn wants_sdk(metadata: &Value, manifest: &str) -> bool {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter(|package| package["manifest_path"].as_str() == Some(manifest))
        .filter_map(|package| package["dependencies"].as_array())
        .flatten()
        .any(|needs| needs["name"] == SDK && needs["source"].is_string())
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
            Ok::<_, BuildError>(String::from_utf8_lossy(&output.stdout).into_owned())
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
    options: &BuildOptions,
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
    let symbols = match options.symbols {
        Symbols::Stripped => NO_SYMBOLS,
        Symbols::Kept => SYMBOLS,
    };
    for setting in PROFILE.iter().chain(symbols) {
        cargo.args(["--config", setting]);
    }
    if let Some(sdk) = &package.sdk {
        let place = sdk.language(Language::Rust);
        let place = toml::Value::from(place.to_string_lossy().into_owned());
        cargo
            .arg("--config")
            .arg(format!("patch.crates-io.{SDK}.path={place}"));
    }
    if !options.features.is_empty() {
        cargo.arg("--features").arg(options.features.join(","));
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
    if let Some(sdk) = &package.sdk {
        remap(sdk.root(), "/baton");
    }
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
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(module).map_err(|why| format!("{why:#}"))?;
    encoder.encode().map_err(|why| format!("{why:#}"))
}

fn cargo(manifest: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // A toolchain file is looked for from the working directory up.
    cargo.current_dir(parent(manifest));
    cargo
}

fn parent(manifest: &Path) -> PathBuf {
    manifest.parent().unwrap_or(Path::new(".")).to_owned()
}
