//! An endpoint that makes numbers of texts, in OpenAI's protocol.

use std::{sync::Arc, time::Duration};

use async_openai::{Client, config::OpenAIConfig, error::OpenAIError};
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use super::{ChatError, EndpointConfig, explain, transport::Target};
use crate::discovery::{Meanings, NoMeaning};

/// Texts in one request. Endpoints take from 32 to some thousands.
const BATCH: usize = 32;

/// How much longer than for a wish examples may take: nobody waits for them.
const MORE: u32 = 15;

/// Makes numbers of texts at an endpoint.
pub struct Embeddings {
    client: Client<OpenAIConfig>,
    target: Arc<Target>,
    timeout: Duration,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: usize,
    embedding: Vec<f32>,
}

impl Embeddings {
    /// Reads the key from its environment variable; opens no connection yet.
    pub fn new(config: EndpointConfig) -> Result<Self, ChatError> {
        let target = Arc::new(Target::new(&config, &["embeddings"])?);
        let client = target.client(&config.base_url, |target, request| async move {
            target.exchange(request).await
        });
        Ok(Self {
            client,
            target,
            timeout: config.timeout,
        })
    }

    async fn ask(&self, texts: &[String], limit: Duration) -> Result<Vec<Vec<f32>>, NoMeaning> {
        let url = &self.target.name;
        let body = json!({
            "model": self.target.model,
            "input": texts,
            "encoding_format": "float",
        });
        let embeddings = self.client.embeddings();
        let asked = embeddings.create_byot::<_, Answer>(body);
        let answer: Result<Answer, OpenAIError> = tokio::time::timeout(limit, asked)
            .await
            .map_err(|_| NoMeaning(format!("{url} has not answered within {limit:?}")))?;
        let mut answer = answer.map_err(|why| NoMeaning(explain(url, why).to_string()))?;
        answer.data.sort_by_key(|embedding| embedding.index);
        let in_order = (0..).zip(&answer.data).all(|(at, data)| data.index == at);
        if answer.data.len() != texts.len() || !in_order {
            let why = format!("{url} gave not one embedding for each text");
            return Err(NoMeaning(why));
        }
        Ok(answer.data.into_iter().map(|data| data.embedding).collect())
    }
}

#[async_trait]
impl Meanings for Embeddings {
    async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        self.ask(&texts, self.timeout).await
    }

    async fn of_examples(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        let mut all = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            all.extend(self.ask(batch, self.timeout * MORE).await?);
        }
        Ok(all)
    }
}
