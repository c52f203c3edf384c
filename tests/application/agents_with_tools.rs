//! Agents that are models run the tools of skills.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills::{counter, hostile},
};

/// A desk that a model answers, with this about its tools.
fn desk(behaviour: Behaviour, tools: &str) -> (Desk, Endpoint) {
    let endpoint = Endpoint::that(behaviour);
    let config = format!(
        r#"
entry    = "model"
[agents.model]
kind  = "openai"
url   = "{}"
model = "llama3.3"
{tools}
"#,
        endpoint.url
    );
    let desk = Desk::new(&config)
        .skill("counter.wasm", counter(""))
        .skill("hostile.wasm", hostile());
    (desk, endpoint)
}

fn messages(desk: &Desk, conversation: &str) -> Vec<Value> {
    let shown: Value = desk.json(&["conversation", "show", conversation]);
    shown["messages"].as_array().unwrap().clone()
}

#[test]
fn a_model_runs_a_tool_whose_state_is_kept_with_the_turn() {
    let uses = Behaviour::UsesTool("counter_count", "{}", "Counted.");
    let (desk, endpoint) = desk(uses, "tools = ['counter']");
    assert_eq!(desk.say_in("c", "please do").reply, "Counted.");
    let offered = endpoint.request();
    let offered: Vec<&str> = offered["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["function"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(offered, ["counter_count", "counter_recall"]);
    let told = endpoint.request()["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let told = told["content"].as_str().unwrap();
    assert!(told.starts_with("<data-"), "{told}");
    assert!(
        told.contains("source=\"tool counter/count\" trust=\"0.8\""),
        "{told}"
    );
    assert!(told.contains("\n1\n"), "{told}");
    desk.say_in("c", "once more");
    let recall = [
        "tool",
        "call",
        "counter",
        "recall",
        "{}",
        "--conversation",
        "c",
    ];
    desk.baton(&recall).ok().shows(&["2"]);
}

#[test]
fn executed_tools_are_shown_in_the_conversation_and_with_their_time_in_the_events() {
    let uses = Behaviour::UsesTool("counter_count", "{}", "Counted.");
    let (desk, _endpoint) = desk(uses, "skills = ['counter']");
    desk.say_in("c", "please do");
    let said = messages(&desk, "c");
    assert_eq!(said.len(), 4);
    assert_eq!(said[1]["calls"][0]["name"], "counter/count");
    assert_eq!(said[2]["answers"], said[1]["calls"][0]["id"]);
    assert_eq!(
        (&said[2]["content"], &said[2]["trust"]),
        (&"1".into(), &80.into())
    );
    desk.baton(&["conversation", "show", "c"])
        .ok()
        .shows(&["calls counter/count {}", "counter/count"]);
    let called = desk.event("c", "tool.called");
    assert_eq!(
        (&called["agent"], &called["outcome"]),
        (&"model".into(), &"done".into())
    );
    let events = desk.events("c");
    let models = events
        .iter()
        .filter(|event| event["type"] == "model.called");
    let models: Vec<&Value> = models.collect();
    assert_eq!(models.len(), 2);
    assert_eq!(models[0]["prompt_tokens"], 12);
    desk.baton(&["events", "c"])
        .ok()
        .shows(&["12 tokens read, 7 written", "counter/count by model: done"]);
}

#[test]
fn a_tool_that_traps_or_never_ends_is_told_to_the_model_and_the_user_is_answered() {
    for (tool, outcome) in [("hostile_trap", "failed"), ("hostile_loop", "failed")] {
        let uses = Behaviour::UsesTool(tool, "{}", "It does not work.");
        let (desk, endpoint) = desk(uses, "tools = ['hostile']");
        assert_eq!(desk.say_in("c", "please do").reply, "It does not work.");
        endpoint.request();
        let request = endpoint.request();
        let told = request["messages"].as_array().unwrap().last().unwrap()["content"].to_string();
        assert!(told.contains("error: the tool failed"), "{told}");
        assert_eq!(desk.event("c", "tool.called")["outcome"], outcome);
    }
}

#[test]
fn a_scripted_agent_calls_a_tool_too() {
    let config = r#"
entry = "clerk"
[agents.clerk]
kind   = "scripted"
script = "call-tool"
call   = "counter/count"
tools  = ["counter/count"]
reply  = "That makes {result}."
"#;
    let desk = Desk::new(config).skill("counter.wasm", counter(""));
    assert_eq!(desk.say_in("c", "one").reply, "That makes 1.");
    assert_eq!(desk.say_in("c", "two").reply, "That makes 2.");
}

#[test]
fn tools_that_are_named_wrongly_or_of_agents_that_call_nothing_are_refused() {
    for (agent, why) in [
        (
            "kind = 'openai'\nurl = 'http://localhost/v1'\nmodel = 'm'\ntools = ['a/b/c']",
            "names no tool",
        ),
        ("kind = 'human'\ntools = ['a']", "which calls no tools"),
        (
            "kind = 'scripted'\nscript = 'call-tool'\ncall = 'counter'",
            "not one of its tools",
        ),
        (
            "kind = 'scripted'\nmax-tool-steps = 3",
            "`max-tool-steps` belongs to",
        ),
    ] {
        let desk = Desk::new(&format!("entry = 'a'\n[agents.a]\n{agent}\n"));
        desk.baton(&["agent", "list"])
            .with_code(3)
            .complains(&[why]);
    }
}
