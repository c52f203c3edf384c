//! Names and identifiers, each of its own type so that none is passed for another.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

macro_rules! generated {
    ($($name:ident),+) => {$(
        impl $name {
            /// A new one, never given before; in text order of creation.
            pub fn generate() -> Self {
                let mut text = [0; ulid::ULID_LEN];
                Self::from(&*ulid::Ulid::generate().array_to_str(&mut text))
            }
        }
    )+};
}

names! {
    /// An agent of the desk, as `baton.toml` names it.
    AgentName,
    /// A skill, as its manifest names it.
    SkillName,
    /// A handoff condition, hook or tool within its skill.
    FunctionName,
    /// A conversation.
    ConversationId,
    /// A message.
    MessageId,
    /// One handoff, from decision to outcome.
    HandoffId,
    /// All the work on one user message, over any number of handoffs.
    TaskId,
    /// A request that waits for a person.
    TicketId,
    /// Who writes the messages, as the application knows them.
    UserId,
    /// Something a caller was authorized for, such as `operator`.
    Scope,
    /// What a sender calls one message, so that delivering it twice is known.
    DeliveryKey,
    /// Money that went from one account to another.
    MovementId,
    /// Money that is set aside.
    ReservationId,
    /// What whoever pays calls one payment, so that doing it twice is known.
    PaymentKey,
}

/// The scope of whoever runs the desk, as [`Scope`] carries it.
pub const OPERATOR: &str = "operator";

generated!(
    ConversationId,
    MessageId,
    HandoffId,
    TaskId,
    MovementId,
    ReservationId
);

impl HandoffId {
    /// One before all that were generated at that time or later.
    pub fn first_of(time: jiff::Timestamp) -> Self {
        let milliseconds = u64::try_from(time.as_millisecond()).unwrap_or(0);
        Self::from(ulid::Ulid::from_parts(milliseconds, 0).to_string())
    }
}

/// The longest identifier taken. Those of other systems, such as URLs of
/// accounts, stay below; they stand in tables and messages.
pub const MAX_ID: usize = 128;

/// An identifier from outside: one that can be shown and typed.
pub fn outside<T: From<String>>(text: &str) -> Result<T, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > MAX_ID {
        return Err(format!(
            "it has {} bytes, and at most {MAX_ID} are taken",
            text.len()
        ));
    }
    match text.chars().find(|c| c.is_control() || c.is_whitespace()) {
        Some(c) => Err(format!(
            "it has the character {c:?}; leave out blanks and the like"
        )),
        None => Ok(T::from(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_system_is_taken_as_it_is() {
        let user: UserId = outside("auth0|7f3a@example.com").unwrap();
        assert_eq!(user.as_str(), "auth0|7f3a@example.com");
    }

    #[test]
    fn an_id_that_cannot_be_shown_or_typed_is_refused() {
        let long = "x".repeat(MAX_ID + 1);
        for wrong in ["", "two words", "bell\u{7}", "line\nbreak", &long] {
            assert!(outside::<UserId>(wrong).is_err(), "{wrong:?}");
        }
    }
}
