//! Whoever makes numbers of texts, seen from discovery.

use async_trait::async_trait;

/// Why there are no numbers for a text.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoMeaning(pub String);

/// Makes numbers of texts, so that texts of like meaning have like numbers.
#[async_trait]
pub trait Meanings: Send + Sync {
    /// One list of numbers for each text, all of the same length. Dropping the
    /// future may cancel the work.
    async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning>;

    /// The same for what agents say of themselves, which is asked again at every
    /// start and is worth keeping.
    async fn of_examples(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        self.of(texts).await
    }
}
