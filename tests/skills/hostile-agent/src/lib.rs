//! Does what an agent must not do, for the host's tests. It acts on the first
//! of these words in the message:
//!
//! | word | what it does |
//! |---|---|
//! | `loop`, `trap`, `panic` | that |
//! | `allocate` | fills memory until there is no more, then traps |
//! | `shout` | answers with 2 MB |
//! | `long` | answers with 300 kB |
//! | `seven` | is sure to 7.0 |
//! | `garbled` | has an insight that is not JSON |
//! | `empty` | says nothing |
//! | `hidden` | says what a terminal would obey |
//! | `refuse`, `busy` | declines |
//! | `nobody`, `hand` | hands over to `nobody`, `target` |
//! | `delegate` | has `target` do a part, and says what it said |
//! | `count` | says how often this instance, and this conversation, has counted |
//! | `consult` | asks `target` beside the conversation |
//! | `fetch` | gets the address that is the last word |
//! | `tell` | says what it was told |

use baton_sdk::{Reason, agents, http, log, prelude::*};
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

/// Kept for as long as the instance is.
static COUNTED: AtomicU32 = AtomicU32::new(0);

/// Misbehaves as its reader wishes.
#[agent(examples = ["misbehave"], offers = ["mischief"])]
pub struct HostileAgent {
    counted: u32,
}

#[agent]
impl HostileAgent {
    fn answer(&mut self, request: &Request) -> Result<Reply, Declined> {
        let mut words = request.text().split_whitespace();
        let reply = match words.next().unwrap_or_default() {
            "loop" => loop {
                black_box(0);
            },
            #[cfg(target_arch = "wasm32")]
            "trap" => core::arch::wasm32::unreachable(),
            "panic" => panic!("as asked"),
            "allocate" => {
                let mut all: Vec<Vec<u8>> = Vec::new();
                loop {
                    all.push(vec![1; 1 << 20]);
                    black_box(&all);
                }
            }
            "shout" => Reply::new("x".repeat(2_000_000)),
            "long" => Reply::new("x".repeat(300_000)),
            "seven" => Reply::new("sure").confidence(7.0),
            "garbled" => {
                let nonsense = Garbled("{not JSON");
                Reply::new("garbled").insight("nonsense", nonsense)
            }
            "empty" => Reply::new(" "),
            "hidden" => Reply::new("\u{1b}[2Jclear"),
            "refuse" => return Err(Declined::refused("not today")),
            "busy" => return Err(Declined::busy()),
            "nobody" => HandOver::to("nobody").into(),
            "hand" => match request.refused() {
                Some(why) => Reply::new(format!("refused: {why}")),
                None => HandOver::to("target")
                    .instructions("Do it.")
                    .finding("order", 4321)
                    .into(),
            },
            "delegate" => match request.exchanges.first() {
                Some(past) => Reply::new(format!("{} says: {:?}", past.target, past.reply)),
                None => HandOver::to("target").reason(Reason::Delegation).into(),
            },
            "count" => {
                self.counted += 1;
                let instance = COUNTED.fetch_add(1, Ordering::Relaxed) + 1;
                Reply::new(format!("{instance} and {}", self.counted))
            }
            "consult" => Reply::new(agents::query("target", "And you?")?.reply),
            "fetch" => Reply::new(http::get(words.last().unwrap_or_default())?.text()),
            _ => {
                log::info("it was told something");
                let said = request.transcript.iter();
                let said: Vec<&str> = said.map(|message| message.content.as_str()).collect();
                let text = format!(
                    "{} | {} | {} | {}",
                    request.text(),
                    said.join(", "),
                    request.instructions.contains("tell"),
                    request.context.as_ref().map_or("none", |it| &it.source)
                );
                Reply::new(text).confidence(0.5).insight("seen", 1)
            }
        };
        Ok(reply)
    }
}

/// What says that it is JSON and is not.
struct Garbled(&'static str);

impl baton_sdk::ToJson for Garbled {
    fn write_json(&self, out: &mut String) {
        out.push_str(self.0);
    }
}
