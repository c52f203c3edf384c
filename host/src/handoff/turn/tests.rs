use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use crate::{
    agent::Script,
    contract::{
        Access, Digest, Fault, Findings, Manifest, OnFailure, Ownership, Patch, Reach, Refusal,
        RefusalCode, Replacement, Session, Skill,
    },
    conversation::Turn,
    handoff::{DeskError, Incoming, LegEnd, StandIn},
    id::{AgentName, UserId},
    routing::{Member, Terms},
    testing::{Native, agent, answering, desk, events, say},
    trust::Trust,
};

fn fails() -> Script {
    Script::Fail("out of order".to_owned())
}

#[tokio::test]
async fn a_verdict_moves_the_conversation_and_the_owner_answers_from_then_on() {
    let desk = desk(
        vec![answering("expert")],
        None,
        vec![Native::wants("s", "expert").on(Terms::default())],
    );
    let first = say(&desk, "hello").await;
    assert_eq!(
        (first.reply.as_str(), first.owner.as_str()),
        ("expert", "expert")
    );
    let second = desk
        .answer(Incoming {
            conversation: Some(first.conversation.clone()),
            text: "again".to_owned(),
            ..Incoming::default()
        })
        .await
        .unwrap();
    // The verdict names the owner now, which means stay.
    assert_eq!(second.route[0].handoff, None);
    assert_eq!((second.reply.as_str(), second.turn), ("expert", 2));
}

/// Counts how often a session of it is opened.
struct Counted {
    skill: Native,
    opened: Arc<AtomicU32>,
}

impl Skill for Counted {
    fn manifest(&self) -> &Manifest {
        self.skill.manifest()
    }

    fn digest(&self) -> Digest {
        self.skill.digest()
    }

    fn acts_outside(&self) -> bool {
        self.skill.acts_outside()
    }

    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Arc::new(self.skill.clone()).open(turn)
    }
}

#[tokio::test]
async fn a_skill_is_not_even_opened_for_a_message_without_its_triggers() {
    let opened = Arc::new(AtomicU32::new(0));
    let slow = Counted {
        skill: Native::wants("slow", "expert").condition(|c| c.triggers = vec!["bill".to_owned()]),
        opened: opened.clone(),
    };
    let quick = Native::wants("quick", "expert").on(Terms::default());
    let slow = Member::new(Arc::new(slow), Terms::default());
    let desk = desk(vec![answering("expert")], None, vec![quick, slow]);
    assert_eq!(say(&desk, "hello").await.agent.as_str(), "expert");
    assert_eq!(opened.load(Ordering::Relaxed), 0);
    say(&desk, "my bill").await;
    assert_eq!(opened.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_conversation_that_returns_goes_back_after_the_turn() {
    let returns = Native::wants("s", "expert").condition(|c| c.ownership = Ownership::Returns);
    let desk = desk(
        vec![answering("expert")],
        None,
        vec![returns.on(Terms::default())],
    );
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.owner.as_str()),
        ("expert", "front-desk")
    );
}

#[tokio::test]
async fn a_failing_target_is_followed_by_its_alternative_which_becomes_owner() {
    let agents = vec![agent("expert", fails(), &["deputy"]), answering("deputy")];
    let desk = desk(
        agents,
        None,
        vec![Native::wants("s", "expert").on(Terms::default())],
    );
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.owner.as_str()),
        ("deputy", "deputy")
    );
    assert_eq!(
        answer.route[0].end,
        LegEnd::Failed("out of order".to_owned())
    );
    assert_eq!(answer.stand_in, StandIn::None);
}

#[tokio::test]
async fn whatever_a_target_does_wrong_the_fallback_answers_and_never_becomes_owner() {
    for script in [
        fails(),
        Script::Hang,
        Script::Busy,
        Script::Panic,
        Script::Reply(" ".into()),
    ] {
        let agents = vec![agent("expert", script, &[]), answering("general")];
        let skills = vec![Native::wants("s", "expert").on(Terms::default())];
        let desk = desk(agents, Some("general"), skills);
        let answer = say(&desk, "hello").await;
        assert_eq!(
            (answer.reply.as_str(), answer.owner.as_str()),
            ("general", "front-desk")
        );
        assert_eq!(answer.stand_in, StandIn::Agent);
    }
}

#[tokio::test]
async fn when_the_fallback_fails_too_the_desk_answers_itself() {
    let agents = vec![
        agent("expert", fails(), &[]),
        agent("general", fails(), &[]),
    ];
    let skills = vec![Native::wants("s", "expert").on(Terms::default())];
    let desk = desk(agents, Some("general"), skills);
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.stand_in),
        ("nobody", StandIn::Local)
    );
    assert!(
        events(&desk, &answer)
            .await
            .contains(&"turn.answered".to_owned())
    );
}

#[tokio::test]
async fn a_refusal_by_a_before_hook_ends_that_handoff_and_the_fallback_answers() {
    let refuses = Native::wants("s", "expert").before(|_| {
        let (code, message) = (RefusalCode::NotAllowed, "not today".to_owned());
        Ok(Err(Refusal { code, message }))
    });
    let agents = vec![answering("expert"), answering("general")];
    let desk = desk(agents, Some("general"), vec![refuses.on(Terms::default())]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.reply, "general");
    assert_eq!(
        answer.route[0].end,
        LegEnd::Rejected("s/before-handoff: not today".to_owned())
    );
}

