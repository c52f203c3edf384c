//! How the desk answers.

use super::{Asked, Behaviour, Desk, Granted, PaymentAct, State};
use crate::backend::{Handle, Host};
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
use crate::codes::ErrorCode;
use crate::error::Error;
use crate::json::Pairs;
use std::time::Duration;

impl State {
    pub(super) fn add_message(&mut self, role: &str, agent: Option<&str>, text: &str) {
        self.messages.push(Message {
            id: (self.messages.len() + 1).to_string(),
            time: 0,
            role: role.to_owned(),
            content: text.to_owned(),
            agent: agent.map(str::to_owned),
            tool_calls: Vec::new(),
            answers: None,
            trust: 50,
            extra: Vec::new(),
        });
    }

    pub(super) fn add_agent(&mut self, name: &str, state: &str, behaviour: Behaviour) {
        let agent = Agent {
            name: name.to_owned(),
            description: String::new(),
            examples: Vec::new(),
            skills: Vec::new(),
            state: state.to_owned(),
            extra: Vec::new(),
        };
        self.agents.push((agent, behaviour));
    }

    /// The agent as the host describes it, with its price at the till.
    fn with_price(&self, agent: &Agent) -> Agent {
        let mut agent = agent.clone();
        let price = self.till.price(&agent.name);
        agent
            .extra
            .extend(price.map(|price| Pair::new("price", price.to_string())));
        agent
    }

    pub(super) fn add_ticket(&mut self, reason: &str) -> Ticket {
        let ticket = Ticket {
            id: (self.tickets.len() + 1).to_string(),
            state: "open".to_owned(),
            reason: reason.to_owned(),
            created: 0,
            extra: Vec::new(),
        };
        self.tickets.push(ticket.clone());
        ticket
    }

    pub(super) fn check(&self, capability: &str) -> Result<(), Error> {
        let granted = match &self.granted {
            Granted::AllBut(denied) => !denied.contains(capability),
            Granted::None => false,
        };
        if granted {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::NotGranted,
            format!("`{capability}` is not granted"),
        ))
    }

    /// When work ends, if it ever does.
    fn ends(&self, handle: &Handle) -> Option<Duration> {
        match handle {
            Handle::Query(at) => self.queries[*at].ends(),
            Handle::Request(_) | Handle::Search(_) => Some(Duration::ZERO),
        }
    }

    fn find_agent(&self, name: &str) -> Result<&(Agent, Behaviour), Error> {
        self.agents
            .iter()
            .find(|(agent, _)| agent.name == name)
            .ok_or_else(|| Error::new(ErrorCode::NotFound, format!("there is no agent `{name}`")))
    }
}

fn wrong_handle() -> Error {
    Error::new(
        ErrorCode::WrongHandle,
        "the handle is of another kind of work",
    )
}

impl Asked {
    /// When it ends, if it ever does.
    fn ends(&self) -> Option<Duration> {
        let end = match self.behaviour {
            Behaviour::Answers { after, .. } => Some(after),
            Behaviour::Fails(_) => Some(Duration::ZERO),
            Behaviour::Silent => None,
        };
        [end, self.limit].into_iter().flatten().min()
    }
}

impl Host for Desk {
    fn write(&mut self, level: &str, message: &str) {
        self.0
            .borrow_mut()
            .lines
            .push((level.to_owned(), message.to_owned()));
    }

    fn load(&mut self) -> Option<Vec<u8>> {
        self.0.borrow().memory.clone()
    }

    fn save(&mut self, value: &[u8]) -> Result<(), Error> {
        self.0.borrow_mut().memory = Some(value.to_vec()).filter(|bytes| !bytes.is_empty());
        Ok(())
    }

    fn unreadable(&mut self, why: &str) {
        self.0.borrow_mut().unreadable.push(why.to_owned());
    }

