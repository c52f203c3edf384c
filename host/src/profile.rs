//! The operator's directory of users: a TOML file with a table for each.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use crate::{conversation::Profiles, id::UserId};

/// The directory cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("cannot read the users in {}: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What went wrong.
        why: std::io::Error,
    },
    /// It is not a table for each user.
    #[error("the users in {} are not a table each, as in [c-1001]: {why}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// What the file says of users.
#[derive(Debug, Default)]
pub struct ProfileFile {
    users: HashMap<UserId, Arc<BTreeMap<String, Value>>>,
}

impl ProfileFile {
    /// Reads the file.
    pub fn read(file: &Path) -> Result<Self, ProfileError> {
        let text = std::fs::read_to_string(file).map_err(|why| ProfileError::Unreadable {
            file: file.to_owned(),
            why,
        })?;
        let users: HashMap<UserId, BTreeMap<String, Value>> =
            toml::from_str(&text).map_err(|error| ProfileError::Wrong {
                file: file.to_owned(),
                why: error.to_string(),
            })?;
        let users = users
            .into_iter()
            .map(|(user, profile)| (user, Arc::new(profile)))
            .collect();
        Ok(Self { users })
    }
}

impl Profiles for ProfileFile {
    fn profile(&self, user: &UserId) -> Option<Arc<BTreeMap<String, Value>>> {
        self.users.get(user).cloned()
    }
}
