//! What could not be finished is kept until somebody has looked after it.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{desk::Desk, program::PATIENCE, skills};

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

#[test]
fn a_retry_that_is_cut_off_leaves_one_letter_and_not_two() {
    let desk = desk();
    desk.baton(&["run", "--conversation", "c", "fix it"])
        .with_code(4);
    let letters: Vec<Value> = desk.json(&["deadletter", "list"]);
    let id = letters[0]["context"]["id"].as_str().unwrap();
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    std::fs::write(desk.path("baton.toml"), config.replace("'fail'", "'hang'")).unwrap();
    let mut retry = desk.command(&["deadletter", "retry", id]).spawn().unwrap();
    until("the retry is under way", || {
        !desk.json::<Vec<Value>>(&["history", "--active"]).is_empty()
    });
    retry.kill().unwrap();
    retry.wait().unwrap();
    let left: Vec<Value> = desk.json(&["deadletter", "list"]);
    assert_eq!(left.len(), 1, "{left:#?}");
    assert_eq!(left[0]["outcome"], "unknown");
    assert_eq!(left[0]["context"]["original-task"], "fix it");
    assert_eq!(desk.event("c", "deadletter.retried")["handoff"], id);
}

#[test]
fn a_decision_whose_host_is_killed_while_the_target_works_leaves_a_dead_letter() {
    let desk = Desk::new(
        "entry = 'desk'\npolicy.supervisor = 'lead'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.lead]\nkind = 'human'\n[agents.expert]\nkind = 'scripted'\nscript = 'hang'",
    )
    .skill("modes.wasm", skills::modes());
    let ticket = desk.say_in("c", "supervised").tickets[0].clone();
    let mut approves = desk
        .command(&["ticket", "approve", &ticket])
        .spawn()
        .unwrap();
    until("the target works", || {
        let shown: Value = desk.json(&["ticket", "show", &ticket]);
        let db = rusqlite::Connection::open(desk.path("baton.db")).unwrap();
        let accepted = "SELECT count(*) FROM handoff WHERE state = 'accepted'";
        let accepted: i64 = db.query_row(accepted, [], |row| row.get(0)).unwrap();
        accepted == 1 && shown["approval"]["decision"] == "approved"
    });
    approves.kill().unwrap();
    approves.wait().unwrap();
    // Whoever opens the desk next finds it, and does not make it again.
    desk.say_in("other", "hello");
    assert_eq!(desk.event("c", "handoff.expired")["outcome"], "unknown");
    assert_eq!(desk.json::<Vec<Value>>(&["deadletter", "list"]).len(), 1);
    assert_eq!(
        desk.json::<Vec<Value>>(&["ticket", "list"]),
        Vec::<Value>::new()
    );
    assert_eq!(desk.say_in("c", "and now?").agent, "desk");
}

#[test]
fn a_conversation_that_is_handed_back_during_another_hosts_turn_stays_handed_back() {
    let desk = Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.people]\nkind = 'human'\n\
         [agents.slow]\nkind = 'scripted'\ndelay = '2s'\n[agents.other]\nkind = 'scripted'\n\
         [[rules]]\ntarget = 'people'\nkeywords = ['person']\n\
         [[rules]]\ntarget = 'slow'\nkeywords = ['slow']",
    );
    let ticket = desk.say_in("c", "a person please").tickets[0].clone();
    let mut chat = desk.chat("c");
    chat.write("slow one");
    until("the turn is under way", || {
        !desk.json::<Vec<Value>>(&["history", "--active"]).is_empty()
    });
    let back: Value = desk.json(&["ticket", "hand-back", &ticket, "--to", "other"]);
    assert_eq!(back["owner"], "other");
    assert_eq!(chat.answer().owner, "slow");
    // It came after the turn, and the turn has not undone it.
    assert_eq!(desk.say_in("c", "who is there?").agent, "other");
}