    fn messages(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Message>, Error> {
        let state = self.0.borrow();
        state.check("conversation")?;
        let end = match before {
            Some(id) => state
                .messages
                .iter()
                .position(|message| message.id == id)
                .unwrap_or(0),
            None => state.messages.len(),
        };
        let start = end.saturating_sub(limit.min(100) as usize);
        Ok(state.messages[start..end].to_vec())
    }

    fn metadata(&mut self, name: &str) -> Result<Option<String>, Error> {
        let state = self.0.borrow();
        state.check("conversation")?;
        Ok(state.metadata.json(name).map(str::to_owned))
    }

    fn set_metadata(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let mut state = self.0.borrow_mut();
        state.check("conversation")?;
        state.metadata.push(Pair {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        Ok(())
    }

    fn profile(&mut self) -> Result<Vec<Pair>, Error> {
        let state = self.0.borrow();
        state.check("conversation")?;
        Ok(state.profile.clone())
    }

    fn list_agents(&mut self) -> Result<Vec<Agent>, Error> {
        let state = self.0.borrow();
        state.check("agents")?;
        Ok(state
            .agents
            .iter()
            .map(|(agent, _)| state.with_price(agent))
            .collect())
    }

    fn describe_agent(&mut self, name: &str) -> Result<Agent, Error> {
        let state = self.0.borrow();
        state.check("agents")?;
        Ok(state.with_price(&state.find_agent(name)?.0))
    }

    fn available(&mut self, name: &str) -> Result<bool, Error> {
        Ok(self.describe_agent(name)?.state == "ready")
    }

    fn start_query(
        &mut self,
        agent: &str,
        text: &str,
        timeout_ms: Option<u32>,
    ) -> Result<Handle, Error> {
        let mut state = self.0.borrow_mut();
        state.check("agents")?;
        let behaviour = state.find_agent(agent)?.1.clone();
        state.queries.push(Asked {
            agent: agent.to_owned(),
            text: text.to_owned(),
            behaviour,
            limit: timeout_ms.map(|limit| Duration::from_millis(limit.into())),
        });
        Ok(Handle::Query(state.queries.len() - 1))
    }

    fn finish_query(&mut self, handle: Handle) -> Result<Answer, Error> {
        let state = self.0.borrow();
        let Handle::Query(at) = handle else {
            return Err(wrong_handle());
        };
        let asked = &state.queries[at];
        match &asked.behaviour {
            Behaviour::Fails(error) => Err(error.clone()),
            Behaviour::Answers { reply, after }
                if asked.limit.is_none_or(|limit| *after <= limit) =>
            {
                Ok(Answer {
                    agent: asked.agent.clone(),
                    reply: reply.clone(),
                    insights: Vec::new(),
                    extra: Vec::new(),
                })
            }
            // A real host has a limit of its own for those that never answer.
            _ => Err(Error::new(
                ErrorCode::Timeout,
                format!("`{}` did not answer in time", asked.agent),
            )),
        }
    }

    fn start_request(&mut self, request: &http::Request) -> Result<Handle, Error> {
        let mut state = self.0.borrow_mut();
        state.check("http")?;
        state.requests.push(crate::http::Request(request.clone()));
        Ok(Handle::Request(state.requests.len() - 1))
    }

    fn finish_request(&mut self, handle: Handle) -> Result<http::Response, Error> {
        let state = self.0.borrow();
        let Handle::Request(at) = handle else {
            return Err(wrong_handle());
        };
        let url = state.requests[at].url();
        let page = state.pages.iter().find(|(known, _, _)| known == url);
        let (_, status, body) = page.ok_or_else(|| {
            let why = format!("nobody serves `{url}` here");
            Error::new(ErrorCode::Unavailable, why)
        })?;
        Ok(http::Response {
            status: *status,
            headers: Vec::new(),
            body: body.clone().into_bytes(),
            extra: Vec::new(),
        })
    }

    fn ready(&mut self, handle: &Handle) -> bool {
        self.0.borrow().ends(handle) == Some(Duration::ZERO)
    }

    fn wait(&mut self, _: &Handle) {}

    fn wait_any(&mut self, handles: &[&Handle], timeout_ms: Option<u32>) -> Vec<u32> {
        let state = self.0.borrow();
        let ends: Vec<_> = handles.iter().map(|handle| state.ends(handle)).collect();
        let Some(first) = ends.iter().flatten().min() else {
            return Vec::new();
        };
        if timeout_ms.is_some_and(|limit| *first > Duration::from_millis(limit.into())) {
            return Vec::new();
        }
        (0..)
            .zip(&ends)
            .filter(|(_, end)| end.as_ref() == Some(first))
            .map(|(at, _)| at)
            .collect()
    }

    fn price(&mut self, agent: &str) -> Result<Option<Money>, Error> {
        let state = self.0.borrow();
        state.check("payments")?;
        Ok(state.till.price(agent))
    }

    fn balance(&mut self) -> Result<Vec<Money>, Error> {
        let state = self.0.borrow();
        state.check("payments")?;
        Ok(state.till.balance())
    }

    fn charge(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        self.set_aside(PaymentAct::Charge, amount, description, key)
    }

    fn reserve(
        &mut self,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        self.set_aside(PaymentAct::Reserve, amount, description, key)
    }

    fn capture(&mut self, receipt: &str, amount: Option<&Money>) -> Result<Receipt, Error> {
        self.settle(PaymentAct::Capture, receipt, amount)
    }

    fn release(&mut self, receipt: &str) -> Result<Receipt, Error> {
        self.settle(PaymentAct::Release, receipt, None)
    }

    fn refund(
        &mut self,
        receipt: &str,
        amount: Option<&Money>,
        _key: Option<&str>,
    ) -> Result<Receipt, Error> {
        self.settle(PaymentAct::Refund, receipt, amount)
    }

    fn start_find(&mut self, intent: &str, max: u32) -> Result<Handle, Error> {
        let mut state = self.0.borrow_mut();
        state.check("discovery")?;
        Ok(Handle::Search(state.finding.start(intent, max)))
    }

    fn finish_find(&mut self, handle: Handle) -> Result<Vec<Found>, Error> {
        let Handle::Search(at) = handle else {
            return Err(wrong_handle());
        };
        Ok(self.0.borrow().finding.result(at))
    }

    fn open_ticket(&mut self, reason: &str, details: &[Pair]) -> Result<Ticket, Error> {
        let mut state = self.0.borrow_mut();
        state.check("tickets")?;
        state.opened.push((reason.to_owned(), details.to_vec()));
        Ok(state.add_ticket(reason))
    }

    fn list_tickets(&mut self) -> Result<Vec<Ticket>, Error> {
        let state = self.0.borrow();
        state.check("tickets")?;
        Ok(state.tickets.clone())
    }

    fn stored(&mut self, key: &str) -> Result<Option<Entry>, Error> {
        let state = self.0.borrow();
        state.check("storage")?;
        Ok(state.keeping.get(key))
    }

    fn store(&mut self, key: &str, value: &str) -> Result<(), Error> {
        let mut state = self.0.borrow_mut();
        state.check("storage")?;
        state.keeping.put(key, value).map(drop)
    }

    fn forget(&mut self, key: &str) -> Result<(), Error> {
        let mut state = self.0.borrow_mut();
        state.check("storage")?;
        state.keeping.remove(key);
        Ok(())
    }

    fn stored_keys(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        let state = self.0.borrow();
        state.check("storage")?;
        Ok(state.keeping.keys(prefix, after, limit))
    }

    fn compare_and_set(
        &mut self,
        key: &str,
        version: Option<u64>,
        value: &str,
    ) -> Result<Option<u64>, Error> {
        let mut state = self.0.borrow_mut();
        state.check("storage")?;
        if state.keeping.get(key).and_then(|entry| entry.version) != version {
            return Ok(None);
        }
        state.keeping.put(key, value).map(Some)
    }

    fn storage_used(&mut self) -> Result<Usage, Error> {
        let state = self.0.borrow();
        state.check("storage")?;
        Ok(state.keeping.used())
    }

    fn configured(&mut self, name: &str) -> Option<String> {
        self.0.borrow().keeping.config.json(name).map(str::to_owned)
    }

    fn configuration(&mut self) -> Vec<Pair> {
        self.0.borrow().keeping.config.clone()
    }

    fn now(&mut self) -> u64 {
        self.0.borrow().keeping.time
    }

    fn random_bytes(&mut self, length: u32) -> Vec<u8> {
        let keeping = &mut self.0.borrow_mut().keeping;
        let most = length.min(64 << 10);
        (0..most).map(|_| keeping.draw() as u8).collect()
    }

    fn random_number(&mut self) -> u64 {
        self.0.borrow_mut().keeping.draw()
    }

    fn past_handoffs(&mut self, before: Option<&str>, limit: u32) -> Result<Vec<Handoff>, Error> {
        let state = self.0.borrow();
        state.check("handoffs")?;
        let past = &state.keeping.handoffs;
        let end = match before {
            Some(id) => past
                .iter()
                .position(|handoff| handoff.id == id)
                .unwrap_or(0),
            None => past.len(),
        };
        let start = end.saturating_sub(limit.min(100) as usize);
        Ok(past[start..end].to_vec())
    }

    fn active_handoffs(&mut self) -> Result<Vec<Handoff>, Error> {
        let state = self.0.borrow();
        state.check("handoffs")?;
        let past = state.keeping.handoffs.iter();
        Ok(past
            .filter(|handoff| handoff.state == "active")
            .cloned()
            .collect())
    }
}
