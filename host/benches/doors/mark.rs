//! The number that a message and its answer are known by.

/// As it stands in a text.
pub fn of(number: usize) -> String {
    format!("#{number}#")
}

/// The last one in a text, with what it stands between.
pub fn last_in(text: &[u8]) -> Option<&str> {
    let end = text.iter().rposition(|byte| *byte == b'#')?;
    let begin = text.get(..end)?.iter().rposition(|byte| *byte == b'#')?;
    std::str::from_utf8(text.get(begin..=end)?).ok()
}

/// The number of the first one in a text.
pub fn number_in(text: &str) -> Option<usize> {
    text.split('#').nth(1)?.parse().ok()
}
