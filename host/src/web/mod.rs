//! The web as others may reach it: only the hosts that an operator names, and
//! only at addresses that are meant.

mod address;
mod host;

pub use host::{HostError, HostPattern, Nearness};
