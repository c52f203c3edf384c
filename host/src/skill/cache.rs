//! Compiled code, kept from one start to the next.
//!
//! Compiled code is trusted like the program itself. It is therefore kept in a
//! folder that only this user can write, never beside the components, and
//! found by the component's digest and the engine's settings.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
};

use wasmtime::{Engine, component::Component};

use crate::contract::Digest;

/// Where compiled code is kept.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// In the user's cache folder; without one, or if it cannot be made
    /// private, nothing is kept and every start compiles.
    pub fn of_user() -> Self {
        match dirs::cache_dir() {
            Some(folder) => Self::at(&folder.join("baton").join("compiled")),
            None => Self::none(),
        }
    }

    /// In the given folder.
    pub fn at(folder: &Path) -> Self {
        match make_private(folder) {
            Ok(()) => Self {
                folder: Some(folder.to_owned()),
            },
            Err(error) => {
                tracing::warn!(
                    "compiled skills will not be kept: {} cannot be made private: {error}",
                    folder.display()
                );
                Self::none()
            }
        }
    }

    /// Nothing is kept.
    pub fn none() -> Self {
        Self { folder: None }
    }

    /// The compiled component, from the cache if it is there.
    pub(super) fn compile(
        &self,
        engine: &Engine,
        digest: &Digest,
        bytes: &[u8],
    ) -> wasmtime::Result<Component> {
        let Some(folder) = &self.folder else {
            return Component::from_binary(engine, bytes);
        };
        let file = folder.join(format!("{digest}-{:016x}.cwasm", settings(engine)));
        if file.exists() {
            match load(engine, &file) {
                Ok(component) => return Ok(component),
                // Cut off by a full disk, say. It is made anew.
                Err(error) => tracing::debug!("{} is of no use: {error:#}", file.display()),
            }
        }
        let compiled = engine.precompile_component(bytes)?;
        match keep(&file, &compiled) {
            Ok(()) => load(engine, &file),
            Err(error) => {
                tracing::warn!("cannot keep compiled code in {}: {error}", folder.display());
                Component::from_binary(engine, bytes)
            }
        }
    }
}

/// What distinguishes code for this engine from code for another.
fn settings(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

fn load(engine: &Engine, file: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file is in a folder that only this user can write, and was
    // put there by `keep` from what the compiler gave, whole or not at all.
    // Whoever can change it can change this program as well.
    #[allow(unsafe_code)]
    unsafe {
        Component::deserialize_file(engine, file)
    }
}

/// Whole or not at all, also when several hosts start at once.
fn keep(file: &Path, compiled: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(compiled)?;
    temporary.persist(file)?;
    Ok(())
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder)?;
    // Fails unless the folder is ours.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    // A user's cache folder is private by the system's defaults.
    fs::create_dir_all(folder)
}
