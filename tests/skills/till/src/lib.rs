//! Does with money what the message says, word by word, and writes what came of
//! each into the log.

use baton_sdk::payments::{self, Money, Receipt};
use baton_sdk::prelude::*;
use baton_sdk::{Error, agents, log};

/// Moves money as the message says.
#[skill(spending = ["100 USD", "100 EUR"])]
pub struct Till;

#[skill]
impl Till {
    /// Always hands over, and says whether it may charge for that itself.
    #[handoff("target", triggers = ["till"], ownership = "returns")]
    fn act(&self, query: &Query) -> bool {
        if query.text.contains("early") {
            say("early", step("charge", &mut None));
        }
        true
    }

    /// Moves money as the message says.
    #[hook(before_handoff)]
    fn move_money(&self, handoff: &HandoffContext) -> Result<(), Refusal> {
        let mut last: Option<Receipt> = None;
        for word in handoff.original_task.split_whitespace() {
            if !["till", "early"].contains(&word) {
                say(word, step(word, &mut last));
            }
        }
        Ok(())
    }
}

fn say(word: &str, done: Result<String, Error>) {
    match done {
        Ok(text) => log::info(&format!("{word}: {text}")),
        Err(why) => log::info(&format!("{word}: {why}")),
    }
}

fn step(word: &str, last: &mut Option<Receipt>) -> Result<String, Error> {
    let dollar = Money::new("1", "USD")?;
    let half = Money::new("0.5", "USD")?;
    let receipt = last.clone();
    let receipt = receipt.as_ref();
    let kept = match word {
        "balance" => {
            let balance = payments::balance()?;
            let shown: Vec<String> = balance.iter().map(ToString::to_string).collect();
            return Ok(shown.join(" and "));
        }
        "charge" => payments::charge(&dollar, "a dollar")?,
        "once" => payments::charge_once(&dollar, "a dollar", "key")?,
        "other" => payments::charge_once(&half, "half a dollar", "key")?,
        "reserve" => payments::reserve(&dollar, "a dollar")?,
        "euro" => payments::charge(&Money::new("1", "EUR")?, "a euro")?,
        "nothing" => payments::charge(&Money::new("0", "USD")?, "nothing")?,
        "negative" => payments::charge(&Money::new("-1", "USD")?, "less than nothing")?,
        "overflow" => payments::charge(&huge(), "all there is")?,
        "strange" => payments::charge(&strange(), "play money")?,
        "stolen" => payments::release(&unknown(&dollar))?,
        "capture" => payments::capture(receipt.unwrap_or(&unknown(&dollar)), None)?,
        "half" => payments::capture(receipt.unwrap_or(&unknown(&dollar)), Some(&half))?,
        "release" => payments::release(receipt.unwrap_or(&unknown(&dollar)))?,
        priced if priced.starts_with("price=") => {
            let agent = &priced["price=".len()..];
            let shown = |price: Option<Money>| price.map_or("free".to_owned(), |it| it.to_string());
            let described = agents::describe(agent)?.price();
            return Ok(format!(
                "{} and {}",
                shown(payments::price(agent)?),
                shown(described)
            ));
        }
        other => match other.strip_prefix("refund=") {
            Some(receipt) => payments::refund(receipt, None, "back")?,
            None => return Ok("that is nothing".to_owned()),
        },
    };
    let text = format!("{} {}", kept.amount, kept.state);
    *last = Some(kept);
    Ok(text)
}

fn huge() -> Money {
    Money {
        millionths: u64::MAX,
        currency: "USD".to_owned(),
    }
}

fn strange() -> Money {
    Money {
        millionths: 1,
        currency: "bananas!".to_owned(),
    }
}

/// A receipt of somebody else.
fn unknown(amount: &Money) -> Receipt {
    Receipt {
        id: "01J9ZQ3K4XWB6T0V5N2M8R7D1C".to_owned(),
        amount: amount.clone(),
        state: "open".to_owned(),
        extra: Vec::new(),
    }
}
