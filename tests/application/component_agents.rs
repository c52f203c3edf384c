//! Agents that are sandboxed components. Whatever they do, the message is
//! answered.

use std::time::Duration;

use serde_json::Value;

use crate::support::{
    desk::Desk,
    shapes::Answer,
    skills::{bundled, hostile_agent, rebuilt},
};

/// A desk whose message with the word `mischief` in it goes to the agent.
fn desk_with(more: &str) -> Desk {
    desk_of(&hostile_agent(), more)
}

fn desk_of(bytes: &[u8], more: &str) -> Desk {
    Desk::scripted(&format!(
        "[[rules]]\ntarget = 'imp'\nkeywords = ['mischief']\n\
         [agents.imp]\nkind = 'component'\nfile = 'agents/imp.wasm'\n{more}"
    ))
    .file("agents/imp.wasm", bytes)
}

fn desk() -> Desk {
    desk_with("")
}

/// Somebody else has answered, and this is why.
#[track_caller]
fn stood_in(answer: &Answer, whys: &[&str]) {
    assert_eq!(answer.agent, "assistant", "{answer:#?}");
    let why = answer.why_not("imp");
    for wanted in whys {
        assert!(why.contains(wanted), "`{wanted}` is not in `{why}`");
    }
}

#[test]
fn a_component_answers_from_what_it_was_told() {
    let desk = desk();
    desk.say_in("c", "Good day");
    let answered = desk.say_in("c", "tell of mischief");
    assert_eq!(answered.agent, "imp");
    assert_eq!(
        answered.reply,
        "tell of mischief | Good day, This is the desk. | true | desk"
    );
    let logged = desk.event("c", "skill.log");
    assert_eq!(logged["skill"], "agent/imp", "{logged:#}");
}

#[test]
fn how_sure_a_component_is_of_its_answer_counts_for_the_operators_rules() {
    let desk = desk_with("[[rules]]\ntarget = 'target'\nconfidence-below = 0.6");
    assert_eq!(desk.say_in("c", "tell of mischief").agent, "imp");
    assert_eq!(desk.say_in("c", "Go on").agent, "target");
}

#[test]
fn an_answer_of_a_component_is_trusted_as_any_agents() {
    let desk = desk();
    desk.say_in("c", "tell of mischief");
    let shown: Value = desk.json(&["conversation", "show", "c"]);
    let messages = shown["messages"].as_array().unwrap();
    let of = |agent: &str| {
        let mut said = messages.iter().filter(|message| message["agent"] == agent);
        said.next_back().unwrap()["trust"].clone()
    };
    let of_component = of("imp");
    desk.configure("[[rules]]\ntarget = 'target'\nkeywords = ['script']");
    desk.say_in("d", "a script");
    let shown: Value = desk.json(&["conversation", "show", "d"]);
    let messages = shown["messages"].as_array().unwrap();
    let scripted = messages.iter().find(|it| it["agent"] == "target").unwrap();
    assert!(of_component.is_u64(), "{messages:#?}");
    assert_eq!(of_component, scripted["trust"], "{messages:#?}");
}

#[test]
fn a_component_hands_over_by_a_call_and_its_target_answers() {
    let desk = desk();
    let answered = desk.say_in("c", "hand over, mischief");
    assert_eq!(answered.reply, "This is the target.");
    assert_eq!(answered.owner, "target");
    let handed: Value = desk.json(&["context", "show", "--conversation", "c"]);
    let told = handed.to_string();
    assert!(told.contains("Do it.") && told.contains("4321"), "{told}");
}

#[test]
fn a_component_that_may_not_hand_over_is_told_so_and_answers_itself() {
    let desk = desk_with("[policy]\nmax-depth = 1");
    let answered = desk.say("hand over, mischief");
    assert_eq!(answered.agent, "imp", "{answered:#?}");
    assert!(answered.reply.starts_with("refused: "), "{answered:#?}");
}

#[test]
fn a_component_delegates_a_part_and_reads_what_came_of_it() {
    let answered = desk().say("delegate the mischief");
    assert_eq!(answered.agent, "imp", "{answered:#?}");
    assert_eq!(answered.reply, "target says: Some(\"This is the target.\")");
}

#[test]
fn a_component_that_hands_over_to_nobody_has_not_answered() {
    stood_in(
        &desk().say("nobody mischief"),
        &["hands over to `nobody`, which it may not reach"],
    );
}

#[test]
fn a_component_that_traps_or_panics_is_stood_in_for() {
    let desk = desk();
    stood_in(&desk.say("trap mischief"), &["it trapped: "]);
    stood_in(&desk.say("panic mischief"), &["it trapped: "]);
}

#[test]
fn a_component_that_loops_is_stopped_and_the_message_still_answered() {
    let desk = desk_with("limits = { answer-compute = '200ms' }");
    let answered = desk.say("loop mischief");
    stood_in(&answered, &["it computed for longer than 200ms"]);
}

