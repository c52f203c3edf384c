//! The misdeeds.

use baton_sdk::__private::Verdict;
use baton_sdk::{Pair, Proposal, conversation, log};
use std::hint::black_box;

/// What is called 100 MB.
const HUGE: usize = 100_000_000;

const WORDS: &[&str] = &[
    "loop",
    "trap",
    "panic",
    "recurse",
    "descend",
    "allocate",
    "flood",
    "ask",
    "nobody",
    "nameless",
    "many",
    "few",
    "nan",
    "seven",
    "unsure",
    "verbose",
    "garbled",
    "hidden",
    "refuse",
    "before-trap",
    "before-loop",
    "before-panic",
    "before-garbled",
    "before-reply",
    "after-trap",
    "after-loop",
    "shout",
    "plain",
];

/// The first word of the text that asks for something.
pub fn find(text: &str) -> Option<&'static str> {
    text.split_whitespace()
        .find_map(|word| WORDS.iter().find(|known| **known == word).copied())
}

/// What `evaluate` does for a word.
pub fn verdict(word: &str) -> Verdict {
    match word {
        "loop" => spin(),
        "trap" => trap(),
        "panic" => panic!("as asked"),
        "recurse" => to(Proposal::to("target").confidence(recurse(1) as f64)),
        "descend" => to(Proposal::to("target").confidence(descend(1) as f64)),
        "allocate" => allocate(),
        "flood" => flood(),
        "ask" => ask(),
        "nobody" => to(Proposal::to("no-such-agent")),
        "nameless" => to(Proposal::to("")),
        "nan" => to(Proposal::to("target").confidence(f64::NAN)),
        "seven" => to(Proposal::to("target").confidence(7.0)),
        "unsure" => to(Proposal::to("target").confidence(0.5)),
        "verbose" => to(Proposal::to("target").instructions(huge())),
        "garbled" => match hand_off() {
            Verdict::HandOff(mut proposal) => {
                proposal.findings.push(garbled());
                Verdict::HandOff(proposal)
            }
            pass => pass,
        },
        "hidden" => to(Proposal::to("target")
            .reason("\u{1b}[2J".into())
            .instructions("\u{0}\u{1b}[31mred\u{202e}back\r\nnew: line")),
        _ => hand_off(),
    }
}

pub fn hand_off() -> Verdict {
    to(Proposal::to("target"))
}

fn to(proposal: Proposal) -> Verdict {
    baton_sdk::__private::DynamicAnswer::verdict(Some(proposal))
}

pub fn garbled() -> Pair {
    Pair {
        name: "garbled".to_owned(),
        value: "{not JSON".to_owned(),
    }
}

pub fn huge() -> String {
    "a".repeat(HUGE)
}

/// A JSON string of that size, made without a second copy.
pub fn huge_json() -> String {
    let mut bytes = vec![b'a'; HUGE];
    bytes[0] = b'"';
    bytes[HUGE - 1] = b'"';
    String::from_utf8(bytes).unwrap_or_default()
}

pub fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort()
}

pub fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// The array keeps a frame on the stack, and the sum after the call keeps the
/// compiler from making a loop of it.
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    if black_box(true) {
        recurse(depth + 1) + frame[depth as usize % 16]
    } else {
        depth
    }
}

/// Keeps nothing in memory, and cannot be made a loop.
#[inline(never)]
fn descend(depth: u64) -> u64 {
    if depth == u64::MAX {
        depth
    } else {
        descend(depth + 1).rotate_left(1) ^ depth
    }
}

fn allocate() -> ! {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; 1 << 20]));
    }
}

fn flood() -> Verdict {
    let line = "a".repeat(1000);
    for _ in 0..100_000 {
        log::info(&line);
    }
    hand_off()
}

fn ask() -> ! {
    loop {
        black_box(conversation::recent(1).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_acts_on_the_first_word_it_knows_and_on_no_other() {
        assert_eq!(find("please nan or seven"), Some("nan"));
        assert_eq!(find("trapped, in a loophole"), None);
        assert!(matches!(verdict("plain"), Verdict::HandOff(_)));
    }
}
