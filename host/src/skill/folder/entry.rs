//! A file of the folder, and the skill in it.

use std::{
    fs, io,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    routing::{Admission, Quarantine, SkillTally},
    skill::{Lack, Refusal, Standing, WasmSkill},
};

/// A skill at work.
#[derive(Clone)]
pub struct Installed {
    /// The skill.
    pub skill: Arc<WasmSkill>,
    /// Whether its verdicts count.
    pub admission: Admission,
    /// How long it took to load.
    pub took: Duration,
    /// What it may do.
    pub standing: Standing,
    /// What it cannot do without and does not have; none: it is ready.
    pub lacks: Vec<Lack>,
    /// Its record of faults.
    pub quarantine: Arc<Quarantine>,
    /// What it has done.
    pub tally: Arc<SkillTally>,
}

/// A file of the folder.
#[derive(Clone, Default)]
pub struct Entry {
    /// The skill it holds, or held before it was replaced by something else.
    pub installed: Option<Installed>,
    /// Why what is there now is not loaded.
    pub refused: Option<Refusal>,
    /// What the file was like when it was last read.
    pub seen: Option<Fingerprint>,
}

/// By what a changed file is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    length: u64,
    modified: Option<SystemTime>,
    /// A file moved over another may have its length and time.
    inode: u64,
}

/// The largest file read. The largest component measured, a CPython with its
/// library, has 35 MB; a file beyond this is a mistake.
const MAX_FILE: u64 = 256 << 20;

/// Reads a file that may be a skill.
pub fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    let unreadable = |error: io::Error| Refusal::Unreadable(error.to_string());
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Refusal::Folder);
    }
    if !metadata.is_file() {
        return Err(Refusal::Unreadable("it is no ordinary file".to_owned()));
    }
    if metadata.len() > MAX_FILE {
        let size = metadata.len() >> 20;
        return Err(Refusal::Unreadable(format!(
            "it has {size} MiB, too many for a skill"
        )));
    }
    fs::read(path).map_err(unreadable)
}

impl Fingerprint {
    /// What a file is like.
    pub fn of(metadata: &fs::Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            inode,
        }
    }
}