#[test]
fn a_component_that_waits_too_long_is_stopped_at_the_agents_timeout() {
    let slow = "timeout = '300ms'\ngrants = ['agents']\n\
                [agents.slow]\nkind = 'scripted'\ndelay = '20s'";
    let desk = desk_with(slow);
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let slowed = config.replace(
        "reply = \"This is the target.\"",
        "reply = \"This is the target.\"\ndelay = '20s'",
    );
    let desk = desk.file("baton.toml", slowed);
    let ran = desk.baton(&["run", "consult mischief", "--json"]).ok();
    assert!(ran.took < Duration::from_secs(10), "{ran:#?}");
    let answered: Answer = crate::support::desk::read(ran.json());
    stood_in(&answered, &["300ms"]);
}

#[test]
fn a_component_that_fills_memory_is_stopped_at_its_limit() {
    let desk = desk_with("limits = { memory-mib = 8 }");
    stood_in(
        &desk.say("allocate mischief"),
        &["it wanted more than 8 MiB of memory"],
    );
}

#[test]
fn a_component_that_answers_nonsense_has_not_answered() {
    let desk = desk();
    for (word, why) in [
        ("seven", "its confidence is 7, and must be from 0 to 1"),
        ("garbled", "`nonsense` is not JSON"),
        ("empty", "it has no answer to this"),
        (
            "long",
            "its reply has 300000 bytes; at most 262144 are taken",
        ),
        ("shout", "it passed more than 1048576 bytes"),
    ] {
        stood_in(&desk.say(&format!("{word} mischief")), &[why]);
    }
    let hidden = desk.say("hidden mischief");
    assert_eq!(
        (hidden.agent.as_str(), hidden.reply.as_str()),
        ("imp", "[2Jclear")
    );
}

#[test]
fn a_component_that_declines_says_why() {
    let desk = desk();
    stood_in(&desk.say("refuse mischief"), &["it refused: not today"]);
    stood_in(&desk.say("busy mischief"), &["it is busy"]);
}

#[test]
fn a_component_gets_only_what_is_granted_and_the_refusal_names_the_grant() {
    let ungranted = desk();
    let refused = ungranted.say_in("c", "consult mischief");
    let how = "`imp` has no grant `agents`; to give it, add it to `grants` in [agents.imp]";
    stood_in(&refused, &[how]);
    let denied = ungranted.event("c", "skill.denied");
    assert_eq!(denied["capability"], "agents", "{denied:#}");
    stood_in(
        &ungranted.say("fetch mischief https://example.com/"),
        &["no grant `http:example.com`"],
    );
    let granted = desk_with("grants = ['agents']");
    assert_eq!(granted.say("consult mischief").reply, "This is the target.");
}

#[test]
fn an_instance_is_fresh_for_each_answer_and_only_its_memory_lasts() {
    let desk = desk();
    let counted = |_| desk.say_in("c", "count mischief").reply;
    let counts: Vec<String> = (0..3).map(counted).collect();
    assert_eq!(counts, ["1 and 1", "1 and 2", "1 and 3"]);
    assert_eq!(desk.say_in("d", "count mischief").reply, "1 and 1");
}

#[test]
fn a_skill_where_an_agent_belongs_is_refused_with_a_message_that_says_so() {
    let desk = desk_of(&bundled("finance"), "");
    let why = "agents/imp.wasm: it is a skill and not an agent; skills belong into the skills";
    stood_in(&desk.say("mischief"), &[why]);
    let shown: Value = desk.json(&["agent", "show", "imp"]);
    assert_eq!(shown["state"], "down", "{shown:#}");
    assert!(shown["why"].as_str().unwrap().starts_with(why), "{shown:#}");
    desk.baton(&["agent", "show", "imp"]).ok().shows(&[why]);
}

#[test]
fn an_agent_in_the_skills_folder_is_refused_with_a_message_that_says_so() {
    let desk = desk().skill("imp.wasm", hostile_agent());
    let why = desk.refusal("imp.wasm");
    assert!(why.contains("it is an agent and not a skill"), "{why}");
    assert!(why.contains("kind = \"component\""), "{why}");
}

#[test]
fn a_file_that_is_no_component_is_stood_in_for() {
    for (bytes, why) in [
        (&b"not at all"[..], "it is not WebAssembly"),
        (b"", "it is empty"),
        (b"\0asm\x01\0\0\0", "it is a core module"),
        (b"\0asm\x0d\0\x01\0", "it is a component, but no agent"),
    ] {
        stood_in(&desk_of(bytes, "").say("mischief"), &[why]);
    }
}

