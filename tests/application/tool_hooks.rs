//! Skills look at the calls of tools before they are made, and at their results.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills::{clerk, warden},
};

/// A model that calls for a refund with these arguments.
fn refunds(arguments: &'static str) -> (Desk, Endpoint) {
    let endpoint = Endpoint::that(Behaviour::UsesTool("clerk_refund", arguments, "Done."));
    let config = format!(
        "entry = 'model'\n[agents.model]\nkind = 'openai'\nurl = '{}'\nmodel = 'm'\ntools = ['clerk']",
        endpoint.url
    );
    (Desk::new(&config).skill("clerk.wasm", clerk()), endpoint)
}

/// The arguments of the call that is on record, if there is one, and what the
/// model was told.
fn called(desk: &Desk, endpoint: &Endpoint) -> (Option<Value>, String) {
    assert_eq!(desk.say_in("c", "my money, please").reply, "Done.");
    endpoint.request();
    let told = endpoint.request()["messages"].as_array().unwrap().clone();
    let told = told.last().unwrap()["content"].as_str().unwrap().to_owned();
    let shown: Value = desk.json(&["conversation", "show", "c"]);
    let said = shown["messages"].as_array().unwrap();
    let call = said.iter().find_map(|message| message["calls"].get(0));
    (call.map(|call| call["arguments"].clone()), told)
}

#[test]
fn a_hook_changes_what_a_tool_is_called_with_and_that_is_what_is_on_record_and_runs() {
    let (desk, endpoint) = refunds(r#"{"order":7,"euros":250}"#);
    let (arguments, told) = called(&desk, &endpoint);
    assert_eq!(arguments.unwrap()["euros"], 100);
    assert!(told.contains("100 euros for order 7"), "{told}");
    desk.baton(&["events", "c"]).ok().shows(&[
        "tool.amended",
        "other arguments by a hook of clerk",
        "tool.called",
    ]);
}

#[test]
fn a_hook_puts_another_result_in_the_place_of_the_tools() {
    let (desk, endpoint) = refunds(r#"{"order":7,"euros":20}"#);
    let (_, told) = called(&desk, &endpoint);
    assert!(
        told.contains("20 euros") && !told.contains("IBAN"),
        "{told}"
    );
    let shown = desk.baton(&["conversation", "show", "c"]).ok();
    assert!(!shown.stdout.contains("IBAN"), "{}", shown.stdout);
    desk.baton(&["events", "c"])
        .ok()
        .shows(&["another result by a hook of clerk"]);
}

#[test]
fn a_hook_refuses_a_call_and_the_model_reads_why() {
    let (desk, endpoint) = refunds(r#"{"order":7,"euros":5000}"#);
    let (arguments, told) = called(&desk, &endpoint);
    assert_eq!(arguments, None, "nothing was called");
    assert!(told.contains("clerk/within-bounds"), "{told}");
    assert!(told.contains("a person must pay that back"), "{told}");
}

#[test]
fn arguments_of_a_hook_that_the_tool_does_not_take_never_reach_it() {
    let (desk, endpoint) = refunds(r#"{"order":14,"euros":5}"#);
    let (arguments, told) = called(&desk, &endpoint);
    assert_eq!(arguments, None);
    assert!(told.contains("wrong arguments"), "{told}");
}

#[test]
fn a_hook_before_a_tool_that_traps_refuses_the_call() {
    let (desk, endpoint) = refunds(r#"{"order":13,"euros":5}"#);
    let (arguments, told) = called(&desk, &endpoint);
    assert_eq!(arguments, None);
    assert!(told.contains("refused"), "{told}");
    desk.baton(&["events", "c"])
        .ok()
        .shows(&["skill.faulted", "hook within-bounds"]);
}

#[test]
fn what_a_hook_on_tools_may_do_is_told_in_plain_words() {
    let (desk, _endpoint) = refunds("{}");
    desk.baton(&["skill", "inspect", "clerk"]).ok().shows(&[
        "before calls of clerk/refund among its own tools by anybody",
        "the call is refused",
        "after calls of its own tools by anybody",
    ]);
}

#[test]
fn a_hook_on_everybodys_tools_runs_on_those_of_other_skills_only_where_it_was_granted() {
    for (grants, calls) in [("", true), ("grants = ['hooks-on-all']", false)] {
        let (desk, endpoint) = refunds(r#"{"order":99,"euros":5}"#);
        let desk = desk.skill("warden.wasm", warden());
        desk.configure(&format!("[skills.warden]\n{grants}"));
        let (arguments, told) = called(&desk, &endpoint);
        assert_eq!(arguments.is_some(), calls, "{grants}: {told}");
        let refused = told.contains("warden/look") && told.contains("order 99 is under review");
        assert_eq!(refused, !calls, "{grants}: {told}");
    }
}
