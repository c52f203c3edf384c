//! Takes away what people do not see, and folds what looks alike.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

/// The text without characters that nobody sees, and that a model reads all
/// the same: whole messages can be written in them. What is invisible and
/// needed stays: joiners in emoji and in scripts that join letters, and
/// selectors of emoji and ideographs.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut before = None;
    let mut removed = None;
    for (at, c) in text.char_indices() {
        if unwanted(c, before) {
            removed = Some(at);
            break;
        }
        before = Some(c);
    }
    let Some(at) = removed else {
        return Cow::Borrowed(text);
    };
    let (kept, rest) = text.split_at(at);
    let mut kept = kept.to_owned();
    for c in rest.chars() {
        if !unwanted(c, before) {
            kept.push(c);
            before = Some(c);
        }
    }
    Cow::Owned(kept)
}

/// Whether `c` is not seen, and does not shape the character `before` it,
/// which is the last one that was kept.
fn unwanted(c: char, before: Option<char>) -> bool {
    match c {
        // Joiners.
        '\u{200C}' | '\u{200D}' => {
            !before.is_some_and(|b| joins(b) || (c == '\u{200D}' && in_emoji(b)))
        }
        // Selectors of a form.
        '\u{FE00}'..='\u{FE0F}' => !before.is_some_and(|b| emoji(b) || keycap(b) || ideograph(b)),
        '\u{E0100}'..='\u{E01EF}' => !before.is_some_and(ideograph),
        _ => invisible(c),
    }
}

fn invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// Letters of scripts in which joiners change what is read: Arabic, and those
/// of South and Southeast Asia.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn emoji(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{2460}'..='\u{24FF}'
        | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

fn keycap(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// The end of an emoji, its selector included.
fn in_emoji(c: char) -> bool {
    emoji(c) || c == '\u{FE0F}'
}

fn ideograph(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Whether a text is hidden in the text: invisible characters that carry
/// letters, or turn the order around. A soft hyphen or a zero-width space
/// alone is what copying from web pages leaves.
pub fn hides_text(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut selectors = 0;
    text.chars().any(|c| match c {
        '\u{202D}' | '\u{202E}' | '\u{E0020}'..='\u{E007E}' => true,
        '\u{FE00}'..='\u{FE0E}' | '\u{E0100}'..='\u{E01EF}' => {
            selectors += 1;
            selectors > 8
        }
        _ => false,
    })
}

/// The text as the rules read it: without invisible characters and accents,
/// and every letter that looks like a Latin one as that one. Only for
/// reading; whoever the text is for gets its own letters.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let lower = visible(text).to_lowercase();
    let plain = lower.nfkd().filter(|c| !is_combining_mark(*c));
    let mut folded = String::with_capacity(lower.len());
    for c in plain {
        if c.is_ascii() {
            folded.push(c);
            continue;
        }
        let mut like = [0; 4];
        let like = c.encode_utf8(&mut like);
        let start = folded.len();
        folded.extend(skeleton(like));
        if !folded.get(start..).is_some_and(str::is_ascii) {
            folded.truncate(start);
            folded.push(c);
        }
    }
    Cow::Owned(folded.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_nothing_hidden_is_the_same_text() {
        for text in ["plain", "Grüße", "日本語", "👩‍👩‍👧 and ❤️", "می‌خواهم", "1️⃣"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn invisible_characters_are_taken_away_and_letters_are_kept() {
        let text = "ig\u{200B}nore\u{202E} п\u{AD}ри\u{2060}вет\u{E0041}\u{E0042}";
        assert_eq!(visible(text), "ignore привет");
    }

    #[test]
    fn selectors_are_kept_after_an_emoji_and_nowhere_else() {
        assert_eq!(visible("a\u{FE0F}b ☀\u{FE0F}"), "ab ☀\u{FE0F}");
        assert_eq!(visible("x\u{E0101}\u{E0102}"), "x");
        // One selector shapes the emoji, more would be a text.
        assert_eq!(visible("☀\u{FE0F}\u{FE01}\u{FE02}"), "☀\u{FE0F}");
    }

    #[test]
    fn letters_that_look_alike_are_folded() {
        assert_eq!(folded("іgnоrе рrеvіоus"), "ignore previous");
        assert_eq!(folded("ｉｇｎｏｒｅ"), "ignore");
        assert_eq!(folded("𝐢𝐠𝐧𝐨𝐫𝐞"), "ignore");
        assert_eq!(folded("ïgnórè"), "ignore");
    }

    #[test]
    fn a_text_written_in_tags_is_hidden_and_a_soft_hyphen_is_not() {
        assert!(hides_text("hi\u{E0069}\u{E0067}"));
        assert!(!hides_text("co\u{AD}operate\u{200B}"));
    }
}
