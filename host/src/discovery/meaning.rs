//! Whoever makes numbers of texts, seen from discovery.

use async_trait::async_trait;

/// Why there are no numbers for a text.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoMeaning(pub String);

/// How much numbers of whole sentences count beside words, which count 1; found
/// on the validation texts of two public sets of intents.
pub const MEANING: f32 = 2.0;

/// Makes numbers of texts, so that texts of like meaning have like numbers.
#[async_trait]
pub trait Meanings: Send + Sync {
    /// One list of numbers for each text, all of the same length. Dropping the
    /// future may cancel the work.
    async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning>;

    /// How much its numbers count beside words.
    fn weight(&self) -> f32 {
        MEANING
    }

    /// The same for what agents say of themselves, which is asked again at every
    /// start and is worth keeping.
    async fn of_examples(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        self.of(texts).await
    }
}
