use super::desk;
use crate::support::{
    a2a::{Peer, Says, done},
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills,
};

const TELLS: &str = "reply = '{instructions}'";

#[test]
fn a_warm_handoff_brings_instructions_and_findings_and_a_cold_one_the_task_alone() {
    let warm = desk(TELLS, "").say("warm");
    assert!(
        warm.reply.contains("Look at the order first."),
        "{}",
        warm.reply
    );
    assert!(warm.reply.contains("4321"), "{}", warm.reply);
    let desk = desk(TELLS, "");
    desk.say_in("c", "my order is 4321");
    let cold = desk.say_in("c", "cold");
    assert!(!cold.reply.contains("4321"), "{}", cold.reply);
}

#[test]
fn a_target_sees_as_much_of_the_conversation_as_the_handoff_says() {
    for (way, expected) in [
        (
            "briefly",
            vec!["one", "This is desk.", "two", "This is desk.", "briefly"],
        ),
        (
            "lately",
            vec![
                "[Earlier messages are left out.]",
                "This is desk.",
                "lately",
            ],
        ),
        ("in short", vec!["in short"]),
        ("cold", vec!["cold"]),
    ] {
        let endpoint = Endpoint::that(Behaviour::Streams(&["Yes."]));
        let config = format!(
            "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.other]\n\
             kind = 'scripted'\n[agents.expert]\nkind = 'openai'\nurl = '{}'\nmodel = 'm'",
            endpoint.url
        );
        let desk = Desk::new(&config).skill("modes.wasm", skills::modes());
        desk.say_in("c", "one");
        desk.say_in("c", "two");
        assert_eq!(desk.say_in("c", way).agent, "expert");
        let request = endpoint.request();
        let messages = request["messages"].as_array().unwrap();
        let said = messages
            .iter()
            .filter(|message| message["role"] != "system");
        let said: Vec<&str> = said
            .map(|message| message["content"].as_str().unwrap())
            // The desk's answers stand between marks that say whose they are.
            .map(|text| text.lines().nth(1).unwrap_or(text))
            .collect();
        assert_eq!(said, expected, "{way}");
    }
}

#[test]
fn a_supervised_handoff_is_made_when_the_supervisor_approves_and_not_otherwise() {
    let approves = "policy.supervisor = 'lead'\n[agents.lead]\nkind = 'scripted'\n\
        script = 'hand-to'\nhand-to = 'expert'";
    assert_eq!(desk("", approves).say("supervised").agent, "expert");
    let objects = "policy.supervisor = 'lead'\n[agents.lead]\nkind = 'scripted'\n\
        reply = 'not without the manager'";
    let answer = desk("", objects).say("supervised");
    assert_eq!(
        answer.legs(),
        [("expert", "rejected"), ("assistant", "answered")]
    );
    assert!(
        answer
            .why_not("expert")
            .contains("lead: not without the manager"),
        "{answer:#?}"
    );
}

#[test]
fn a_supervisor_who_does_not_answer_in_time_has_not_approved() {
    let hangs = "policy.supervisor = 'lead'\n[agents.lead]\nkind = 'scripted'\nscript = 'hang'\n\
        timeout = '100ms'";
    let answer = desk("", hangs).say("supervised");
    assert!(
        answer
            .why_not("expert")
            .contains("not answered within 100ms"),
        "{answer:#?}"
    );
}

#[test]
fn of_a_broadcast_the_first_capable_agent_claims_it_and_the_others_are_released() {
    let desk = desk("script = 'busy'\nalternatives = ['other']", "");
    let answer = desk.say_in("c", "broadcast");
    assert_eq!(answer.legs(), [("other", "answered")]);
    let claimed = desk.event("c", "handoff.claimed");
    assert_eq!(
        (&claimed["by"], &claimed["released"][0]),
        (&"other".into(), &"expert".into())
    );
}

/// How often two remote agents race for the same work.
const RACES: usize = 40;

/// Each agent says that it takes the work when its card is there, so two on the
/// network are ready at the same moment, now the one first and now the other.
#[test]
fn of_two_that_claim_a_broadcast_at_the_same_moment_one_has_it_and_the_other_is_never_asked() {
    let remote = |name: &'static str| {
        Peer::that(false, move |_, _| {
            Says::Result(serde_json::json!({ "task": done(name) }))
        })
    };
    let (one, two) = (remote("expert"), remote("other"));
    let agent = |peer: &Peer| format!("kind = 'a2a'\ncard = '{}'", peer.card());
    let desk = Desk::new(&format!(
        "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.expert]\n{}\nalternatives = ['other']\n[agents.other]\n{}",
        agent(&one),
        agent(&two)
    ))
    .skill("modes.wasm", skills::modes());
    for race in 0..RACES {
        let conversation = race.to_string();
        let answer = desk.say_in(&conversation, "broadcast");
        let winner = answer.agent.as_str();
        assert_eq!(answer.legs(), [(winner, "answered")]);
        assert_eq!(answer.reply, winner);
        let claimed = desk.event(&conversation, "handoff.claimed");
        let loser = if winner == "expert" {
            "other"
        } else {
            "expert"
        };
        assert_eq!(
            (&claimed["by"], &claimed["released"]),
            (&winner.into(), &serde_json::json!([loser]))
        );
        assert_eq!(desk.count(&conversation, "handoff.accepted"), 1);
        let asked = (one.count("SendMessage"), two.count("SendMessage"));
        let expected = if winner == "expert" { (1, 0) } else { (0, 1) };
        assert_eq!(asked, expected, "race {race}: {winner}");
    }
}

#[test]
fn a_delegated_part_leaves_the_conversation_with_the_sender() {
    let answer = desk("", "").say("delegate");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "desk")
    );
}

#[test]
fn an_agent_that_delegates_hears_the_answer_and_speaks_itself() {
    let expert = "script = 'hand-to'\nhand-to = 'other'\nreason = 'delegation'";
    let answer = desk(expert, "").say("warm");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "expert")
    );
    assert_eq!(answer.reply, "other says: This is other.");
}

#[test]
fn a_conversation_that_is_lent_returns_after_the_turn() {
    let answer = desk("", "").say("briefly");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "desk")
    );
}
