//! Small pieces of text.

use std::{borrow::Cow, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

/// The text without control characters, which a terminal would obey. What
/// agents, skills and files say passes through here before it is shown.
pub fn plain(text: &str) -> Cow<'_, str> {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(unwanted) {
        Cow::Owned(text.replace(unwanted, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text on one line.
pub fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A span of time in the unit that fits it.
pub fn span(took: Duration) -> String {
    let (number, unit) = if took < Duration::from_millis(1) {
        return format!("{} µs", took.as_micros());
    } else if took < Duration::from_secs(1) {
        (took.as_secs_f64() * 1e3, "ms")
    } else {
        (took.as_secs_f64(), "s")
    };
    format!("{} {unit}", short(number))
}

/// A number with as many digits as anybody reads.
fn short(number: f64) -> String {
    let digits = if number < 100.0 { 1 } else { 0 };
    let text = format!("{number:.digits$}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Microseconds, for JSON.
pub fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// A number of bytes in the unit that fits it.
pub fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{} KiB", short(count as f64 / 1024.0)),
        _ => format!("{} MiB", short(count as f64 / 1_048_576.0)),
    }
}

/// A number and what is counted.
pub fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

/// The items with commas, or a word for none.
pub fn list<T: ToString>(items: impl IntoIterator<Item = T>, none: &str) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() {
        none.to_owned()
    } else {
        items.join(", ")
    }
}

/// Day and time where the operator is.
pub fn moment(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The first digits of a digest, enough to tell two apart.
pub fn short_digest(digest: &impl ToString) -> String {
    digest.to_string().chars().take(12).collect()
}

/// The word as a shell takes it.
pub fn for_shell(word: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "-_./:@+%,".contains(c);
    if !word.is_empty() && word.chars().all(harmless) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_the_unit_that_fits_it() {
        let spans = [41, 1_230, 250_400, 2_340_000]
            .map(Duration::from_micros)
            .map(span);
        assert_eq!(spans, ["41 µs", "1.2 ms", "250 ms", "2.3 s"]);
    }

    #[test]
    fn a_terminal_is_given_nothing_to_obey() {
        assert_eq!(plain("a\u{1b}[2Jb\u{7}\n"), "a[2Jb\n");
    }

    #[test]
    fn one_is_counted_otherwise_than_two() {
        assert_eq!([count(0, "tool"), count(1, "tool")], ["0 tools", "1 tool"]);
    }

    #[test]
    fn a_word_with_blanks_or_quotes_is_quoted_for_the_shell() {
        assert_eq!(for_shell("examples/desk"), "examples/desk");
        assert_eq!(for_shell("Bob's desk"), r"'Bob'\''s desk'");
    }
}
