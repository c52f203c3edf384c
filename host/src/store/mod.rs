//! Where conversations are kept.

mod memory;
mod sqlite;

pub use memory::MemoryStore;
pub use sqlite::SqliteStore;

#[cfg(test)]
mod both;
#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod ledger_tests;
#[cfg(test)]
mod storage_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod ticket_tests;
