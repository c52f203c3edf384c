//! Who answers a capability: in a component the host, natively whatever the
//! test set up, and without a test double nobody.

use crate::bindings::baton::skill::{
    agents::{Agent, Answer},
    discovery::Found,
    handoffs::Handoff,
    http,
    payments::{Money, Receipt},
    storage::{Entry, Usage},
    tickets::Ticket,
};
use crate::bindings::types::{Message, Pair};
use crate::error::Error;

#[cfg(target_arch = "wasm32")]
mod imports;
#[cfg(target_arch = "wasm32")]
pub(crate) use imports::{Handle, with};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Handle, seat, with};

/// Everything a host can be asked, one method for each function of the
/// contract.
pub(crate) trait Host {
    fn write(&mut self, level: &str, message: &str);

    fn load(&mut self) -> Option<Vec<u8>>;
    fn save(&mut self, value: &[u8]) -> Result<(), Error>;
    fn unreadable(&mut self, why: &str);

    fn messages(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Message>, Error>;
    fn metadata(&mut self, name: &str) -> Result<Option<String>, Error>;
    fn set_metadata(&mut self, name: &str, value: &str) -> Result<(), Error>;
    fn profile(&mut self) -> Result<Vec<Pair>, Error>;

    fn list_agents(&mut self) -> Result<Vec<Agent>, Error>;
    fn describe_agent(&mut self, name: &str) -> Result<Agent, Error>;
    fn available(&mut self, name: &str) -> Result<bool, Error>;
    fn start_query(
        &mut self,
        agent: &str,
        text: &str,
        timeout_ms: Option<u32>,
    ) -> Result<Handle, Error>;
    fn finish_query(&mut self, handle: Handle) -> Result<Answer, Error>;

    fn ready(&mut self, handle: &Handle) -> bool;
    fn wait(&mut self, handle: &Handle);
    fn wait_any(&mut self, handles: &[&Handle], timeout_ms: Option<u32>) -> Vec<u32>;

    fn start_request(&mut self, request: &http::Request) -> Result<Handle, Error>;
    fn finish_request(&mut self, handle: Handle) -> Result<http::Response, Error>;
    fn price(&mut self, agent: &str) -> Result<Option<Money>, Error>;
    fn balance(&mut self) -> Result<Vec<Money>, Error>;
    fn charge(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error>;
    fn reserve(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error>;
    fn capture(&mut self, receipt: &str, amount: Option<&Money>) -> Result<Receipt, Error>;
    fn release(&mut self, receipt: &str) -> Result<Receipt, Error>;
    fn refund(
        &mut self,
        receipt: &str,
        amount: Option<&Money>,
        key: Option<&str>,
    ) -> Result<Receipt, Error>;
    fn start_find(&mut self, intent: &str, max: u32) -> Result<Handle, Error>;
    fn finish_find(&mut self, handle: Handle) -> Result<Vec<Found>, Error>;

    fn open_ticket(&mut self, reason: &str, details: &[Pair]) -> Result<Ticket, Error>;
    fn list_tickets(&mut self) -> Result<Vec<Ticket>, Error>;

    fn stored(&mut self, key: &str) -> Result<Option<Entry>, Error>;
    fn store(&mut self, key: &str, value: &str) -> Result<(), Error>;
    fn forget(&mut self, key: &str) -> Result<(), Error>;
    fn stored_keys(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, Error>;
    fn compare_and_set(
        &mut self,
        key: &str,
        version: Option<u64>,
        value: &str,
    ) -> Result<Option<u64>, Error>;
    fn storage_used(&mut self) -> Result<Usage, Error>;

    fn configured(&mut self, name: &str) -> Option<String>;
    fn configuration(&mut self) -> Vec<Pair>;

    fn now(&mut self) -> u64;

    fn random_bytes(&mut self, length: u32) -> Vec<u8>;
    fn random_number(&mut self) -> u64;

    fn past_handoffs(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Handoff>, Error>;
    fn active_handoffs(&mut self) -> Result<Vec<Handoff>, Error>;
}
