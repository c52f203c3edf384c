//! An encoder in this process, as discovery asks it.

use std::sync::Arc;

use async_trait::async_trait;

use super::Encoder;
use crate::discovery::{Meanings, NoMeaning};

/// An encoder in this process; it computes on threads that may block.
pub struct LocalMeanings(Arc<dyn Encoder>);

impl LocalMeanings {
    /// This encoder.
    pub fn new(encoder: impl Encoder + 'static) -> Self {
        Self(Arc::new(encoder))
    }
}

#[async_trait]
impl Meanings for LocalMeanings {
    fn weight(&self) -> f32 {
        self.0.weight()
    }

    async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        let encoder = self.0.clone();
        let encoded = tokio::task::spawn_blocking(move || encoder.encode(&texts)).await;
        let encoded = encoded.map_err(|_| NoMeaning("the encoder broke off".to_owned()))?;
        encoded.map_err(|why| NoMeaning(why.to_string()))
    }
}