#[test]
fn an_owner_that_cannot_be_loaded_is_stood_in_for() {
    let desk = desk_of(b"not at all", "");
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let owned = config.replace("entry    = \"desk\"", "entry = \"imp\"");
    let desk = desk.file("baton.toml", owned);
    let answered = desk.say("Good day");
    stood_in(&answered, &["it is not WebAssembly"]);
}

#[test]
fn a_file_that_is_not_there_is_pointed_at_in_the_configuration() {
    let desk = Desk::scripted("[agents.imp]\nkind = 'component'\nfile = 'agents/gone.wasm'");
    desk.baton(&["run", "Good day"]).with_code(3).complains(&[
        "agents/gone.wasm does not exist",
        "file = 'agents/gone.wasm'",
        "baton.toml:",
    ]);
}

#[test]
fn what_does_not_belong_to_a_component_is_pointed_at_in_the_configuration() {
    for (more, why) in [
        ("grants = ['priority']", "`priority` is for skills"),
        ("grants = ['agent']", "did you mean `agents`?"),
        (
            "limits = { hook-wall = '1s' }",
            "the limit `hook-wall` is for skills",
        ),
        (
            "limits = { memory-mib = 5000 }",
            "5000 MiB are not possible",
        ),
        ("model = 'x'", "`model` belongs to agents of kind"),
        (
            "config = { key = { secret = 'crm' } }",
            "there is no secret `crm`",
        ),
    ] {
        let desk = desk_of(b"", more);
        desk.baton(&["run", "Good day"])
            .with_code(3)
            .complains(&[why]);
    }
    let missing = Desk::scripted("[agents.imp]\nkind = 'component'");
    let ran = missing.baton(&["run", "Good day"]).with_code(3);
    ran.complains(&["is of kind \"component\" and needs `file`"]);
}

#[test]
fn a_new_version_answers_from_the_next_message_on_and_a_broken_one_does_not() {
    let desk = desk_of(b"not at all", "");
    let mut chat = desk.chat("c");
    stood_in(&chat.say("tell of mischief"), &["it is not WebAssembly"]);
    std::fs::write(desk.path("agents/imp.wasm"), &*hostile_agent()).unwrap();
    assert_eq!(chat.say("tell of mischief").agent, "imp");
    let again = rebuilt(&hostile_agent());
    std::fs::write(desk.path("agents/imp.wasm"), again).unwrap();
    assert_eq!(chat.say("tell of mischief").agent, "imp");
    std::fs::write(desk.path("agents/imp.wasm"), b"\0as").unwrap();
    assert_eq!(chat.say("tell of mischief").agent, "imp");
    std::fs::remove_file(desk.path("agents/imp.wasm")).unwrap();
    assert_eq!(chat.say("tell of mischief").agent, "imp");
}

#[test]
fn what_a_component_says_of_itself_is_known_where_the_operator_says_nothing() {
    let listed: Value = desk().json(&["agent", "show", "imp"]);
    assert_eq!(listed["description"], "Misbehaves as its reader wishes.");
    assert_eq!(listed["skills"][0], "mischief");
    let own = desk_with("description = 'An imp'\noffers = ['pranks']");
    let listed: Value = own.json(&["agent", "show", "imp"]);
    assert_eq!(listed["description"], "An imp");
    assert_eq!(listed["skills"], serde_json::json!(["pranks"]));
}

#[test]
fn a_component_is_inspected_in_plain_words() {
    let desk = desk();
    let file = desk.path("agents/imp.wasm");
    let file = file.to_str().unwrap();
    desk.baton(&["skill", "inspect", file]).ok().shows(&[
        "hostile-agent (an agent)",
        "may ask other agents",
        "kind = \"component\"",
        "mischief",
    ]);
    let shown: Value = desk.json(&["skill", "inspect", file]);
    assert_eq!(shown["agent"]["name"], "hostile-agent");
}

#[test]
fn a_whole_desk_ships_as_a_folder() {
    let desk = Desk::example("bicycle-rental");
    let quote = desk.say_in("c", "How much are 3 bikes for 2 days?");
    assert_eq!(quote.reply, "3 bicycles for 2 days cost 108 EUR.");
    assert_eq!(quote.chosen_by(), Some(("rental", "wants-a-quote")));
    assert_eq!(
        desk.say_in("c", "And for 1 day?").reply,
        "3 bicycles for 1 day cost 54 EUR."
    );
    let welcomed = desk.say("Good day");
    assert!(welcomed.reply.starts_with("Welcome to Harbour Bikes!"));
    assert_eq!(desk.say("2 bikes for 1 day").agent, "quotes");
    let wrong = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let wrong = wrong.replace("= 18", "= \"many\"");
    let answered = desk.file("baton.toml", wrong).say("How much is a bike?");
    assert_eq!(answered.agent, "reception");
    assert!(answered.why_not("quotes").contains("bicycle-per-day"));
}
