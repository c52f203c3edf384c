//! Whoever can answer, one file for each kind.

mod a2a;
mod http;
mod human;
mod knowledge;
mod openai;
mod records;
mod scripted;

pub use a2a::{A2a, A2aError, HANDOFF, RemoteConfig};
pub use human::Human;
pub use knowledge::{Knowledge, KnowledgeError};
pub use openai::{ChatError, Embeddings, EndpointConfig, OpenAi};
pub use records::Records;
pub use scripted::{Script, Scripted};
