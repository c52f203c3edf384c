//! Uses all of the contract, the same in each language.

use baton_sdk::payments::{self, Money, Receipt};
use baton_sdk::prelude::*;
use baton_sdk::{
    Reason, agents, clock, config, conversation, discovery, handoffs, http, log, random, storage,
    tickets,
};

/// Uses all of the contract, the same in each language.
#[skill]
pub struct Conformance {
    answered: u64,
}

#[skill]
impl Conformance {
    /// Whoever asks for an expert, or for help, gets one.
    #[handoff(
        "expert",
        triggers = ["expert", "help"],
        priority = "low",
        timeout = "30s",
        history = "last:10",
        ownership = "returns",
        metadata(kind = "question")
    )]
    fn needs_expert(&self, query: &Query) -> Option<Grounds> {
        let asks = query.mentions("expert") || query.word_starting(["help"]).is_some();
        asks.then(|| {
            Grounds::new()
                .confidence(0.75)
                .reason(Reason::Escalation)
                .instructions("Be brief.")
                .finding("answered", self.answered)
                .finding("user", query.user.as_deref().unwrap_or("a visitor"))
                .finding("turn", query.turn)
        })
    }

    /// Whom the message names.
    #[handoff(
        targets = ["billing", "legal"],
        triggers = ["billing", "legal"]
    )]
    fn goes_by_name(&self, query: &Query) -> Option<Proposal> {
        let named = |name: &&str| query.word_starting([*name]).is_some();
        let name = ["billing", "legal"].into_iter().find(named)?;
        Some(Proposal::to(name).confidence(0.5))
    }

    #[handoff("expert", keywords = ["shortcut", "ÜBER"])]
    fn by_a_word(&self, query: &Query);

    /// Tells the target all that a hook can tell.
    #[hook(before_handoff)]
    fn enrich(&self, handoff: &HandoffContext) -> Result<Patch, Refusal> {
        let task = &handoff.original_task;
        if task.contains("too poor") {
            return Err(Refusal::payment_required("there is no \"money\""));
        }
        if task.contains("not today") {
            return Err(Refusal::not_allowed("not today"));
        }
        if task.contains("a person") {
            tickets::list_open()?;
        }
        Ok(Patch::new()
            .fact(format!("{} asks {}.", handoff.source, handoff.target))
            .decision("Ask.")
            .finding("length", task.chars().count() as u64)
            .metadata("tier", "gold")
            .instructions("Stay polite.")
            .remember("asked", &handoff.target))
    }

    /// Counts, and answers where the target has failed.
    #[hook(after_handoff, targets = ["expert"], order = 5)]
    fn stand_in(&mut self, _: &HandoffContext, outcome: &Outcome) -> Patch {
        self.answered += 1;
        let patch = Patch::new().remember("answered", self.answered);
        match &outcome.error {
            Some(why) => patch.fallback_reply_of("assistant", format!("Without the expert: {why}")),
            None => patch,
        }
    }

    /// Reads whatever can be read.
    #[tool(effect = "read")]
    fn look(
        &self,
        /// Who is looked at.
        agent: String,
    ) -> Result<Vec<String>, ToolError> {
        let mut seen = Vec::new();
        for one in agents::list()? {
            seen.push(format!("{} is {}", one.name, one.state()));
        }
        seen.push(agents::describe(&agent)?.description);
        seen.push(format!("available: {}", agents::available(&agent)?));
        let price = payments::price(&agent)?;
        seen.push(format!(
            "price: {}",
            price.map_or("none".to_owned(), |it| shown(&it))
        ));
        for money in payments::balance()? {
            seen.push(format!("balance: {}", shown(&money)));
        }
        for found in discovery::find_agents(&agent, 3)? {
            let percent = (found.score * 100.0).round() as u64;
            let why = found.why.unwrap_or_default();
            seen.push(format!("found: {} {percent} {why}", found.agent));
        }
        for message in conversation::recent(10)? {
            let who = message.agent.as_ref().unwrap_or(&message.role);
            seen.push(format!("{who}: {}", message.content));
        }
        let tier: Option<String> = conversation::metadata("tier")?;
        seen.push(format!("tier: {}", tier.unwrap_or_default()));
        let profile = conversation::profile()?;
        seen.push(format!(
            "name: {}",
            profile.text("name").unwrap_or_default()
        ));
        for past in handoffs::recent(10)? {
            seen.push(format!(
                "{} to {}, {}",
                past.source, past.target, past.state
            ));
        }
        seen.push(format!("active: {}", handoffs::active()?.len()));
        let greeting: Option<String> = config::get("greeting")?;
        seen.push(format!("greeting: {}", greeting.unwrap_or_default()));
        seen.push(format!("now: {}", clock::now()));
        for ticket in tickets::list_open()? {
            seen.push(format!("ticket: {}", ticket.reason));
        }
        let visits: Option<u64> = storage::get("visits")?;
        seen.push(format!("visits: {}", visits.unwrap_or(0)));
        seen.push(format!("keys: {}", storage::keys("", None, 10)?.join(", ")));
        seen.push(format!("used: {}", storage::used()?.keys));
        Ok(seen)
    }

    /// Draws numbers.
    #[tool(effect = "read")]
    fn draw(&self) -> Vec<String> {
        let below = random::below(1000);
        vec![below.to_string(), format!("{:?}", random::bytes(4))]
    }

    /// Does whatever can be done.
    #[tool]
    fn act(
        &mut self,
        caller: &Caller,
        /// What is said everywhere.
        text: String,
    ) -> Result<Vec<String>, ToolError> {
        if text.is_empty() {
            return Err(ToolError::invalid_arguments("say something"));
        }
        let mut done = vec![format!("for {} {}", caller.kind, caller.name)];
        log::info(&text);
        for answer in agents::query_all([("one", &*text), ("nobody", "Who?"), ("two", &*text)]) {
            done.push(match answer {
                Ok(answer) => format!("{}: {}", answer.agent, answer.reply),
                Err(why) => why.code.to_string(),
            });
        }
        conversation::set_metadata("said", &text)?;
        let ticket = tickets::open(&text, &[Pair::new("from", "act")])?;
        done.push(format!("ticket: {}, {}", ticket.reason, ticket.state));
        storage::set("last", &text)?;
        storage::delete("old")?;
        let visits = storage::update("visits", |before: Option<u64>| before.unwrap_or(0) + 1)?;
        done.push(format!("visits: {visits}"));
        let rate = http::get("https://rates.example.com/eur")?;
        done.push(format!("{} {}", rate.status, rate.text()));
        let sent = http::post("https://rates.example.com/eur", &text)?;
        done.push(format!("sent: {}", sent.status));
        let cents = |cents: u64| Money {
            millionths: cents * 10_000,
            currency: "USD".to_owned(),
        };
        let charged = payments::charge_once(&cents(5), "an answer", "answer")?;
        done.push(paid(&charged));
        let deposit = payments::reserve(&cents(2), "a deposit")?;
        done.push(paid(&payments::capture(&deposit, Some(&cents(1)))?));
        let other = payments::reserve(&cents(3), "another")?;
        done.push(paid(&payments::release(&other)?));
        done.push(paid(&payments::refund(&charged.id, None, "back")?));
        self.answered += 10;
        Ok(done)
    }
}

fn shown(money: &Money) -> String {
    format!("{} {}", money.millionths, money.currency)
}

fn paid(receipt: &Receipt) -> String {
    format!(
        "{}, {}: {}",
        receipt.id,
        receipt.state,
        shown(&receipt.amount)
    )
}
