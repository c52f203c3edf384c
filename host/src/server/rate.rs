//! How many messages one user may send.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};

use crate::id::UserId;

/// Messages that one user may send in a minute if nothing is said: one a second
/// is faster than anybody types, and slow for a program that has gone wild.
const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// Users after whom those who have been quiet are forgotten.
const MANY: usize = 10_000;

pub(super) struct Rate(DefaultKeyedRateLimiter<(std::sync::Arc<str>, UserId)>);

/// The user has sent too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many messages; the next one is taken in {} s", after.as_secs() + 1)]
pub(super) struct TooMany {
    pub(super) after: Duration,
}

impl Rate {
    pub(super) fn new(per_minute: Option<NonZeroU32>) -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_minute(
            per_minute.unwrap_or(PER_MINUTE),
        )))
    }

    /// Counts a message of this client's user.
    pub(super) fn count(&self, client: &std::sync::Arc<str>, user: &UserId) -> Result<(), TooMany> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let key = (client.clone(), user.clone());
        self.0.check_key(&key).map_err(|not_until| TooMany {
            after: not_until.wait_time_from(self.0.clock().now()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_who_sends_too_many_does_not_keep_another_from_sending() {
        let rate = Rate::new(NonZeroU32::new(2));
        let shop: std::sync::Arc<str> = "shop".into();
        let (ada, bob) = (UserId::from("ada"), UserId::from("bob"));
        assert!(rate.count(&shop, &ada).is_ok());
        assert!(rate.count(&shop, &ada).is_ok());
        let refused = rate.count(&shop, &ada).unwrap_err();
        assert!(refused.after > Duration::from_secs(1), "{refused}");
        assert!(rate.count(&shop, &bob).is_ok());
    }
}
