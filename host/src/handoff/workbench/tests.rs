use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Map, Value, json};

use crate::{
    agent::Script,
    contract::{Effect, Fault, ToolError},
    conversation::{Message, Speaker, ToolEnd},
    handoff::{Agent, Answer, Desk, Incoming, Policy, Rules, ToolAccess, ToolName, ToolRef},
    id::{AgentName, Scope},
    routing::{Member, Terms},
    testing::{HANGS, Native, agent, answering, desk_of, events, say},
    trust::Trust,
};

fn named(tool: &str) -> ToolName {
    match tool.parse() {
        Ok(ToolRef::One(name)) => name,
        _ => panic!("{tool}"),
    }
}

fn calling(name: &str, tool: &str, reply: &str, alternatives: &[&str]) -> Arc<dyn Agent> {
    let arguments = Map::from_iter([("order".to_owned(), json!(7))]);
    let script = Script::CallTool(named(tool), arguments, reply.to_owned());
    agent(name, script, alternatives)
}

/// A desk on which all of these agents may call all tools of the skill `s`.
fn desk(agents: Vec<Arc<dyn Agent>>, skill: Native, allowed: &[&str]) -> Desk {
    let access = |name: &&str| {
        let tools = vec!["s".parse().unwrap()];
        let access = ToolAccess {
            tools,
            ..ToolAccess::default()
        };
        (AgentName::from(*name), access)
    };
    let policy = Policy {
        tools: allowed.iter().map(access).collect(),
        ..Policy::default()
    };
    let skills: Vec<Member> = vec![skill.on(Terms::default())];
    desk_of(agents, Some("general"), skills, policy, Rules::default())
}

/// A skill that sends to `a`, with a tool that counts its calls.
fn counting(effect: Effect) -> (Native, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let skill = Native::wants("s", "a").tool("refund", effect, move |_, _, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(json!("refunded"))
    });
    (skill, count)
}

async fn messages(desk: &Desk, answer: &Answer) -> Vec<Arc<Message>> {
    let kept = desk
        .store()
        .open(&answer.conversation)
        .await
        .unwrap()
        .unwrap();
    kept.history.page(None, 100).unwrap()
}

