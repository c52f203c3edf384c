//! The skills folder: what lies in it, and the catalog that comes of it.

mod entry;
mod notice;
mod put;
mod rules;
mod settle;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use futures_util::{StreamExt, stream};
use tokio::sync::broadcast;

pub use entry::{Entry, Fingerprint, Installed, read};
pub use notice::Notice;
pub use put::PutError;
pub use rules::Rules;
pub use watch::{WatchError, Watching};

use super::{
    Cache, Refusal, SkillEngine, Standing, WasmSkill,
    lock::{Lock, LockError},
};
use crate::{
    contract::{Digest, Skill},
    id::SkillName,
    routing::{Admission, Catalog, CatalogError, Member, Terms},
};

/// What is wrong with the folder as a whole.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be listed.
    #[error("cannot list the skills folder {}: {why}; a desk without skills has an empty one", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// The admissions cannot be read.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The skills do not make a catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// The skills folder of a desk.
pub struct SkillFolder {
    engine: SkillEngine,
    cache: Cache,
    folder: PathBuf,
    lock_file: PathBuf,
    rules: Arc<dyn Rules>,
    entries: Mutex<BTreeMap<String, Entry>>,
    catalog: Arc<ArcSwap<Catalog>>,
    notices: broadcast::Sender<Notice>,
    /// One scan at a time.
    scanning: tokio::sync::Mutex<()>,
}

/// Notices kept for a listener that is slow to read them.
const NOTICES: usize = 256;

impl SkillFolder {
    /// Loads what is in the folder. Files that are no skills are noted, not an error.
    pub async fn open(
        engine: SkillEngine,
        cache: Cache,
        folder: PathBuf,
        lock_file: PathBuf,
        rules: Arc<dyn Rules>,
    ) -> Result<Self, FolderError> {
        let opened = Self {
            engine,
            cache,
            folder,
            lock_file,
            rules,
            entries: Mutex::default(),
            catalog: Arc::new(ArcSwap::from_pointee(Catalog::new(Vec::new())?)),
            notices: broadcast::channel(NOTICES).0,
            scanning: tokio::sync::Mutex::default(),
        };
        opened.scan().await?;
        Ok(opened)
    }

    /// The catalog, which changes with the folder.
    pub fn catalog(&self) -> &Arc<ArcSwap<Catalog>> {
        &self.catalog
    }

    /// What lies in the folder, by file name.
    pub fn entries(&self) -> BTreeMap<String, Entry> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What changes from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Brings the catalog up to what lies in the folder and in the lock file.
    /// Turns under way finish on the catalog they began with.
    pub async fn scan(&self) -> Result<(), FolderError> {
        let _one_at_a_time = self.scanning.lock().await;
        let lock = Lock::read(&self.lock_file)?;
        let found = self.list()?;
        let mut entries = self.entries();
        give_way(&mut entries, &found);
        let changed: Vec<(String, PathBuf, Fingerprint)> = found
            .iter()
            .filter(|(name, _, print)| {
                entries.get(name).and_then(|entry| entry.seen).as_ref() != Some(print)
            })
            .cloned()
            .collect();
        let mut notices = Vec::new();
        let gone: Vec<String> = entries
            .keys()
            .filter(|name| !found.iter().any(|(file, _, _)| file == *name))
            .cloned()
            .collect();
        for file in gone {
            if let Some(Installed { skill, .. }) = entries.remove(&file).and_then(|e| e.installed) {
                notices.push(Notice::Removed {
                    file,
                    skill: skill.manifest().name.clone(),
                });
            }
        }

        let parallel = std::thread::available_parallelism().map_or(1, usize::from);
        let mut loaded: Vec<Load> = stream::iter(changed)
            .map(|(name, path, print)| self.load(name, path, print))
            .buffer_unordered(parallel)
            .collect()
            .await;
        // Which of two files with the same skill is taken must not depend on
        // which was faster.
        loaded.sort_by(|a, b| a.file.cmp(&b.file));
        for load in loaded {
            self.place(&mut entries, load, &lock, &mut notices);
        }
        let lock = self.bind(&entries, lock);
        self.settle(&mut entries, &lock, &mut notices);
        self.admit(&mut entries, &lock, &mut notices);
        self.make_ready(&mut entries, &mut notices);
        self.publish(&entries)?;
        *self.entries.lock().unwrap_or_else(PoisonError::into_inner) = entries;
        for notice in notices {
            // Nobody may be listening.
            let _ = self.notices.send(notice);
        }
        Ok(())
    }