#[tokio::test]
async fn a_before_hook_that_faults_refuses_unless_it_declares_otherwise() {
    let faulty = || Native::wants("s", "expert").before(|_| Err(Fault::Stack));
    let agents = || vec![answering("expert"), answering("general")];
    let strict = desk(
        agents(),
        Some("general"),
        vec![faulty().on(Terms::default())],
    );
    assert_eq!(say(&strict, "hello").await.reply, "general");

    let lenient = faulty().last_hook(|hook| hook.on_failure = OnFailure::Continue);
    let lenient = desk(
        agents(),
        Some("general"),
        vec![lenient.on(Terms::default())],
    );
    let answer = say(&lenient, "hello").await;
    assert_eq!(answer.reply, "expert");
    assert!(
        events(&lenient, &answer)
            .await
            .contains(&"skill.faulted".to_owned())
    );
}

#[tokio::test]
async fn what_a_before_hook_adds_reaches_the_target_and_what_an_observer_returns_does_not() {
    let adds = || {
        Native::wants("s", "expert").before(|_| {
            Ok(Ok(Patch {
                facts: vec!["gold customer".to_owned()],
                ..Patch::default()
            }))
        })
    };
    let agents = || {
        vec![agent(
            "expert",
            Script::Reply("{instructions}".to_owned()),
            &[],
        )]
    };
    let amending = desk(agents(), None, vec![adds().on(Terms::default())]);
    assert!(
        say(&amending, "hello")
            .await
            .reply
            .contains("gold customer")
    );

    let observing = adds().last_hook(|hook| hook.access = Access::Observe);
    let observing = desk(agents(), None, vec![observing.on(Terms::default())]);
    assert!(
        !say(&observing, "hello")
            .await
            .reply
            .contains("gold customer")
    );
}

#[tokio::test]
async fn an_after_hook_sees_the_failure_and_may_answer_instead() {
    let resilient = Native::wants("s", "expert").after(|_, outcome| {
        assert!(outcome.result.is_err());
        let reply = "I'll do my best".to_owned();
        let replace = Some(Replacement {
            reply,
            agent: None,
            fallback: true,
        });
        Ok(Ok(Patch {
            replace,
            ..Patch::default()
        }))
    });
    let agents = vec![agent("expert", fails(), &[]), answering("general")];
    let desk = desk(
        agents,
        Some("general"),
        vec![resilient.on(Terms::default())],
    );
    let answer = say(&desk, "hello").await;
    assert_eq!(
        (answer.reply.as_str(), answer.stand_in),
        ("I'll do my best", StandIn::Hook)
    );
    assert_eq!(answer.owner.as_str(), "front-desk");
}

#[tokio::test]
async fn what_a_hook_remembers_is_metadata_of_the_conversation() {
    let notes = Native::wants("s", "expert").after(|_, _| {
        let conversation = vec![("expert_consulted".to_owned(), true.into())];
        Ok(Ok(Patch {
            conversation,
            findings: Findings::new(),
            ..Patch::default()
        }))
    });
    let desk = desk(
        vec![answering("expert")],
        None,
        vec![notes.on(Terms::default())],
    );
    let answer = say(&desk, "hello").await;
    let conversation = desk
        .store()
        .open(&answer.conversation)
        .await
        .unwrap()
        .unwrap();
    let noted = conversation.metadata.get("expert_consulted").unwrap();
    assert_eq!(noted.value, true);
    // It was told what the expert, who may be a model, has answered.
    assert_eq!(noted.trust, Trust::MODEL);
}

#[tokio::test]
async fn hooks_on_everybodys_handoffs_need_the_grant() {
    let nosy = || {
        Native::wants("nosy", "expert")
            .condition(|condition| condition.priority = -100)
            .before(|_| {
                let (code, message) = (RefusalCode::Other, "mine".to_owned());
                Ok(Err(Refusal { code, message }))
            })
            .last_hook(|hook| {
                hook.handoffs = Reach::All;
                hook.targets = vec![AgentName::from("expert")];
            })
    };
    let other = || Native::wants("other", "expert").on(Terms::default());
    let agents = || vec![answering("expert"), answering("general")];
    let without = desk(
        agents(),
        Some("general"),
        vec![nosy().on(Terms::default()), other()],
    );
    assert_eq!(say(&without, "hello").await.reply, "expert");

    let granted = Terms {
        hooks_on_all: true,
        ..Terms::default()
    };
    let with = desk(agents(), Some("general"), vec![nosy().on(granted), other()]);
    assert_eq!(say(&with, "hello").await.reply, "general");
}

#[tokio::test]
async fn another_users_conversation_is_refused() {
    let desk = desk(Vec::new(), None, Vec::new());
    let incoming = |user: &str, conversation| Incoming {
        user: Some(UserId::from(user)),
        conversation,
        text: "hello".to_owned(),
        ..Incoming::default()
    };
    let first = desk.answer(incoming("ada", None)).await.unwrap();
    let stranger = desk.answer(incoming("bob", Some(first.conversation))).await;
    assert!(matches!(stranger, Err(DeskError::NotYours(_))));
}

#[tokio::test]
async fn explaining_stores_nothing() {
    let skills = vec![Native::wants("s", "expert").on(Terms::default())];
    let desk = desk(vec![answering("expert")], None, skills);
    let id = crate::id::ConversationId::from("c");
    let explanation = desk
        .explain(Incoming {
            conversation: Some(id.clone()),
            text: "hello".to_owned(),
            ..Incoming::default()
        })
        .await
        .unwrap();
    assert_eq!(
        explanation
            .decision
            .winner()
            .unwrap()
            .proposal
            .target
            .as_str(),
        "expert"
    );
    assert!(desk.store().open(&id).await.unwrap().is_none());
}
