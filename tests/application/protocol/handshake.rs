use super::desk;

#[test]
fn a_target_that_does_not_offer_what_is_needed_is_passed_over() {
    let expert = "offers = ['invoices']\nalternatives = ['other']";
    let answer = desk(expert, "").say("warm");
    assert_eq!(
        answer.legs(),
        [("expert", "rejected"), ("other", "answered")]
    );
    assert!(
        answer
            .why_not("expert")
            .contains("does not offer `refunds`"),
        "{answer:#?}"
    );
    let able = "offers = ['invoices', 'refunds']";
    assert_eq!(desk(able, "").say("warm").agent, "expert");
}

#[test]
fn a_busy_target_sheds_its_load_to_an_idle_alternative() {
    let answer = desk("script = 'busy'\nalternatives = ['other']", "").say("warm");
    assert_eq!(answer.agent, "other");
    assert_eq!(answer.route[1].reason.as_deref(), Some("load-shedding"));
}

#[test]
fn after_the_alternatives_comes_the_escalation_chain_and_it_is_there_again_next_time() {
    let expert = "script = 'fail'\nescalation = ['lead', 'manager']";
    let more = "[agents.lead]\nkind = 'scripted'\nscript = 'fail'\n[agents.manager]\n\
        kind = 'scripted'";
    let desk = desk(expert, more);
    for conversation in ["first", "second"] {
        let answer = desk.say_in(conversation, "warm");
        assert_eq!(
            answer.legs(),
            [
                ("expert", "failed"),
                ("lead", "failed"),
                ("manager", "answered")
            ]
        );
        assert_eq!(answer.route[2].reason.as_deref(), Some("escalation"));
    }
}

/// An expert that fails, as do those above it: lead, manager and director.
const CHAIN: &str = "script = 'fail'\nescalation = ['lead', 'manager', 'director', 'owner']";
const ABOVE: &str = "[agents.lead]\nkind = 'scripted'\nscript = 'fail'\n\
    [agents.manager]\nkind = 'scripted'\nscript = 'fail'\n\
    [agents.director]\nkind = 'scripted'\nscript = 'fail'\n\
    [agents.owner]\nkind = 'scripted'\n";

#[test]
fn an_escalation_chain_ends_with_people_at_its_greatest_depth_and_is_whole_again_next_time() {
    let people = format!("policy.human = 'people'\n[agents.people]\nkind = 'human'\n{ABOVE}");
    let desk = desk(CHAIN, &people);
    for conversation in ["first", "second", "third"] {
        let answer = desk.say_in(conversation, "warm");
        assert_eq!(
            answer.legs(),
            [
                ("expert", "failed"),
                ("lead", "failed"),
                ("manager", "failed"),
                ("director", "failed"),
                ("people", "answered"),
            ]
        );
        assert_eq!(answer.tickets.len(), 1);
    }
    // What went up it has not used it up.
    let shown: serde_json::Value = desk.json(&["agent", "show", "expert"]);
    assert_eq!(
        shown["escalation"],
        serde_json::json!(["lead", "manager", "director", "owner"])
    );
}

#[test]
fn an_operator_says_how_far_up_an_escalation_chain_a_task_may_go() {
    let short = desk(CHAIN, &format!("policy.max-escalations = 1\n{ABOVE}"));
    for conversation in ["first", "second"] {
        assert_eq!(
            short.say_in(conversation, "warm").legs(),
            [
                ("expert", "failed"),
                ("lead", "failed"),
                ("assistant", "answered")
            ]
        );
    }
    let none = desk(CHAIN, &format!("policy.max-escalations = 0\n{ABOVE}"));
    assert_eq!(
        none.say("warm").legs(),
        [("expert", "failed"), ("assistant", "answered")]
    );
    let long = desk(CHAIN, &format!("policy.max-escalations = 4\n{ABOVE}"));
    assert_eq!(long.say("warm").agent, "owner");
    let wrong = desk(CHAIN, &format!("policy.max-escalations = -1\n{ABOVE}"));
    wrong
        .baton(&["run", "warm"])
        .with_code(3)
        .complains(&["max-escalations"]);
}

#[test]
fn when_the_escalation_chain_fails_too_a_person_gets_a_ticket() {
    let more = "policy.human = 'people'\n[agents.people]\nkind = 'human'";
    let answer = desk("script = 'fail'", more).say("warm");
    assert_eq!(answer.agent, "people");
    assert_eq!(answer.tickets.len(), 1);
}

#[test]
fn an_escalation_goes_only_where_the_policy_lets_it() {
    let closed = "[policy.escalations]\ndesk = ['other']";
    assert_eq!(desk("", closed).say("escalate").agent, "desk");
    assert_eq!(desk("", closed).say("warm").agent, "expert");
}

#[test]
fn a_target_that_keeps_failing_is_not_tried_again_for_a_while() {
    let desk = desk("script = 'fail'", "");
    let mut chat = desk.chat("c");
    for _ in 0..5 {
        assert_eq!(
            chat.say("warm").legs(),
            [("expert", "failed"), ("assistant", "answered")]
        );
    }
    let answer = chat.say("warm");
    assert_eq!(
        answer.legs(),
        [("expert", "rejected"), ("assistant", "answered")]
    );
    assert!(
        answer.why_not("expert").contains("it is down"),
        "{answer:#?}"
    );
}
