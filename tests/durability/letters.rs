//! What could not be finished is kept until somebody has looked after it.

use serde_json::Value;

use crate::support::desk::Desk;

fn desk() -> Desk {
    Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.broken]\nkind = 'scripted'\n\
         script = 'fail'\nreply = 'out of order'\n[[rules]]\ntarget = 'broken'\nkeywords = ['fix']",
    )
}

#[test]
fn a_handoff_that_failed_is_listed_shown_and_dropped() {
    let desk = desk();
    desk.baton(&["run", "--conversation", "c", "fix it"])
        .with_code(4);
    let letters: Vec<Value> = desk.json(&["deadletter", "list"]);
    let [letter] = letters.as_slice() else {
        panic!("{letters:#?}")
    };
    assert_eq!(letter["outcome"], "failed");
    assert_eq!(letter["context"]["original-task"], "fix it");
    let id = letter["context"]["id"].as_str().unwrap();
    assert_eq!(desk.json::<Value>(&["deadletter", "show", id]), *letter);
    desk.baton(&["deadletter", "show", id])
        .ok()
        .shows(&["out of order", "\"original-task\": \"fix it\""]);
    desk.baton(&["deadletter", "list"])
        .ok()
        .shows(&[id, "broken"]);
    desk.baton(&["deadletter", "drop", id]).ok();
    desk.baton(&["deadletter", "drop", id])
        .with_code(1)
        .complains(&["there is no dead letter"]);
    desk.baton(&["deadletter", "list"])
        .ok()
        .shows(&["Every handoff was finished."]);
    assert_eq!(desk.event("c", "deadletter.dropped")["handoff"], id);
}

#[test]
fn a_retry_that_is_answered_settles_the_letter_and_moves_the_conversation() {
    let desk = desk();
    desk.baton(&["run", "--conversation", "c", "fix it"])
        .with_code(4);
    let letters: Vec<Value> = desk.json(&["deadletter", "list"]);
    let id = letters[0]["context"]["id"].as_str().unwrap();
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let repaired = config
        .replace("script = 'fail'", "")
        .replace("out of order", "fixed");
    std::fs::write(desk.path("baton.toml"), repaired).unwrap();
    let answer: Value = desk.json(&["deadletter", "retry", id]);
    assert_eq!(
        (&answer["reply"], &answer["owner"]),
        (&"fixed".into(), &"broken".into())
    );
    assert_eq!(
        desk.json::<Vec<Value>>(&["deadletter", "list"]),
        Vec::<Value>::new()
    );
    assert_eq!(desk.event("c", "deadletter.retried")["handoff"], id);
}