    /// The folder's files, in order of name. What begins with a dot or ends
    /// like a copy under way is not meant to be seen yet.
    fn list(&self) -> Result<Vec<(String, PathBuf, Fingerprint)>, FolderError> {
        let failed = |why| FolderError::Unreadable {
            folder: self.folder.clone(),
            why,
        };
        let mut found = Vec::new();
        for item in fs::read_dir(&self.folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            let name = item.file_name().to_string_lossy().into_owned();
            let under_way = [".part", ".tmp", ".swp", "~"]
                .iter()
                .any(|end| name.ends_with(end));
            if name.starts_with('.') || under_way {
                continue;
            }
            // Follows links. A file that has just vanished is not there.
            let Ok(metadata) = fs::metadata(item.path()) else {
                continue;
            };
            found.push((name, item.path(), Fingerprint::of(&metadata)));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(found)
    }

    async fn load(&self, file: String, path: PathBuf, seen: Fingerprint) -> Load {
        let began = Instant::now();
        let (engine, cache, rules) = (self.engine.clone(), self.cache.clone(), self.rules.clone());
        let runtime = tokio::runtime::Handle::current();
        // Compiling takes a core for as long as it likes.
        let work = tokio::task::spawn_blocking(move || {
            let bytes = read(&path)?;
            runtime.block_on(WasmSkill::load(&engine, &cache, &bytes, |manifest| {
                rules.allowance(&manifest.name, manifest.config_schema.as_ref())
            }))
        });
        let result = work
            .await
            .unwrap_or_else(|error| Err(Refusal::Invalid(error.to_string())));
        Load {
            file,
            seen,
            result,
            took: began.elapsed(),
        }
    }

    /// Puts a loaded file in its place, or notes why it has none.
    fn place(
        &self,
        entries: &mut BTreeMap<String, Entry>,
        load: Load,
        lock: &Lock,
        notices: &mut Vec<Notice>,
    ) {
        let Load {
            file,
            seen,
            result,
            took,
        } = load;
        let mut displaced = None;
        let result = result.and_then(|skill| {
            let name = &skill.manifest().name;
            let holds = |entry: &Entry| {
                let installed = entry.installed.as_ref();
                installed.is_some_and(|i| i.skill.manifest().name == *name)
            };
            let mut others = entries.iter().filter(|(other, _)| **other != file);
            let holder = others.find(|(_, entry)| holds(entry));
            match holder.map(|(other, _)| other.clone()) {
                Some(other) if lock.file(name) == Some(&file) => {
                    displaced = Some(other);
                    Ok(skill)
                }
                Some(other) => Err(duplicate(name, other)),
                None => Ok(skill),
            }
        });
        // The name is not the stranger's that came first.
        if let Some(other) = displaced
            && let Ok(skill) = &result
            && let Some(entry) = entries.get_mut(&other)
        {
            let why = duplicate(&skill.manifest().name, file.clone());
            (entry.installed, entry.refused) = (None, Some(why.clone()));
            notices.push(Notice::Refused {
                file: other,
                why,
                kept: None,
            });
        }
        let entry = entries.entry(file.clone()).or_default();
        entry.seen = Some(seen);
        match result {
            Err(why) => {
                let kept = entry
                    .installed
                    .as_ref()
                    .map(|i| i.skill.manifest().name.clone());
                entry.refused = Some(why.clone());
                notices.push(Notice::Refused { file, why, kept });
            }
            Ok(skill) => {
                entry.refused = None;
                let manifest = skill.manifest();
                let (name, version) = (manifest.name.clone(), manifest.version.to_string());
                let admission = self.admission(lock, &name, &skill.digest());
                // Whoever counts would take a new version for a step back.
                let tally = entry.installed.as_ref().map(|before| before.tally.clone());
                let before = entry.installed.replace(Installed {
                    skill,
                    admission,
                    took,
                    standing: Standing::default(),
                    lacks: Vec::new(),
                    quarantine: Arc::default(),
                    tally: tally.unwrap_or_default(),
                });
                notices.push(match before {
                    Some(_) => Notice::Replaced {
                        file,
                        skill: name,
                        version,
                        admission,
                    },
                    None => Notice::Loaded {
                        file,
                        skill: name,
                        version,
                        admission,
                        took,
                    },
                });
            }
        }
    }

    /// Follows the lock file for skills that are loaded already.
    fn admit(&self, entries: &mut BTreeMap<String, Entry>, lock: &Lock, notices: &mut Vec<Notice>) {
        for installed in entries
            .values_mut()
            .filter_map(|entry| entry.installed.as_mut())
        {
            let name = &installed.skill.manifest().name;
            let admission = self.admission(lock, name, &installed.skill.digest());
            if installed.admission != admission {
                installed.admission = admission;
                let skill = name.clone();
                notices.push(Notice::Admission { skill, admission });
            }
        }
    }

    fn admission(&self, lock: &Lock, skill: &SkillName, digest: &Digest) -> Admission {
        if self.rules.must_be_admitted() && !lock.admits(skill, digest) {
            Admission::Shadow
        } else {
            Admission::Admitted
        }
    }

    fn publish(&self, entries: &BTreeMap<String, Entry>) -> Result<(), CatalogError> {
        let members = entries
            .values()
            .filter_map(|entry| entry.installed.as_ref())
            // One that lacks something passes without being asked.
            .filter(|installed| installed.lacks.is_empty())
            .map(|installed| {
                let granted = &installed.standing.granted;
                let terms = self.rules.terms(&installed.skill.manifest().name, granted);
                Member {
                    skill: installed.skill.clone(),
                    terms: Arc::new(Terms {
                        admission: installed.admission,
                        ..terms
                    }),
                    quarantine: installed.quarantine.clone(),
                    tally: installed.tally.clone(),
                }
            })
            .collect();
        self.catalog.store(Arc::new(Catalog::new(members)?));
        Ok(())
    }
}

/// A file that another one with the same skill stood in the way of is looked at
/// again when that one has changed or is gone.
fn give_way(entries: &mut BTreeMap<String, Entry>, found: &[(String, PathBuf, Fingerprint)]) {
    let as_it_was: BTreeSet<String> = found
        .iter()
        .filter(|(name, _, print)| entries.get(name).is_some_and(|e| e.seen == Some(*print)))
        .map(|(name, _, _)| name.clone())
        .collect();
    for entry in entries.values_mut() {
        if let Some(Refusal::Duplicate { file, .. }) = &entry.refused
            && !as_it_was.contains(file)
        {
            entry.seen = None;
        }
    }
}

fn duplicate(skill: &SkillName, file: String) -> Refusal {
    let skill = skill.clone();
    Refusal::Duplicate { skill, file }
}

/// A file that was read.
struct Load {
    file: String,
    seen: Fingerprint,
    result: Result<Arc<WasmSkill>, Refusal>,
    took: Duration,
}
