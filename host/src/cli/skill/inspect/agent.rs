//! The component of an agent, for people.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use baton::skill::{AGENT_CONTRACT, Allowance, Cache, Refusal, SkillEngine, WasmAgent, read};

use super::page::Page;
use crate::cli::{
    style::{FAINT, paint},
    text::{bytes, list, one_line, span},
};

/// The agent in the file; none: there is no such file, or it is no agent.
pub async fn read_agent(file: &str) -> anyhow::Result<Option<Arc<WasmAgent>>> {
    let path = Path::new(file);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = read(path).with_context(|| format!("{file} cannot be inspected"))?;
    let engine = SkillEngine::start()?;
    let stranger = |_: &_| Ok(Allowance::default());
    match WasmAgent::load(&engine, &Cache::of_user(), &bytes, None, stranger).await {
        Ok(agent) => Ok(Some(agent)),
        Err(
            why @ (Refusal::UnknownImport(_)
            | Refusal::Contract(_)
            | Refusal::Describe(_)
            | Refusal::Manifest(_)
            | Refusal::OtherContract {
                contract: AGENT_CONTRACT,
                ..
            }),
        ) => Err(why).with_context(|| format!("{file} is an agent that would not be loaded")),
        // What else it may be is told where skills are.
        Err(_) => Ok(None),
    }
}

/// Everything worth knowing before an agent is put to work.
pub fn show(agent: &WasmAgent, width: Option<usize>) -> String {
    let manifest = agent.manifest();
    let mut page = Page::titled(
        &format!("{} (an agent)", manifest.name),
        &manifest.version,
        &manifest.description,
        width,
    );
    page.component(&agent.digest(), agent.facts());
    page.heading("Answers");
    let offers = manifest.offers.iter().map(|offer| &offer.name);
    page.fact("offers", &list(offers, "-"));
    for example in &manifest.examples {
        page.fact("example", &one_line(example));
    }
    page.heading("Wants");
    let wants = agent.wants_in_words();
    if wants.is_empty() {
        page.text("nothing that must be granted");
    }
    for want in &wants {
        page.fact(want.grant.as_str(), &want.plain);
    }
    let words = wants.iter().flat_map(|want| &want.words);
    let words = list(words.map(|word| format!("{word:?}")), "");
    let mut section = vec![
        format!("    [agents.{}]", manifest.name),
        "    kind = \"component\"".to_owned(),
        "    file = \"agents/FILE.wasm\"".to_owned(),
    ];
    if !words.is_empty() {
        section.push(format!("    grants = [{words}]"));
    }
    let lines = section.join("\n");
    let begin = "  To put it to work, write in baton.toml:";
    page.lines.push(paint(FAINT, format!("{begin}\n{lines}")));
    let limits = &agent.permit().limits;
    page.heading("Limits, unless baton.toml says otherwise");
    let compute = span(limits.answer.compute);
    page.fact(
        "answer",
        &format!("{compute} of computing, the agent's `timeout` in all"),
    );
    page.fact("memory", &bytes(limits.memory));
    page.lines.join("\n")
}
