//! The host that a component is linked with.

use super::Host;
use crate::bindings::baton::skill::{
    agents::{self, Agent, Answer},
    clock, config, conversation,
    discovery::{self, Found},
    handoffs::{self, Handoff},
    http, log,
    payments::{self, Money, Receipt},
    random, state,
    storage::{self, Entry, Usage},
    tickets::{self, Ticket},
    waiting,
};
use crate::bindings::types::{Message, Pair};
use crate::error::Error;

pub(crate) type Handle = waiting::Pending;

/// The type is concrete, so that a component imports what its skill calls and
/// no more; behind a `dyn Host` it would import everything.
pub(crate) fn with<R>(ask: impl FnOnce(&mut Imports) -> R) -> R {
    ask(&mut Imports)
}

pub(crate) struct Imports;

impl Host for Imports {
    fn write(&mut self, level: &str, message: &str) {
        log::write(level, message);
    }

    fn load(&mut self) -> Option<Vec<u8>> {
        state::load()
    }

    fn save(&mut self, value: &[u8]) -> Result<(), Error> {
        Ok(state::save(value)?)
    }

    fn unreadable(&mut self, why: &str) {
        state::unreadable(why);
    }

    fn messages(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Message>, Error> {
        Ok(conversation::messages(before, limit)?)
    }

    fn metadata(&mut self, name: &str) -> Result<Option<String>, Error> {
        Ok(conversation::metadata(name)?)
    }

    fn set_metadata(&mut self, name: &str, value: &str) -> Result<(), Error> {
        Ok(conversation::set_metadata(name, value)?)
    }

    fn profile(&mut self) -> Result<Vec<Pair>, Error> {
        Ok(conversation::profile()?)
    }

    fn list_agents(&mut self) -> Result<Vec<Agent>, Error> {
        Ok(agents::list_agents()?)
    }

    fn describe_agent(&mut self, name: &str) -> Result<Agent, Error> {
        Ok(agents::describe_agent(name)?)
    }

    fn available(&mut self, name: &str) -> Result<bool, Error> {
        Ok(agents::available(name)?)
    }

    fn start_query(
        &mut self,
        agent: &str,
        text: &str,
        timeout_ms: Option<u32>,
    ) -> Result<Handle, Error> {
        Ok(agents::start_query(agent, text, timeout_ms)?)
    }

    fn finish_query(&mut self, handle: Handle) -> Result<Answer, Error> {
        Ok(agents::finish_query(handle)?)
    }

    fn ready(&mut self, handle: &Handle) -> bool {
        handle.ready()
    }

    fn wait(&mut self, handle: &Handle) {
        handle.wait();
    }

    fn wait_any(&mut self, handles: &[&Handle], timeout_ms: Option<u32>) -> Vec<u32> {
        waiting::wait_any(handles, timeout_ms)
    }

    fn start_request(&mut self, request: &http::Request) -> Result<Handle, Error> {
        Ok(http::start_request(request)?)
    }

    fn finish_request(&mut self, handle: Handle) -> Result<http::Response, Error> {
        Ok(http::finish_request(handle)?)
    }

    fn price(&mut self, agent: &str) -> Result<Option<Money>, Error> {
        Ok(payments::price(agent)?)
    }

    fn balance(&mut self) -> Result<Vec<Money>, Error> {
        Ok(payments::finish_balance(payments::start_balance()?)?)
    }

    fn charge(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        let started = payments::start_charge(amount, description, key)?;
        Ok(payments::finish(started)?)
    }

    fn reserve(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        let started = payments::start_reserve(amount, description, key)?;
        Ok(payments::finish(started)?)
    }

    fn capture(&mut self, receipt: &str, amount: Option<&Money>) -> Result<Receipt, Error> {
        let started = payments::start_capture(receipt, amount)?;
        Ok(payments::finish(started)?)
    }

    fn release(&mut self, receipt: &str) -> Result<Receipt, Error> {
        let started = payments::start_release(receipt)?;
        Ok(payments::finish(started)?)
    }

    fn refund(
        &mut self,
        receipt: &str,
        amount: Option<&Money>,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        let started = payments::start_refund(receipt, amount, key)?;
        Ok(payments::finish(started)?)
    }

    fn start_find(&mut self, intent: &str, max: u32) -> Result<Handle, Error> {
        Ok(discovery::start_find(intent, max)?)
    }

    fn finish_find(&mut self, handle: Handle) -> Result<Vec<Found>, Error> {
        Ok(discovery::finish_find(handle)?)
    }

    fn open_ticket(&mut self, reason: &str, details: &[Pair]) -> Result<Ticket, Error> {
        Ok(tickets::open(reason, details)?)
    }

    fn list_tickets(&mut self) -> Result<Vec<Ticket>, Error> {
        Ok(tickets::list_open()?)
    }

    fn stored(&mut self, key: &str) -> Result<Option<Entry>, Error> {
        Ok(storage::get(key)?)
    }

    fn store(&mut self, key: &str, value: &str) -> Result<(), Error> {
        Ok(storage::set(key, value)?)
    }

    fn forget(&mut self, key: &str) -> Result<(), Error> {
        Ok(storage::delete(key)?)
    }

    fn stored_keys(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        Ok(storage::keys(prefix, after, limit)?)
    }

    fn compare_and_set(
        &mut self,
        key: &str,
        version: Option<u64>,
        value: &str,
    ) -> Result<Option<u64>, Error> {
        Ok(storage::compare_and_set(key, version, value)?)
    }

    fn storage_used(&mut self) -> Result<Usage, Error> {
        Ok(storage::used()?)
    }

    fn configured(&mut self, name: &str) -> Option<String> {
        config::get(name)
    }

    fn configuration(&mut self) -> Vec<Pair> {
        config::all()
    }

    fn now(&mut self) -> u64 {
        clock::now()
    }

    fn random_bytes(&mut self, length: u32) -> Vec<u8> {
        random::bytes(length)
    }

    fn random_number(&mut self) -> u64 {
        random::number()
    }

    fn past_handoffs(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Handoff>, Error> {
        Ok(handoffs::history(before, limit)?)
    }

    fn active_handoffs(&mut self) -> Result<Vec<Handoff>, Error> {
        Ok(handoffs::active()?)
    }
}
