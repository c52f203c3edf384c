//! Recognizes a conversation by what was said in it.
//!
//! Some clients send the whole history with every message and no name for the
//! conversation. What they have seen of it is kept as one hash, so that finding
//! the conversation again is one look-up, whatever its length.

use std::fmt;

use sha2::{Digest, Sha256};

/// A hash over everything said in a conversation as its client has seen it, and
/// over who the client is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Thread([u8; 32]);

/// Who said something, as a client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The user.
    User,
    /// The desk, by whichever agent.
    Desk,
    /// Anybody else whom the client lets speak.
    Other,
}

impl Thread {
    /// A conversation of this client and user in which nothing was said yet.
    pub fn begin(client: &str, user: &str) -> Self {
        let mut hash = Sha256::new();
        part(&mut hash, client);
        part(&mut hash, user);
        Self(hash.finalize().into())
    }

    /// The same conversation after one more message. White space around it is
    /// nothing said, since clients trim.
    #[must_use]
    pub fn then(&self, side: Side, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update([side as u8]);
        part(&mut hash, text.trim());
        Self(hash.finalize().into())
    }
}

/// With its length before it, so that nothing can pass for two parts.
fn part(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(self.0))
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(client: &str, user: &str, said: &[(Side, &str)]) -> Thread {
        said.iter()
            .fold(Thread::begin(client, user), |thread, (side, text)| {
                thread.then(*side, text)
            })
    }

    #[test]
    fn the_same_talk_is_recognized_but_for_white_space_around_what_was_said() {
        let sent = [(Side::User, "Hello"), (Side::Desk, "Hello! ")];
        let sent_again = [(Side::User, "Hello\n"), (Side::Desk, "Hello!")];
        assert_eq!(talk("shop", "ada", &sent), talk("shop", "ada", &sent_again));
    }

    #[test]
    fn another_client_user_side_or_text_is_another_talk() {
        let talks = [
            talk("shop", "ada", &[(Side::User, "Hello")]),
            talk("shopa", "da", &[(Side::User, "Hello")]),
            talk("shop", "bob", &[(Side::User, "Hello")]),
            talk("shop", "ada", &[(Side::Desk, "Hello")]),
            talk("shop", "ada", &[(Side::User, "Hel"), (Side::User, "lo")]),
            talk("shop", "ada", &[]),
        ];
        for (at, one) in talks.iter().enumerate() {
            assert!(!talks[..at].contains(one), "{at}");
        }
    }
}
