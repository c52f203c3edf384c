//! What makes numbers of texts, so that texts of like meaning have like numbers.

mod kept;
mod local;
#[cfg(feature = "encoder")]
mod sentence;
mod table;
mod wordpiece;

use std::path::PathBuf;

use crate::discovery::MEANING;

pub use kept::KeptMeanings;
pub use local::LocalMeanings;
#[cfg(feature = "encoder")]
pub use sentence::SentenceEncoder;
pub use table::StaticTable;

/// Why an encoder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file is missing or cannot be read.
    #[error("cannot read {}: {why}", file.display())]
    Unreadable {
        /// Which one.
        file: PathBuf,
        /// What went wrong.
        why: std::io::Error,
    },
    /// A file is something else than it should be.
    #[error("{} cannot be used: {why}", file.display())]
    Wrong {
        /// Which one.
        file: PathBuf,
        /// What is wrong, and what it should be.
        why: String,
    },
    /// It started, and then failed.
    #[error("the encoder failed: {0}")]
    Failed(String),
}

impl EncoderError {
    fn wrong(file: &std::path::Path, why: impl ToString) -> Self {
        Self::Wrong {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    fn read(file: &std::path::Path) -> Result<Vec<u8>, Self> {
        std::fs::read(file).map_err(|why| Self::Unreadable {
            file: file.to_owned(),
            why,
        })
    }
}

/// Makes numbers of texts.
pub trait Encoder: Send + Sync {
    /// As many numbers for each text, in the same order.
    fn encode(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EncoderError>;

    /// How much its numbers count beside words.
    fn weight(&self) -> f32 {
        MEANING
    }
}