async fn ends(desk: &Desk, answer: &Answer) -> Vec<String> {
    let events = desk.store().events(&answer.conversation).await.unwrap();
    events
        .into_iter()
        .map(|(_, event)| serde_json::to_value(event).unwrap())
        .filter(|event| event["type"] == "tool.called")
        .map(|event| event["outcome"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_tool_that_an_agent_calls_is_a_message_of_the_conversation_with_its_result() {
    let callers = Arc::new(Mutex::new(Vec::new()));
    let seen = callers.clone();
    let skill = Native::wants("s", "a").tool("find", Effect::Read, move |_, arguments, caller| {
        let kind = caller.kind.as_str();
        seen.lock().unwrap().push((kind, caller.name.clone()));
        Ok(json!({ "order": arguments["order"] }))
    });
    let agents = vec![
        calling("a", "s/find", "It says {result}", &[]),
        answering("general"),
    ];
    let desk = desk(agents, skill, &["a"]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.reply, r#"It says {"order":7}"#);
    assert_eq!(*callers.lock().unwrap(), [("agent", "a".to_owned())]);
    let messages = messages(&desk, &answer).await;
    let [_, call, result, _] = messages.as_slice() else {
        panic!("{messages:#?}")
    };
    assert_eq!(call.calls[0].name, "s/find");
    assert_eq!(call.calls[0].key, "", "reading has no effect");
    assert!(result.answers(&call.calls[0].id));
    // One hop from the front desk.
    assert!(matches!(&result.speaker, Speaker::Tool { name, .. } if name == "s/find"));
    assert!(result.trust <= Trust::TOOL);
    assert!(
        events(&desk, &answer)
            .await
            .contains(&"tool.called".to_owned())
    );
}

#[tokio::test]
async fn an_alternative_does_not_repeat_a_write_and_gets_its_result() {
    let (skill, count) = counting(Effect::Write);
    // The reply of the first is empty, so it has failed.
    let agents = vec![
        calling("a", "s/refund", " ", &["b"]),
        calling("b", "s/refund", "b: {result}", &[]),
        answering("general"),
    ];
    let desk = desk(agents, skill, &["a", "b"]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.reply, "b: refunded");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(ends(&desk, &answer).await, ["done", "repeated"]);
    // The next message is other work.
    let next = Incoming {
        conversation: Some(answer.conversation),
        text: "again".to_owned(),
        ..Incoming::default()
    };
    desk.answer(next).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_dead_letter_that_is_tried_again_does_not_repeat_a_write() {
    let (skill, count) = counting(Effect::Write);
    let agents = vec![calling("a", "s/refund", " ", &[]), answering("general")];
    let desk = desk(agents, skill, &["a"]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.agent.as_str(), "general");
    let letters = desk.store().dead_letters().await.unwrap();
    let again = desk.retry(letters[0].id(), &[]).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(ends(&desk, &again).await, ["done", "repeated"]);
}

#[tokio::test]
async fn a_write_that_was_refused_may_be_tried_again() {
    let skill = Native::wants("s", "a").tool("refund", Effect::Write, |_, _, _| {
        Err(ToolError::Refused {
            code: "failed".to_owned(),
            message: "the till is closed".to_owned(),
        })
    });
    let agents = vec![
        calling("a", "s/refund", " ", &["b"]),
        calling("b", "s/refund", "{result}", &[]),
        answering("general"),
    ];
    let desk = desk(agents, skill, &["a", "b"]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.reply, "error: the till is closed (failed)");
    assert_eq!(ends(&desk, &answer).await, ["refused", "refused"]);
    let messages = messages(&desk, &answer).await;
    assert!(
        messages
            .iter()
            .flat_map(|m| &m.calls)
            .all(|call| call.key.is_empty())
    );
}

#[tokio::test]
async fn a_tool_of_a_skill_that_fails_is_an_error_for_the_agent_until_the_skill_is_quarantined() {
    let skill =
        Native::wants("s", "a").tool("refund", Effect::Read, |_, _, _| Err(Fault::Stack.into()));
    let agents = vec![
        calling("a", "s/refund", "{result}", &[]),
        answering("general"),
    ];
    let desk = desk(agents, skill, &["a"]);
    let mut conversation = None;
    let mut last = None;
    for _ in 0..6 {
        let incoming = Incoming {
            conversation: conversation.clone(),
            text: "hello".to_owned(),
            ..Incoming::default()
        };
        let answer = desk.answer(incoming).await.unwrap();
        conversation = Some(answer.conversation.clone());
        last = Some(answer);
    }
    let answer = last.unwrap();
    assert!(answer.reply.contains("out of order"), "{}", answer.reply);
    let ends = ends(&desk, &answer).await;
    assert_eq!(ends[4], ToolEnd::Failed.as_str());
    assert_eq!(ends[5], ToolEnd::NotMade.as_str());
}

#[tokio::test]
async fn a_tool_is_not_there_for_agents_without_it_and_users_without_its_scope() {
    for (allowed, scopes, expected) in [
        (&["a"][..], &[Scope::from("till")][..], "refunded"),
        (&["a"], &[], "there is no tool `s/refund`"),
    ] {
        let (skill, _) = counting(Effect::Write);
        let agents = vec![
            calling("a", "s/refund", "{result}", &[]),
            answering("general"),
        ];
        let desk = desk(agents, skill.tool_scope("till"), allowed);
        let incoming = Incoming {
            text: "hello".to_owned(),
            scopes: scopes.into(),
            ..Incoming::default()
        };
        assert_eq!(desk.answer(incoming).await.unwrap().reply, expected);
    }
    let (skill, count) = counting(Effect::Write);
    let agents = vec![
        calling("a", "s/refund", "{result}", &[]),
        answering("general"),
    ];
    let answer = say(&desk(agents, skill, &[]), "hello").await;
    assert_eq!(answer.agent.as_str(), "general");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_write_that_was_broken_off_is_not_made_again_and_the_agent_is_told_so() {
    let skill = Native::wants("s", "a").tool(HANGS, Effect::Write, |_, _, _| Ok(Value::Null));
    let agents = vec![
        // It has 50 ms, and the tool takes all of them.
        calling("a", "s/hang", "{result}", &["b"]),
        calling("b", "s/hang", "{result}", &[]),
        answering("general"),
    ];
    let desk = desk(agents, skill, &["a", "b"]);
    let answer = say(&desk, "hello").await;
    assert_eq!(answer.agent.as_str(), "b");
    assert!(answer.reply.contains("may or may not"), "{}", answer.reply);
    let messages = messages(&desk, &answer).await;
    let calls = messages.iter().map(|message| message.calls.len());
    assert_eq!(calls.sum::<usize>(), 1);
}
