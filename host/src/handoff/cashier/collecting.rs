//! Money that somebody else collects.

use std::sync::Arc;

use super::Cashier;
use crate::{
    conversation::{EventKind, Fate, Turn},
    handoff::{Collected, PaymentProvider, Request},
    payment::{PaymentError, Posting, Reservation, Reserve},
};

impl Cashier {
    /// Asks the provider, if there is one, whether the money can be collected.
    pub(super) async fn verify(&self, turn: &Turn, reserve: &Reserve) -> Result<(), PaymentError> {
        let Some(provider) = &self.policy.provider else {
            return Ok(());
        };
        // One proof pays once.
        let used = turn.with_tab(|tab| {
            let mut entries = tab.entries().iter();
            entries.any(|entry| entry.fate != Fate::Return)
        });
        if used {
            return Err(PaymentError::NoProof {
                needed: reserve.amount,
            });
        }
        let request = Request {
            amount: reserve.amount,
            proof: turn.proof.as_deref(),
            description: &reserve.description,
        };
        provider.reserve(request).await
    }

    /// Has the provider collect what is set aside, if there is one. That it is
    /// about to is kept first: what was begun must never be begun again.
    pub(super) async fn collect(
        &self,
        turn: &Turn,
        kept: &Reservation,
    ) -> Result<(), PaymentError> {
        let Some(provider) = &self.policy.provider else {
            return Ok(());
        };
        let id = kept.id.clone();
        let settling = Posting::Settling {
            reservation: id.clone(),
        };
        self.post(turn, settling).await?;
        let request = Request {
            amount: kept.amount,
            proof: turn.proof.as_deref(),
            description: &kept.description,
        };
        match provider.capture(request).await {
            Collected::Paid(reference) => {
                tracing::debug!(
                    "{} has collected {}: {reference}",
                    provider.name(),
                    kept.amount
                );
                Ok(())
            }
            Collected::Refused(why) => Err(PaymentError::Refused(why)),
            Collected::Unknown(why) => {
                tracing::warn!(
                    "nobody knows whether {} has collected {} ({id}): {why}",
                    provider.name(),
                    kept.amount
                );
                self.lost(turn, provider, kept).await
            }
        }
    }

    /// Tells the provider, if there is one, that it need not collect.
    pub(super) async fn let_go(&self, turn: &Turn, kept: &Reservation) {
        let Some(provider) = &self.policy.provider else {
            return;
        };
        let request = Request {
            amount: kept.amount,
            proof: turn.proof.as_deref(),
            description: &kept.description,
        };
        if let Err(why) = provider.release(request).await {
            tracing::warn!("{} keeps {} set aside: {why}", provider.name(), kept.amount);
        }
    }

    async fn lost(
        &self,
        turn: &Turn,
        provider: &Arc<dyn PaymentProvider>,
        kept: &Reservation,
    ) -> Result<(), PaymentError> {
        let reservation = kept.id.clone();
        turn.record(EventKind::PaymentUnknown {
            reservation: reservation.clone(),
            amount: kept.amount,
            provider: provider.name().to_owned(),
        });
        turn.with_tab(|tab| tab.remove(&reservation));
        self.post(turn, Posting::Lost { reservation })
            .await
            .map(drop)
    }
}