#[test]
fn a_tool_call_waits_for_another_hosts_turn_of_its_conversation_and_sees_what_that_stored() {
    let desk = Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\nscript = 'call-tool'\n\
         call = 'counter/count'\ntools = ['counter']\nreply = 'That makes {result}.'\ndelay = '2s'",
    )
    .skill("counter.wasm", skills::counter(""));
    let turns = |state: &str| {
        let db = rusqlite::Connection::open(desk.path("baton.db")).unwrap();
        let sql = "SELECT count(*) FROM turn WHERE state = ?1";
        db.query_row(sql, [state], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let mut chat = desk.chat("c");
    chat.write("go");
    until("the turn is under way", || {
        desk.path("baton.db").exists() && turns("open") == 1
    });
    let call = |tool| ["tool", "call", "counter", tool, "{}", "--conversation", "c"];
    assert_eq!(desk.json::<Value>(&call("count")), 2);
    assert_eq!(turns("answered"), 1, "the tool came before the turn's end");
    assert_eq!(chat.answer().reply, "That makes 1.");
    // And the turn after it sees what the tool stored.
    assert_eq!(chat.say("once more").reply, "That makes 3.");
    // In another conversation nobody waits.
    chat.write("go on");
    until("the turn is under way", || turns("open") == 1);
    let elsewhere = [
        "tool",
        "call",
        "counter",
        "count",
        "{}",
        "--conversation",
        "d",
    ];
    assert_eq!(desk.json::<Value>(&elsewhere), 1);
    assert_eq!(turns("open"), 1);
    assert_eq!(chat.answer().reply, "That makes 4.");
}

/// In other processes, as when several programs write to one desk.
#[test]
fn a_message_that_arrives_during_a_turn_waits_in_order_and_one_too_many_is_refused() {
    let desk = Desk::new(
        "entry = 'desk'\npolicy.max-waiting = 2\n[agents.desk]\nkind = 'scripted'\n\
         reply = 'You wrote: {text}'\ndelay = '2s'",
    );
    assert_eq!(desk.say_in("d", "hello").turn, 1);
    let db = rusqlite::Connection::open(desk.path("baton.db")).unwrap();
    let in_line = |expected: i64| {
        let sql = "SELECT count(*) FROM lease WHERE conversation = 'c'";
        db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() == expected
    };
    let texts = ["first", "second", "third"];
    let mut hosts = Vec::new();
    for (text, place) in texts.iter().zip(1..) {
        let arguments = ["run", "--conversation", "c", text];
        hosts.push(desk.command(&arguments).spawn().unwrap());
        until("it stands in line", || in_line(place));
    }
    desk.baton(&["run", "--conversation", "c", "fourth"])
        .with_code(1)
        .complains(&["2 messages wait already", "policy.max-waiting"]);
    // Another conversation does not wait.
    assert_eq!(desk.say_in("d", "hello").reply, "You wrote: hello");
    for host in hosts {
        assert!(host.wait_with_output().unwrap().status.success());
    }
    let shown: Value = desk.json(&["conversation", "show", "c"]);
    let said: Vec<&str> = shown["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = texts
        .iter()
        .flat_map(|text| [text.to_string(), format!("You wrote: {text}")])
        .collect();
    assert_eq!(said, expected);
    assert_eq!(desk.say_in("c", "fourth").turn, 4);
}

/// Neither killed nor gone: it just does not run, as on a machine that sleeps.
#[test]
fn a_host_that_falls_silent_loses_its_turn_when_its_place_expires_and_adds_nothing_to_it() {
    let desk = Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.slow]\nkind = 'scripted'\n\
         delay = '1s'\nreply = 'too late'\n[[rules]]\ntarget = 'slow'\nkeywords = ['slow']",
    );
    let arguments = ["run", "--conversation", "c", "slow one"];
    let silent = desk.command(&arguments).spawn().unwrap();
    until("the target works", || {
        !desk.json::<Vec<Value>>(&["history", "--active"]).is_empty()
    });
    let tell = |signal: &str| {
        let id = silent.id().to_string();
        let told = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(told.unwrap().success());
    };
    tell("-STOP");
    assert_eq!(desk.say_in("c", "hello").agent, "desk");
    let expired = desk.event("c", "handoff.expired");
    assert_eq!(expired["outcome"], "unknown");
    assert_eq!(desk.json::<Vec<Value>>(&["deadletter", "list"]).len(), 1);
    tell("-CONT");
    let ended = silent.wait_with_output().unwrap();
    assert!(!ended.status.success(), "its answer was not kept");
    let shown: Value = desk.json(&["conversation", "show", "c"]);
    assert!(!shown.to_string().contains("too late"), "{shown:#}");
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
