//! Asks agents beside the conversation, for the host's tests. On the word "ask"
//! it hands over to `target`; its hook asks the agents whose names follow that
//! word at the same time (`NAME*50` is that name fifty times), and what each has
//! said, or the code of the error, is the finding `heard`. The tool `ask` asks
//! one agent.

use baton_sdk::agents;
use baton_sdk::prelude::*;

/// Asks other agents as it is told.
#[skill]
pub struct Asker;

#[skill]
impl Asker {
    /// Hands over, and has others asked first.
    #[handoff("target", triggers = ["ask "], ownership = "returns")]
    fn ask_first(&self, query: &Query) -> bool {
        query.mentions("ask ")
    }

    /// Asks whoever the message names.
    #[hook(before_handoff)]
    fn ask_around(&self, handoff: &HandoffContext) -> Patch {
        let named = named(&handoff.original_task);
        let questions = named.iter().map(|name| (name.as_str(), "What do you say?"));
        Patch::new().finding(
            "heard",
            agents::query_all(questions)
                .iter()
                .map(heard)
                .collect::<Vec<_>>(),
        )
    }

    /// Asks one agent.
    #[tool(effect = "read")]
    fn ask(&self, agent: String) -> String {
        heard(&agents::query(&agent, "What do you say?"))
    }
}

fn heard(answer: &Result<agents::Answer, Error>) -> String {
    match answer {
        Ok(answer) => answer.reply.clone(),
        Err(why) => why.code.to_string(),
    }
}

fn named(text: &str) -> Vec<String> {
    let words = text.split_once("ask ").map_or("", |(_, after)| after);
    words
        .split_whitespace()
        .flat_map(|word| {
            let (name, times) = word.split_once('*').unwrap_or((word, "1"));
            vec![name.to_owned(); times.parse().unwrap_or(1)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;

    #[test]
    fn it_asks_as_many_as_it_is_told() {
        assert_eq!(named("please ask a b*2"), ["a", "b", "b"]);
        assert!(named("hello").is_empty());
    }

    #[test]
    fn what_it_heard_is_a_finding() {
        let desk = Desk::new().answers("a", "Yes.");
        let context = HandoffContext::sample("target", "ask a nobody");
        let patch = desk.run(|| Asker.ask_around(&context));
        assert_eq!(desk.queries().len(), 1);
        let heard: Vec<_> = patch.findings().iter().map(|f| f.value.as_str()).collect();
        assert_eq!(heard, [r#"["Yes.","not-found"]"#]);
    }
}
