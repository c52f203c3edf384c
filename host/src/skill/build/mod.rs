//! Builds a skill's folder into a component, in whatever language it is.

mod bindings;
mod c;
mod clang;
mod go;
mod golang;
mod language;
mod native;
mod python;
mod rust;
mod sdk;
mod stamp;
mod tools;
mod typescript;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

pub use language::Language;
pub use sdk::{Sdk, SdkError};
pub use stamp::Stamp;
pub use tools::{ToolState, check_tools, install_tools};

/// Whether a component keeps the names of functions and the lines of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbols {
    /// Small, and the same bytes everywhere.
    #[default]
    Stripped,
    /// So that a trap is told with its function and line.
    Kept,
}

/// How to build, beyond what the folder says itself.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Features of a package in Rust besides its default ones.
    pub features: Vec<String>,
    /// What is kept for people who look for faults.
    pub symbols: Symbols,
}

/// A component, ready to be put into a skills folder.
#[derive(Debug)]
pub struct Built {
    /// The language of its sources.
    pub language: Language,
    /// The package's name, which the file is best named after.
    pub name: String,
    /// The component.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
}

impl Built {
    fn new(language: Language, name: String, bytes: Vec<u8>) -> Self {
        Self {
            language,
            name,
            digest: hex::encode(Sha256::digest(&bytes)),
            bytes,
        }
    }

    /// Whether this other component comes from the same sources and tools. Where
    /// a language's tools do not give the same bytes twice, what both have on
    /// record is compared.
    pub fn is_the_same_as(&self, other: &[u8]) -> bool {
        self.bytes == other
            || matches!(
                (Stamp::of(&self.bytes), Stamp::of(other)),
                (Some(ours), Some(theirs)) if ours == theirs
            )
    }
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nothing in it says what it is.
    #[error(
        "`{}` is not the folder of a skill: it has no {}; `baton skill new` writes one",
        .0.display(),
        language::manifests()
    )]
    NoManifest(PathBuf),
    /// It says several things.
    #[error(
        "`{}` has both {} and {}, so that it is not clear which of them is the skill",
        folder.display(),
        first.manifest(),
        second.manifest()
    )]
    Ambiguous {
        /// The folder.
        folder: PathBuf,
        /// One of the languages.
        first: Language,
        /// Another.
        second: Language,
    },
    /// A tool is not installed.
    #[error("`{tool}` is missing; {install}")]
    MissingTool {
        /// The tool.
        tool: String,
        /// What installs it.
        install: String,
    },
    /// The compiler lacks its WebAssembly target.
    #[error(
        "Rust cannot compile for WebAssembly here yet; run `rustup target add {}`",
        tools::TARGET
    )]
    MissingTarget,
    /// A tool is there and does not run.
    #[error("`{tool}` cannot be started: {why}")]
    Start {
        /// The tool.
        tool: String,
        /// What went wrong.
        why: io::Error,
    },
    /// A tool could not be installed.
    #[error("{tool} could not be installed; `{command}` says:\n{output}")]
    Install {
        /// The tool.
        tool: String,
        /// What was run.
        command: String,
        /// Its own words.
        output: String,
    },
    /// The package's own description makes no sense.
    #[error("the package in `{}` cannot be read:\n{output}", folder.display())]
    Package {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
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
    /// Only packages in Rust have features.
    #[error("a skill in {0} has no features; leave out --features")]
    NoFeatures(Language),
    /// What was built, or what it is built from, cannot be read.
    #[error("`{}` cannot be read: {why}", path.display())]
    Read {
        /// The place.
        path: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// There is no room for what is built.
    #[error("no place to build in: {0}")]
    NoPlace(io::Error),
    /// What was built keeps no contract.
    #[error("the module is no skill: {0}")]
    Encode(String),
    /// The SDK is not there.
    #[error(transparent)]
    Sdk(#[from] SdkError),
}

/// Builds the skill in `folder`.
pub fn build_skill(folder: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let language = Language::of(folder)?;
    if language != Language::Rust && !options.features.is_empty() {
        return Err(BuildError::NoFeatures(language));
    }
    match language {
        Language::Rust => rust::build(folder, options),
        Language::Python => python::build(folder),
        Language::TypeScript => typescript::build(folder),
        Language::Go => go::build(folder, options),
        Language::C => c::build(folder, options),
    }
}

/// Puts beside the SDK what is made from the contract, which tests that run
/// natively are compiled with; a build does so, too.
pub fn prepare_tests(language: Language, sdk: &Sdk) -> Result<(), BuildError> {
    match language {
        Language::Go => go::prepare(sdk),
        Language::C => c::prepare(sdk),
        // Theirs need nothing that is generated.
        Language::Rust | Language::Python | Language::TypeScript => Ok(()),
    }
}

/// Whole or not at all, and not if it is there: others may be building.
fn write_changed(file: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if fs::read(file).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut new, bytes)?;
        new.persist(file)?;
        Ok(())
    };
    written().map_err(|why| {
        let place = file.to_owned();
        SdkError::Write { place, why }.into()
    })
}

#[cfg(test)]
mod tests;
