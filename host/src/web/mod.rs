//! The web as others may reach it: only the hosts that an operator names, and
//! only at addresses that are meant.

mod address;
mod client;
mod error;
mod host;
mod limits;
mod request;
mod resolver;
mod response;
mod secret;

pub use client::{Sent, StandIn, Web};
pub use error::WebError;
pub use host::{HostError, HostPattern, Nearness};
pub use limits::WebLimits;
pub use request::Request;
pub use response::Response;
pub use secret::{Secret, SecretError, SecretName, Secrets};
