//! What a component has on record of how it was built, where its language's
//! tools do not give the same bytes twice.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BuildError, Language, sdk::Sdk};

/// The custom section that it is in.
const SECTION: &str = "baton-build";

/// The bytes before a component's first section.
const PREAMBLE: usize = 8;

/// What does not get into a component: what tools leave in a folder, and tests.
const LEFT_OUT: &[&str] = &["__pycache__", "node_modules", "target", "tests"];

/// Sources and tools.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stamp {
    /// The language.
    pub language: String,
    /// SHA-256 over the sources, those of the SDK among them.
    pub sources: String,
    /// The tools with their versions.
    pub tools: Vec<String>,
}

impl Stamp {
    /// Of what lies in `folder`.
    pub(super) fn new(
        language: Language,
        folder: &Path,
        sdk: &Sdk,
        tools: &[String],
    ) -> Result<Self, BuildError> {
        let mut hash = Sha256::new();
        for place in [folder, &sdk.language(language), &sdk.root().join("wit")] {
            let mut files = Vec::new();
            let listed = list(place, &mut files);
            listed.map_err(|why| BuildError::Read {
                path: place.into(),
                why,
            })?;
            files.sort();
            for path in files {
                let bytes = fs::read(&path).map_err(|why| BuildError::Read {
                    path: path.clone(),
                    why,
                })?;
                let name = path.strip_prefix(place).unwrap_or(&path).to_string_lossy();
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name.as_bytes());
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(bytes);
            }
        }
        Ok(Self {
            language: language.word().to_owned(),
            sources: hex::encode(hash.finalize()),
            tools: tools.to_vec(),
        })
    }

    /// The component with this on record.
    pub(super) fn on(&self, mut component: Vec<u8>) -> Vec<u8> {
        let text = serde_json::json!(self).to_string();
        let mut content = Vec::new();
        number(&mut content, SECTION.len());
        content.extend_from_slice(SECTION.as_bytes());
        content.extend_from_slice(text.as_bytes());
        component.push(0);
        number(&mut component, content.len());
        component.extend(content);
        component
    }

    /// What a component has on record; none: nothing.
    pub fn of(component: &[u8]) -> Option<Self> {
        let mut rest = component.get(PREAMBLE..)?;
        while let Some((kind, after)) = rest.split_first() {
            let (size, after) = read_number(after)?;
            let content = after.get(..size)?;
            rest = after.get(size..)?;
            if *kind == 0 {
                let (length, content) = read_number(content)?;
                if content.get(..length)? == SECTION.as_bytes() {
                    return serde_json::from_slice(content.get(length..)?).ok();
                }
            }
        }
        None
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.ends_with(".wasm") || LEFT_OUT.contains(&&*name) {
            continue;
        }
        if item.file_type()?.is_dir() {
            list(&item.path(), files)?;
        } else {
            files.push(item.path());
        }
    }
    Ok(())
}

/// LEB128, as the format writes numbers.
fn number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The number at the beginning, and what comes after it.
fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    // Sizes are of 32 bits, which take five bytes.
    for (at, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
