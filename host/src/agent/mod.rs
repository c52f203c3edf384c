//! Whoever can answer, one file for each kind.

mod a2a;
pub(crate) mod http;
mod human;
mod knowledge;
mod model;
mod records;
mod scripted;
mod webhook;

pub use a2a::{A2a, A2aError, HANDOFF, RemoteConfig};
pub use human::Human;
pub use knowledge::{Knowledge, KnowledgeError};
pub use model::{ChatError, Embeddings, EndpointConfig, Model, Protocol};
pub use records::Records;
pub use scripted::{Script, Scripted};
pub use webhook::{Webhook, WebhookConfig, WebhookError};
