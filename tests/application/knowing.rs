//! What an agent is told beyond the message, and what is learned from it.

use serde_json::{Value, json};

use crate::support::{desk::Desk, skills::bundled};

const AGENTS: &str = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
    [agents.general]\nkind = 'scripted'\n\
    [agents.expert]\nkind = 'scripted'\nreply = 'I was told: {instructions}'\n";

fn enriched() -> Desk {
    let config = format!(
        "users = 'users.toml'\n{AGENTS}[skills.context-enrichment]\n\
         grants = ['agents', 'conversation', 'hooks-on-all']"
    );
    Desk::new(&config)
        .file("users.toml", "[anna]\ntier = 'gold'\n")
        .skill("enrich.wasm", bundled("context-enrichment"))
}

#[test]
fn an_agent_that_takes_over_is_told_intent_summary_and_important_facts() {
    let desk = enriched();
    let say = |text: &str| -> Value {
        desk.json(&["run", "--conversation", "c", "--user", "anna", text])
    };
    say("I have bought a drill, order 4321.");
    let answer = say("Can an expert tell me why it smokes?");
    assert_eq!(answer["agent"], "expert");
    let told = answer["reply"].as_str().unwrap();
    for part in [
        "intent: \"question\"",
        "user: I have bought a drill, order 4321.",
        "The user named: 4321",
        "The user's tier: gold",
        "It was spoken of with: desk",
    ] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
}

#[test]
fn a_handoff_to_an_agent_that_is_not_available_is_refused_by_name() {
    let config = AGENTS.replace(
        "[agents.expert]\nkind = 'scripted'\nreply = 'I was told: {instructions}'",
        "[agents.expert]\nkind = 'scripted'\nscript = 'busy'\nalternatives = ['general']",
    );
    let config = format!(
        "{config}[skills.context-enrichment]\n\
         grants = ['agents', 'conversation', 'hooks-on-all']"
    );
    let desk = Desk::new(&config).skill("enrich.wasm", bundled("context-enrichment"));
    let answer = desk.say("I want an expert");
    assert_eq!(answer.agent, "general");
    assert_eq!(
        answer.why_not("expert"),
        "context-enrichment/prepare-handoff: Agent expert not available"
    );
}

#[test]
fn what_an_expert_found_out_is_known_in_later_conversations_of_the_same_person_alone() {
    let config = AGENTS.replace("I was told: {instructions}", "Bonds fall. {instructions}");
    let config = format!("{config}[skills.insights]\ngrants = ['storage', 'hooks-on-all']");
    let desk = Desk::new(&config).skill("insights.wasm", bundled("insights"));
    let told = |arguments: &[&str]| -> String {
        let answer: Value = desk.json(&[&["run", "What does the expert say?"], arguments].concat());
        answer["reply"].as_str().unwrap().to_owned()
    };
    assert!(!told(&["--user", "anna"]).contains("earlier"));
    let again = told(&["--user", "anna"]);
    assert!(again.contains("earlier: reply: \"Bonds fall."), "{again}");
    for other in [&["--user", "ben"][..], &[]] {
        assert!(!told(other).contains("earlier"));
    }
    let tool = ["tool", "call", "insights", "insights"];
    let asked = [r#"{"expert":"expert"}"#, "--user", "anna"];
    let kept: Vec<Value> = desk.json(&[&tool[..], &asked].concat());
    assert_eq!(kept[0]["about"], "reply", "{kept:#?}");
}

#[test]
fn the_conversation_remembers_that_an_expert_was_consulted_and_what_was_said() {
    let config = AGENTS.replace("I was told: {instructions}", "Bonds fall.");
    let config = format!("{config}[skills.insights]\ngrants = ['storage', 'hooks-on-all']");
    let desk = Desk::new(&config).skill("insights.wasm", bundled("insights"));
    desk.say_in("c", "What does the expert say?");
    desk.baton(&["handoff", "c", "general", "--task", "Go on"])
        .ok();
    let links: Vec<Value> = desk.json(&["history", "c"]);
    let last = links.last().unwrap()["handoff"].as_str().unwrap();
    let context: Value = desk.json(&["context", "show", last]);
    assert_eq!(
        context["context"]["snapshot"],
        json!({"expert_consulted": true, "expert_response": "Bonds fall."})
    );
}

#[test]
fn a_specialist_is_handed_to_first_with_priority_and_timeout_as_metadata() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.expert]\nkind = 'scripted'\n[agents.specialist]\nkind = 'scripted'\n\
        [skills.specialist]\ngrants = ['priority']";
    let desk = Desk::new(config)
        .skill("specialist.wasm", bundled("specialist"))
        .skill("insights.wasm", bundled("insights"));
    let answer = desk.say("A complex question for an expert");
    assert_eq!(answer.agent, "specialist");
    let handoff = answer.route[0].handoff.clone().unwrap();
    let context: Value = desk.json(&["context", "show", &handoff]);
    assert_eq!(
        context["context"]["metadata"],
        json!({"priority": "high", "timeout": 30})
    );
}
