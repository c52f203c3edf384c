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
