//! Where the SDKs are: in the checkout of this repository that a skill's folder
//! lies in, or else in a folder of the user that this program fills.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Language, tools};

/// The SDKs and the contract as they were when this program was built.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sdk-files.rs"));

/// Names the `sdk` folder to use, above all others.
const GIVEN: &str = "BATON_SDK";

/// The SDKs for Rust are members of a workspace, whose root is this.
const WORKSPACE: &str = concat!(
    "[workspace]\nresolver = \"3\"\nmembers = [\"sdk/rust\", \"sdk/rust/macros\"]\n\n",
    "[workspace.package]\nedition = \"2024\"\nlicense = \"",
    env!("CARGO_PKG_LICENSE"),
    "\"\npublish = false\nrust-version = \"",
    env!("CARGO_PKG_RUST_VERSION"),
    "\"\nversion = \"",
    env!("CARGO_PKG_VERSION"),
    "\"\n"
);

/// The SDKs are not there.
#[derive(Debug, thiserror::Error)]
pub enum SdkError {
    /// What the environment names is none.
    #[error("{GIVEN} names `{}`, which is not the folder of the SDKs: it has no `rust` folder", .0.display())]
    NotThere(PathBuf),
    /// They cannot be written.
    #[error("the SDK cannot be written to `{}`: {why}; another place can be named with BATON_TOOLS", place.display())]
    Write {
        /// Where.
        place: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// There is no place for them.
    #[error("there is no folder for this user's data; name one with BATON_TOOLS")]
    NoHome,
}

/// The SDKs of all languages.
#[derive(Clone, Debug)]
pub struct Sdk {
    /// The folder with `sdk` and `wit` in it.
    root: PathBuf,
}

impl Sdk {
    /// The SDKs for what lies in `folder`.
    pub fn for_folder(folder: &Path) -> Result<Self, SdkError> {
        if let Some(given) = env::var_os(GIVEN).filter(|given| !given.is_empty()) {
            let given = PathBuf::from(given);
            let place = given.canonicalize().unwrap_or_else(|_| given.clone());
            return match place.parent() {
                Some(root) if is_checkout(root) => Ok(Self { root: root.into() }),
                _ => Err(SdkError::NotThere(given)),
            };
        }
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.into());
        match folder.ancestors().find(|above| is_checkout(above)) {
            Some(root) => Ok(Self {
                root: where_it_is(root),
            }),
            None => Self::own(),
        }
    }

    /// The folder with `sdk` and `wit` in it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The contract.
    pub(super) fn wit(&self) -> PathBuf {
        self.root.join("wit/baton-skill-0.1")
    }

    /// The SDK of one language.
    pub fn language(&self, language: Language) -> PathBuf {
        self.root.join("sdk").join(language.word())
    }

    /// The one that this program brings along, written where it can be read.
    fn own() -> Result<Self, SdkError> {
        let place = tools::place().ok_or(SdkError::NoHome)?;
        let root = place.join(format!("sdk-{}-{}", env!("CARGO_PKG_VERSION"), digest()));
        if !root.is_dir() {
            write(&place, &root).map_err(|why| SdkError::Write { place, why })?;
        }
        Ok(Self { root })
    }
}

/// The checkout itself, where its `sdk` is a link: cargo looks for a workspace
/// above the place that it is given.
fn where_it_is(root: &Path) -> PathBuf {
    let sdk = root.join("sdk").canonicalize();
    let place = sdk.ok().and_then(|sdk| Some(sdk.parent()?.to_owned()));
    place.unwrap_or_else(|| root.to_owned())
}

fn is_checkout(root: &Path) -> bool {
    root.join("sdk/rust/Cargo.toml").is_file() && root.join("wit").is_dir()
}

/// Other files are another SDK, whatever version they say.
fn digest() -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in FILES {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.update(WORKSPACE);
    hex::encode(&hash.finalize()[..4])
}

/// Whole or not at all, as several programs may do it at the same time.
fn write(place: &Path, root: &Path) -> io::Result<()> {
    fs::create_dir_all(place)?;
    let new = tempfile::Builder::new().prefix(".sdk-").tempdir_in(place)?;
    for (name, bytes) in FILES {
        let file = new.path().join(name);
        fs::create_dir_all(file.parent().unwrap_or(new.path()))?;
        fs::write(file, bytes)?;
    }
    fs::write(new.path().join("Cargo.toml"), WORKSPACE)?;
    match fs::rename(new.path(), root) {
        // Somebody else was first.
        Err(_) if root.is_dir() => Ok(()),
        renamed => renamed,
    }
}
