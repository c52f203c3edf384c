//! Welcomes people and says when the rental is open.

use baton_sdk::prelude::*;

/// Welcomes people, says when we are open, and knows who does the rest.
#[agent(
    examples = ["Hello", "When are you open?", "Where are you?"],
    offers = ["opening-hours", "directions"]
)]
pub struct Reception {
    /// Whom it has welcomed need not be welcomed again.
    welcomed: bool,
}

#[agent]
impl Reception {
    fn answer(&mut self, request: &Request) -> Reply {
        let query = &request.query;
        // What we have no number for is for whoever can count; a handoff that was
        // not made is not asked for again.
        if query.mentions("bikes for") && request.may_hand_to("quotes") {
            return HandOver::to("quotes").into();
        }
        if query.mentions_any(["open", "close", "hours"]) {
            return Reply::new("We are open every day from 9 to 18 o'clock.").confidence(0.95);
        }
        if query.mentions("where") {
            return Reply::new("You find us at the old harbour, behind the lighthouse.")
                .confidence(0.95);
        }
        let welcome = match std::mem::replace(&mut self.welcomed, true) {
            false => "Welcome to Harbour Bikes! ",
            true => "",
        };
        let rest = "Ask me when we are open, where we are, or what bicycles cost.";
        Reply::new(format!("{welcome}{rest}")).confidence(0.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_welcomed_twice() {
        let mut reception = Reception::default();
        let first = reception.answer(&Request::new("Hello"));
        assert!(first.text().starts_with("Welcome"));
        let second = reception.answer(&Request::new("Hello"));
        assert!(second.text().starts_with("Ask me"));
    }

    #[test]
    fn a_number_of_bicycles_is_for_quotes_if_they_can_be_reached() {
        let asked = Request::new("3 bikes for 2 days");
        assert!(
            Reception::default()
                .answer(&asked)
                .text()
                .contains("Ask me")
        );
        let asked = asked.with_target("quotes", "Works out prices");
        let handed = Reception::default().answer(&asked);
        assert_eq!(handed, HandOver::to("quotes").into());
    }
}
