//! Has the user pay before a premium agent answers: whoever has too little is
//! told so, and the handoff is refused.

use baton_sdk::payments;
use baton_sdk::prelude::*;

/// Sends premium questions to the analyst, who is paid for it.
#[skill]
pub struct PaidHandoff;

#[skill]
impl PaidHandoff {
    /// Whoever asks for a premium analysis gets one.
    #[handoff("premium-analyst", triggers = ["premium"])]
    fn needs_premium(&self, query: &Query) -> bool {
        query.mentions("premium")
    }

    /// Makes sure that a premium agent is paid. The charge counts towards the
    /// price that the host collects, and goes back if the agent fails.
    #[hook(before_handoff)]
    fn check_payment(&self, handoff: &HandoffContext) -> Result<Patch, Refusal> {
        let target = &handoff.target;
        let Some(cost) = cost_of(target)? else {
            return Ok(Patch::new());
        };
        let description = format!("Consultation with {target}");
        match payments::charge(&cost, &description) {
            Ok(receipt) => Ok(Patch::new().metadata("receipt", receipt.id)),
            Err(why) => Err(Refusal::payment_required(format!(
                "Payment required for premium agent: {}",
                why.message
            ))),
        }
    }
}

/// What an agent costs, if it is a premium one.
fn cost_of(agent: &str) -> Result<Option<payments::Money>, Refusal> {
    payments::price(agent)
        .map_err(|why| Refusal::other(format!("the price of {agent} is not known: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::payments::Money;
    use baton_sdk::testing::{Desk, Payment, PaymentAct};
    use baton_sdk::{Error, ErrorCode, RefusalCode};

    fn money(units: &str) -> Money {
        Money::new(units, "USD").unwrap()
    }

    fn desk() -> Desk {
        Desk::new()
            .priced("premium-analyst", money("0.05"))
            .wallet(money("0.08"))
    }

    fn check(desk: &Desk, target: &str) -> Result<Patch, Refusal> {
        let handoff = HandoffContext::sample(target, "A premium analysis, please");
        desk.run(|| PaidHandoff.check_payment(&handoff))
    }

    #[test]
    fn only_who_asks_for_a_premium_answer_gets_one() {
        assert!(PaidHandoff.needs_premium(&Query::new("A Premium analysis")));
        assert!(!PaidHandoff.needs_premium(&Query::new("An analysis")));
    }

    #[test]
    fn a_premium_agent_is_charged_for_before_it_answers() {
        let desk = desk();
        assert!(check(&desk, "premium-analyst").is_ok());
        let charge = Payment {
            act: PaymentAct::Charge,
            amount: money("0.05"),
            description: "Consultation with premium-analyst".to_owned(),
        };
        assert_eq!(desk.payments(), [charge]);
    }

    #[test]
    fn an_agent_that_costs_nothing_is_not_charged_for() {
        let desk = desk();
        assert!(check(&desk, "general-assistant").is_ok());
        assert!(desk.payments().is_empty());
    }

    #[test]
    fn whoever_has_too_little_or_enough_for_today_is_refused_with_the_reason() {
        let desk = desk();
        assert!(check(&desk, "premium-analyst").is_ok());
        let second = check(&desk, "premium-analyst").unwrap_err();
        assert_eq!(second.code, RefusalCode::PaymentRequired);
        assert!(
            second
                .message
                .starts_with("Payment required for premium agent")
        );
        assert_eq!(desk.payments().len(), 1);
        let limit = Error::new(ErrorCode::Limit, "at most 1.00 USD may be spent a day");
        let desk = Desk::new()
            .priced("premium-analyst", money("0.05"))
            .refuses_payment(limit);
        let refused = check(&desk, "premium-analyst").unwrap_err();
        assert!(refused.message.contains("at most 1.00 USD"), "{refused}");
    }

    #[test]
    fn without_the_grant_no_premium_agent_answers() {
        assert!(check(&Desk::denying(), "premium-analyst").is_err());
        assert!(check(&Desk::new().without("payments"), "premium-analyst").is_err());
    }
}
