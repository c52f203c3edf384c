//! Reads what an operator says.

/// What ends an agent's name; the rest is for that agent.
const ENDS: [char; 6] = [',', ':', ';', '!', '?', '\n'];

/// An agent that was named, and what was said besides.
#[derive(Debug, PartialEq, Eq)]
pub struct Order<'a> {
    pub agent: &'a str,
    pub rest: &'a str,
}

/// What follows a phrase at the beginning of the text, "please" aside. Within a
/// text the phrase is a quotation, not an order.
pub fn begins<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let text = strip(text, "please ").unwrap_or(text);
    strip(text, phrase).map(bare)
}

/// The agent that the phrase names.
pub fn order<'a>(text: &'a str, phrase: &str) -> Option<Order<'a>> {
    let named = begins(text, phrase)?;
    let (agent, rest) = named.split_once(ENDS).unwrap_or((named, ""));
    let agent = article(bare(agent));
    (!agent.is_empty()).then(|| Order {
        agent,
        rest: rest.trim(),
    })
}

/// What stands between the two, the first of them at the beginning.
pub fn between<'a>(text: &'a str, first: &str, second: &str) -> Option<&'a str> {
    let rest = begins(text, first)?;
    let end = rest.to_ascii_lowercase().find(second)?;
    let agent = bare(rest.get(..end)?);
    (!agent.is_empty()).then_some(agent)
}

/// As agents are named: in lower case, with hyphens.
pub fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

fn strip<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let begins = text.get(..beginning.len())?.eq_ignore_ascii_case(beginning);
    begins.then(|| &text[beginning.len()..])
}

fn article(name: &str) -> &str {
    strip(name, "the ").unwrap_or(name).trim_start()
}

/// Without the spaces, quotes, brackets and full stops around it.
fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || "\"'`[]().".contains(letter))
}
