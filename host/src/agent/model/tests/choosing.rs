use super::*;

#[tokio::test]
async fn a_decider_chooses_by_a_call_and_any_wrong_answer_means_no_handoff() {
    for (reply, expected) in [
        (vec![calls(0, HAND_OVER, "{}")], "billing"),
        (
            vec![calls(0, "stay", r#"{"why":"small talk"}"#)],
            "front-desk",
        ),
        (vec![says("hand off to billing")], "front-desk"),
        (vec![calls(0, "hand_over_to_nobody", "{}")], "front-desk"),
        (
            vec![calls(0, "hand_over_to_front-desk", "{}")],
            "front-desk",
        ),
        (vec![calls(0, "hand_over_to_decider", "{}")], "front-desk"),
        (vec![calls(0, HAND_OVER, "{oops")], "front-desk"),
        (
            vec![calls(0, "stay", "{}"), calls(1, HAND_OVER, "{}")],
            "front-desk",
        ),
    ] {
        let mock = Mock::replying(vec![reply.clone()]).await;
        let agents = vec![model("decider", &mock), answering("billing")];
        let desk = desk(agents, Vec::new(), |policy| {
            policy.decider = Some(AgentName::from("decider"));
        });
        let answer = say(&desk, "hello").await;
        assert_eq!(answer.agent.as_str(), expected, "{reply:?}");
        let requests = mock.requests();
        assert_eq!(requests.len(), 1, "it is asked once");
        assert_eq!(requests[0]["tool_choice"], "required");
        let offered = requests[0]["tools"].to_string();
        assert!(offered.contains(r#""stay""#) && !offered.contains("hand_over_to_decider"));
    }
}

#[tokio::test]
async fn a_model_approves_a_supervised_handoff_by_a_call_and_by_nothing_else() {
    for (reply, expected) in [
        (vec![calls(0, HAND_OVER, "{}")], "billing"),
        (
            vec![calls(0, "decline", r#"{"why":"not today"}"#)],
            "general",
        ),
        (vec![says("Approved. hand off to billing")], "general"),
        (vec![calls(0, HAND_OVER, "{oops")], "general"),
    ] {
        let mock = Mock::replying(vec![reply.clone()]).await;
        let agents = vec![model("lead", &mock), answering("billing")];
        let supervised = wants_with("billing", |c| c.mode = Mode::Supervised);
        let desk = desk(agents, vec![supervised], |policy| {
            policy.supervisor = Some(AgentName::from("lead"));
        });
        let answer = say(&desk, "I was charged twice").await;
        assert_eq!(answer.agent.as_str(), expected, "{reply:?}");
        let request = &mock.requests()[0];
        assert!(request["messages"].to_string().contains("charged twice"));
        assert!(!system(request).contains("You take over"), "it does not");
    }
}
