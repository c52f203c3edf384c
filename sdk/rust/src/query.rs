//! The user's message as a condition sees it.

use crate::bindings::types::Query;

impl Query {
    /// A query as a test needs it: this text, said by nobody in particular in
    /// the first turn of a conversation.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            conversation: "conversation".to_owned(),
            user: None,
            owner: "front-desk".to_owned(),
            scopes: Vec::new(),
            turn: 1,
            time: 0,
            extra: Vec::new(),
        }
    }

    /// The same query, written by this user.
    pub fn written_by(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// The same query in a conversation that this agent owns.
    pub fn owned_by(mut self, agent: &str) -> Self {
        self.owner = agent.to_owned();
        self
    }

    /// The same query from a caller who was authorized for `scope`, too.
    pub fn with_scope(mut self, scope: &str) -> Self {
        self.scopes.push(scope.to_owned());
        self
    }

    /// Whether the caller was authorized for `scope`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// Whether `part` occurs anywhere in the text, in any case: "bill" is in
    /// "Billing".
    pub fn mentions(&self, part: &str) -> bool {
        occurs(&self.text, part)
    }

    /// Whether one of `parts` occurs anywhere in the text, in any case.
    pub fn mentions_any<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> bool {
        parts.into_iter().any(|part| self.mentions(part))
    }

    /// The words of the text: what stands between spaces and punctuation.
    pub fn words(&self) -> impl Iterator<Item = &str> + Clone {
        self.text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
    }

    /// The first word that begins with one of `stems`, in any case: "ship"
    /// finds "Shipping", but not "friendship".
    pub fn word_starting<'a>(
        &self,
        stems: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Option<&str> {
        self.words()
            .find(|word| stems.clone().into_iter().any(|stem| begins(word, stem)))
    }
}

/// Compares bytes where both are ASCII, which they nearly always are, and
/// lower-cases letter by letter where not; neither allocates.
fn occurs(text: &str, part: &str) -> bool {
    if !part.is_ascii() {
        return text
            .char_indices()
            .any(|(at, _)| text.get(at..).is_some_and(|rest| begins(rest, part)));
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, rest)) = part.split_first() else {
        return true;
    };
    let first = first.to_ascii_lowercase();
    text.iter().enumerate().any(|(at, byte)| {
        byte.to_ascii_lowercase() == first
            && text
                .get(at + 1..at + 1 + rest.len())
                .is_some_and(|here| here.eq_ignore_ascii_case(rest))
    })
}

fn begins(text: &str, stem: &str) -> bool {
    if stem.is_ascii() {
        return text
            .as_bytes()
            .get(..stem.len())
            .is_some_and(|here| here.eq_ignore_ascii_case(stem.as_bytes()));
    }
    let mut letters = text.chars().flat_map(char::to_lowercase);
    stem.chars()
        .flat_map(char::to_lowercase)
        .all(|wanted| letters.next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_anywhere_and_in_any_case() {
        let query = Query::new("My BILLING address, and an Überweisung");
        assert!(query.mentions("bill"));
        assert!(query.mentions("Überweisung"));
        assert!(query.mentions("üBER"));
        assert!(query.mentions(""));
        assert!(query.mentions_any(["ship", "address"]));
        assert!(!query.mentions_any(["ship", "overweisung"]));
        assert!(!Query::new("bil").mentions("bill"));
    }

    #[test]
    fn a_stem_is_found_only_where_a_word_begins() {
        assert_eq!(
            Query::new("When is it Shipped?").word_starting(["bill", "ship"]),
            Some("Shipped")
        );
        assert_eq!(Query::new("our friendship").word_starting(["ship"]), None);
        assert_eq!(Query::new("").word_starting(["ship"]), None);
    }

    #[test]
    fn words_are_what_stands_between_spaces_and_punctuation() {
        let query = Query::new("Order #4321, please!");
        assert_eq!(
            query.words().collect::<Vec<_>>(),
            ["Order", "4321", "please"]
        );
    }
}
