use std::sync::Arc;

use serde_json::json;

use crate::{
    contract::{Confidence, Findings, HandoffContext, Patch},
    handoff::{Agent, Answer, Desk, HandoffCall, Incoming},
    id::AgentName,
    routing::Terms,
    testing::{Calling, Native, answering, desk, say},
    trust::Trust,
};

fn hands_to(name: &str, target: &str) -> Arc<dyn Agent> {
    let call = HandoffCall {
        target: AgentName::from(target),
        reason: None,
        instructions: String::new(),
        findings: Findings::new(),
        confidence: Confidence::CERTAIN,
    };
    Arc::new(Calling::new(name, call))
}

fn notes(name: &str) -> Patch {
    Patch {
        conversation: vec![(name.to_owned(), json!("noted"))],
        ..Patch::default()
    }
}

async fn again(desk: &Desk, first: &Answer) -> Answer {
    let incoming = Incoming {
        text: "and now?".to_owned(),
        conversation: Some(first.conversation.clone()),
        ..Incoming::default()
    };
    desk.answer(incoming).await.unwrap()
}

fn given<'a>(answer: &'a Answer, target: &str) -> &'a HandoffContext {
    let leg = answer.route.iter().find(|leg| leg.agent.as_str() == target);
    leg.unwrap().context.as_deref().unwrap()
}

#[tokio::test]
async fn each_value_of_a_snapshot_has_the_trust_it_was_noted_with_less_a_tenth_for_each_hop() {
    let skill = Native::wants("s", "a")
        .condition(|condition| condition.ownership = crate::contract::Ownership::Returns)
        .before(|_| Ok(Ok(notes("before"))))
        .after(|_, _| Ok(Ok(notes("after"))));
    let agents = vec![hands_to("a", "b"), answering("b")];
    let desk = desk(agents, None, vec![skill.on(Terms::default())]);
    let first = say(&desk, "hello").await;
    let second = again(&desk, &first).await;
    let levels = |target: &str| -> Vec<(String, u8)> {
        let known = given(&second, target).provenance.iter();
        known
            .filter_map(|(place, trust)| {
                let name = place.strip_prefix("snapshot/")?;
                Some((name.to_owned(), trust.percent()))
            })
            .collect()
    };
    let noted = desk.store().open(&first.conversation).await.unwrap();
    assert!(noted.unwrap().metadata.get("before").is_some());
    let (at_a, at_b) = (levels("a"), levels("b"));
    assert!(at_a.len() >= 2, "{at_a:?}");
    for ((name, a), (other, b)) in at_a.iter().zip(&at_b) {
        assert_eq!(name, other);
        // What was noted again on the way may have fallen further.
        assert!(b + 10 <= *a, "{name}: {a} at a, {b} at b");
    }
}

#[tokio::test]
async fn what_a_before_hook_notes_is_no_better_than_the_context_it_has_read() {
    let skill = Native::wants("s", "a").before(|_| Ok(Ok(notes("before"))));
    let desk = desk(vec![answering("a")], None, vec![skill.on(Terms::default())]);
    let first = say(&desk, "hello").await;
    let kept = |conversation: crate::conversation::Conversation| {
        conversation.metadata.get("before").unwrap().trust
    };
    let open = || async {
        let opened = desk.store().open(&first.conversation).await;
        opened.unwrap().unwrap()
    };
    // It has read the user's words and nothing worse, and is a skill.
    assert_eq!(kept(open().await), Trust::TOOL);
    // It has read what an agent answered: that is in the summary now.
    desk.hand_over(crate::handoff::Order {
        conversation: first.conversation.clone(),
        targets: vec![AgentName::from("front-desk")],
        task: "take it back".to_owned(),
        reason: crate::contract::Reason::Completion,
        instructions: String::new(),
        findings: Findings::new(),
        scopes: Arc::default(),
        settles: None,
        continues: None,
    })
    .await
    .unwrap();
    again(&desk, &first).await;
    assert_eq!(kept(open().await), Trust::MODEL);
}

#[tokio::test]
async fn a_hook_that_calls_its_values_trusted_is_believed_no_more_for_that() {
    let skill = Native::wants("s", "a").before(|_| {
        let claims = Findings::from_iter([
            ("trust".to_owned(), json!(100)),
            ("provenance".to_owned(), json!({ "findings/trust": 100 })),
        ]);
        Ok(Ok(Patch {
            findings: claims.clone(),
            metadata: claims.clone(),
            conversation: claims.into_iter().collect(),
            ..Patch::default()
        }))
    });
    let desk = desk(vec![answering("a")], None, vec![skill.on(Terms::default())]);
    let answer = say(&desk, "hello").await;
    let context = given(&answer, "a");
    for place in ["findings/trust", "findings/provenance", "metadata/trust"] {
        assert_eq!(context.provenance.of(place), Some(Trust::TOOL), "{place}");
    }
    assert_eq!(context.trust, Trust::TOOL);
    let kept = desk.store().open(&answer.conversation).await;
    for (name, noted) in kept.unwrap().unwrap().metadata.iter() {
        assert!(noted.trust <= Trust::TOOL, "{name}");
    }
}
