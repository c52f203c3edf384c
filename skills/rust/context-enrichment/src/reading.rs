//! What can be read from messages without a model.

use baton_sdk::{Message, Pair, Pairs};

/// Characters of a message that the summary shows: a line on a screen.
const LINE: usize = 100;

/// Entries of the directory that matter to whoever talks with the user.
const IMPORTANT: [&str; 3] = ["tier", "language", "account"];

/// Currencies as people write them behind an amount.
const CURRENCIES: [&str; 6] = ["EUR", "USD", "GBP", "CHF", "€", "$"];

/// What the user is after: to know, to complain, or to have something done.
pub fn intent(text: &str) -> &'static str {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["complain", "unacceptable", "angry", "disappointed", "worst"]) {
        "complaint"
    } else if text.contains('?') || says(&["how ", "what ", "why ", "when ", "where ", "who "]) {
        "question"
    } else {
        "request"
    }
}

/// The messages, a line each.
pub fn summary(said: &[Message]) -> String {
    let lines: Vec<String> = said
        .iter()
        .filter(|message| !message.content.is_empty())
        .map(|message| {
            let who = message.agent.as_deref().unwrap_or(&message.role);
            let line: String = message.content.chars().take(LINE).collect();
            format!("{who}: {}", line.replace('\n', " "))
        })
        .collect();
    lines.join("\n")
}

/// What is worth knowing: numbers and amounts that the user named, what the
/// directory knows, and who has worked on it.
pub fn facts(task: &str, said: &[Message], known: &[Pair]) -> Vec<String> {
    let mut facts = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let users = said.iter().filter(|message| message.role == "user");
    let texts = users.map(|message| message.content.as_str()).chain([task]);
    for number in texts.flat_map(numbers) {
        if !named.contains(&number) {
            named.push(number);
        }
    }
    if !named.is_empty() {
        facts.push(format!("The user named: {}", named.join(", ")));
    }
    for name in IMPORTANT {
        if let Some(value) = known.text(name) {
            facts.push(format!("The user's {name}: {value}"));
        }
    }
    let mut agents: Vec<&str> = said.iter().filter_map(|it| it.agent.as_deref()).collect();
    agents.sort_unstable();
    agents.dedup();
    if !agents.is_empty() {
        facts.push(format!("It was spoken of with: {}", agents.join(", ")));
    }
    facts
}

/// Words with a digit in them, such as the number of an order, with the currency
/// that stands behind.
fn numbers(text: &str) -> Vec<String> {
    let bare = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '€' | '$' | '#'))
            .to_owned()
    };
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    let with_digit = |word: &String| word.chars().any(|c| c.is_ascii_digit());
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| with_digit(word))
        .map(|(at, word)| match words.get(at + 1) {
            Some(next) if CURRENCIES.contains(&next.as_str()) => format!("{word} {next}"),
            _ => word.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intent_is_read_from_the_words() {
        for (text, meant) in [
            ("How do I return it", "question"),
            ("Is it there yet?", "question"),
            ("This is UNACCEPTABLE, why?", "complaint"),
            ("Please cancel it", "request"),
            ("", "request"),
        ] {
            assert_eq!(intent(text), meant, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_with_their_currency_and_without_punctuation() {
        assert_eq!(
            numbers("Order #4321, 80 EUR (invoice A-7)."),
            ["#4321", "80 EUR", "A-7"]
        );
        assert!(numbers("no number, none").is_empty());
    }
}
