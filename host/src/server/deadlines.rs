//! Handoffs that wait for a person's approval wait no longer than they may, as
//! long as anybody serves the desk.

use std::{sync::Arc, time::Duration};

use crate::handoff::Desk;

/// How often deadlines are looked at. They are hours; nobody minds a second.
const LOOKS: Duration = Duration::from_secs(1);

/// Looks after them until it is dropped.
pub(super) async fn keep(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.settle_approvals().await {
            tracing::warn!("the deadlines of approvals cannot be kept: {error}");
        }
        tokio::time::sleep(LOOKS).await;
    }
}
