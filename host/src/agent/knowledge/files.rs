//! The Markdown files of a folder.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// Why a folder cannot be used as knowledge.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// It is not there.
    #[error(
        "the knowledge folder {} does not exist: create it, or correct `path` in baton.toml",
        path.display()
    )]
    Missing {
        /// The place.
        path: PathBuf,
    },
    /// It is a file.
    #[error(
        "the knowledge path {} is not a folder: give the folder that holds the Markdown files",
        path.display()
    )]
    NotAFolder {
        /// The place.
        path: PathBuf,
    },
    /// It may not be read.
    #[error("{} cannot be read: make it readable for the user that runs baton", path.display())]
    Unreadable {
        /// The place.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// It is in another encoding, or no text.
    #[error("{} is not UTF-8 text: save it as UTF-8, or move it out of the folder", path.display())]
    NotText {
        /// The place.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error(
        "the knowledge folder {} holds no text to answer from: put at least one Markdown file \
         (NAME.md) into it, with an answer under each heading",
        path.display()
    )]
    Empty {
        /// The place.
        path: PathBuf,
    },
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> KnowledgeError {
    KnowledgeError::Unreadable {
        path: path.to_path_buf(),
        source,
    }
}

/// All Markdown files in the folder and the folders in it.
pub(super) fn collect_files(
    folder: &Path,
    is_root: bool,
    files: &mut Vec<PathBuf>,
) -> Result<(), KnowledgeError> {
    let entries = fs::read_dir(folder).map_err(|source| {
        let path = folder.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound if is_root => KnowledgeError::Missing { path },
            io::ErrorKind::NotADirectory => KnowledgeError::NotAFolder { path },
            _ => KnowledgeError::Unreadable { path, source },
        }
    })?;
    for entry in entries {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry
            .file_type()
            .map_err(|source| unreadable(&path, source))?;
        // A link to a file is followed, since containers mount configuration that way; a
        // link to a folder is not, since it may lead in a circle.
        if kind.is_dir() {
            collect_files(&path, false, files)?;
        } else if is_markdown(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| {
            ["md", "markdown"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}
