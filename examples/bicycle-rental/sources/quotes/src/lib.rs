//! Works out what a rental costs.

use baton_sdk::{config, log, prelude::*};
use schemars::JsonSchema;
use serde::Deserialize;

/// What the operator says in `baton.toml`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Prices {
    /// A bicycle for a day, in the currency's whole units.
    bicycle_per_day: u32,
    /// What the numbers are.
    currency: String,
}

/// Works out what bicycles cost, and remembers the last quote.
#[agent(
    config = Prices,
    examples = ["How much are 3 bikes for 2 days?", "What does a bicycle cost?"],
    offers = ["quotes"]
)]
pub struct Quotes {
    bicycles: u32,
    days: u32,
}

#[agent]
impl Quotes {
    fn answer(&mut self, request: &Request) -> Result<Reply, Declined> {
        let prices: Prices = config::all()?;
        let query = &request.query;
        self.bicycles = before(query, "bi").unwrap_or(self.bicycles).max(1);
        self.days = before(query, "day").unwrap_or(self.days).max(1);
        let (bicycles, days) = (self.bicycles, self.days);
        let total = bicycles
            .checked_mul(days)
            .and_then(|rented| rented.checked_mul(prices.bicycle_per_day))
            .ok_or_else(|| Declined::refused("we do not have so many bicycles"))?;
        log::info(&format!("a quote for {bicycles} bicycles and {days} days"));
        let text = format!(
            "{bicycles} {} for {days} {} cost {total} {}.",
            several("bicycle", bicycles),
            several("day", days),
            prices.currency
        );
        Ok(Reply::new(text).confidence(1.0).insight("total", total))
    }
}

/// The number that stands before a word that begins so.
fn before(query: &Query, stem: &str) -> Option<u32> {
    let words: Vec<&str> = query.words().collect();
    words
        .windows(2)
        .find(|pair| pair[1].to_lowercase().starts_with(stem))
        .and_then(|pair| pair[0].parse().ok())
}

fn several(what: &str, count: u32) -> String {
    format!("{what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;

    fn desk() -> Desk {
        Desk::new()
            .configured("bicycle-per-day", 18)
            .configured("currency", "EUR")
    }

    #[test]
    fn a_quote_is_bicycles_times_days_and_what_is_not_said_stays() {
        let mut quotes = Quotes::default();
        let asked = Request::new("How much are 3 bikes for 2 days?");
        let reply = desk().run(|| quotes.answer(&asked)).unwrap();
        assert_eq!(reply.text(), "3 bicycles for 2 days cost 108 EUR.");
        let asked = Request::new("And for 1 day?");
        let reply = desk().run(|| quotes.answer(&asked)).unwrap();
        assert_eq!(reply.text(), "3 bicycles for 1 day cost 54 EUR.");
    }

    #[test]
    fn more_bicycles_than_can_be_counted_are_refused() {
        let asked = Request::new("4000000000 bikes for 4000000000 days");
        let refused = desk().run(|| Quotes::default().answer(&asked)).unwrap_err();
        assert!(refused.message().contains("so many"));
    }
}
