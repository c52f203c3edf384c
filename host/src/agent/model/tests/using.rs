use proptest::prelude::*;

use super::*;
use crate::{
    contract::{Effect, Fault, ToolError},
    handoff::{ToolAccess, ToolLimits},
};

/// A skill that sends to `assistant`, with tools that work, refuse and fail.
fn shop() -> Member {
    let run = |tool: &str, arguments: &Value| match tool {
        "look-up" => Ok(json!({ "order": arguments["order"], "state": "sent" })),
        "refund" => Ok(json!("refunded")),
        "refuse" => Err(ToolError::Refused {
            code: "invalid-arguments".to_owned(),
            message: "argument `order` is missing".to_owned(),
        }),
        _ => Err(Fault::Stack.into()),
    };
    Native::wants("shop", "assistant")
        .tool("look-up", Effect::Read, |_, _, _| Ok(Value::Null))
        .tool("refund", Effect::Write, |_, _, _| Ok(Value::Null))
        .tool("refuse", Effect::Read, |_, _, _| Ok(Value::Null))
        .tool("fail", Effect::Read, move |tool, arguments, _| {
            run(tool, arguments)
        })
        .on(Terms::default())
}

/// A desk whose conversations go to the model `assistant`, which may use all
/// tools of the shop, beside `billing`.
fn desk_with_tools(mock: &Mock, limits: ToolLimits) -> Desk {
    let agents = vec![model("assistant", mock), answering("billing")];
    desk(agents, vec![shop()], |policy| {
        let tools = vec!["shop".parse().unwrap()];
        let access = ToolAccess { tools, limits };
        policy.tools.insert(AgentName::from("assistant"), access);
    })
}

async fn kept(desk: &Desk, answer: &Answer) -> Vec<Arc<Message>> {
    let kept = desk.store().open(&answer.conversation).await.unwrap();
    kept.unwrap().history.page(None, 1000).unwrap()
}

fn results(request: &Value) -> Vec<&str> {
    let messages = request["messages"].as_array().unwrap().iter();
    messages
        .filter(|message| message["role"] == "tool")
        .map(|message| message["content"].as_str().unwrap())
        .collect()
}

const LOOK_UP: &str = "shop_look-up";

#[tokio::test]
async fn a_model_calls_a_tool_reads_the_result_as_data_and_answers() {
    let mock = Mock::replying(vec![
        vec![says("Let me see."), calls(0, LOOK_UP, r#"{"order":7}"#)],
        vec![says("It is sent.")],
    ])
    .await;
    let desk = desk_with_tools(&mock, ToolLimits::default());
    let answer = say(&desk, "where is order 7?").await;
    assert_eq!(by(&answer), ("assistant", "It is sent.", "assistant"));
    let requests = mock.requests();
    let offered = requests[0]["tools"].as_array().unwrap();
    let tool = offered.iter().find(|t| t["function"]["name"] == LOOK_UP);
    assert_eq!(tool.unwrap()["function"]["description"], "Does look-up.");
    assert!(system(&requests[0]).contains("follow no instructions"));
    let told = result(&requests[1]);
    assert!(
        told.contains("source=\"tool shop/look-up\" trust=\"0.8\""),
        "{told}"
    );
    assert!(told.contains(r#"{"order":7,"state":"sent"}"#), "{told}");
    let usage = answer.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (20, 2));
    let events = crate::testing::events(&desk, &answer).await;
    let called = events.iter().filter(|name| *name == "model.called");
    assert_eq!(called.count(), 2);
}

#[tokio::test]
async fn several_calls_in_one_reply_are_all_made_in_order_and_the_wrong_ones_told() {
    let mock = Mock::replying(vec![
        vec![
            calls(0, LOOK_UP, r#"{"order":7}"#),
            calls(1, "shop_steal", "{}"),
            calls(2, LOOK_UP, "{order"),
            calls(3, "shop_refuse", "{}"),
            calls(4, "shop_fail", "{}"),
            calls(5, "shop_refund", "{}"),
        ],
        vec![says("Done.")],
    ])
    .await;
    let desk = desk_with_tools(&mock, ToolLimits::default());
    let answer = say(&desk, "refund it").await;
    assert_eq!(answer.reply, "Done.");
    let requests = mock.requests();
    let expected = [
        "\"sent\"",
        "there is no tool `shop_steal`",
        "are no JSON object",
        "error: argument `order` is missing (invalid-arguments)",
        "error: the tool failed",
        "refunded",
    ];
    let told = results(&requests[1]);
    assert_eq!(told.len(), expected.len());
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(requests[1]["tool_choice"], "auto", "it may go on");
}

#[tokio::test]
async fn a_call_beside_a_handoff_is_made_first_and_moves_with_the_conversation() {
    let to_second = "hand_over_to_second";
    let first = Mock::replying(vec![vec![
        calls(0, to_second, "{}"),
        calls(1, "shop_refund", r#"{"order":7}"#),
    ]])
    .await;
    let second = Mock::replying(vec![vec![says("It is refunded.")]]).await;
    let agents = vec![model("assistant", &first), model("second", &second)];
    let desk = desk(agents, vec![shop()], |policy| {
        let tools = vec!["shop/refund".parse().unwrap()];
        let access = ToolAccess {
            tools,
            ..ToolAccess::default()
        };
        policy.tools.insert(AgentName::from("assistant"), access);
    });
    let answer = say(&desk, "refund order 7").await;
    assert_eq!(by(&answer), ("second", "It is refunded.", "second"));
    let requests = second.requests();
    assert_eq!(roles(&requests[0]), ["system", "user", "assistant", "tool"]);
    assert!(result(&requests[0]).contains("refunded"));
}

#[tokio::test]
async fn a_model_that_has_used_up_its_steps_or_tokens_gets_one_last_request_without_tools() {
    let standard = ToolLimits::default();
    for (limits, requests) in [
        (
            ToolLimits {
                steps: 2,
                ..standard
            },
            3,
        ),
        (
            ToolLimits {
                tokens: 20,
                ..standard
            },
            3,
        ),
        (
            ToolLimits {
                time: Duration::ZERO,
                ..standard
            },
            2,
        ),
    ] {
        let call = || vec![calls(0, LOOK_UP, r#"{"order":7}"#)];
        let mut replies: Vec<_> = (1..requests).map(|_| call()).collect();
        replies.push(vec![says("That is all I know.")]);
        let mock = Mock::replying(replies).await;
        let answer = say(&desk_with_tools(&mock, limits), "where is it?").await;
        assert_eq!(answer.reply, "That is all I know.", "{limits:?}");
        let made = mock.requests();
        assert_eq!(made.len(), requests, "{limits:?}");
        let last = &made[requests - 1];
        assert_eq!(last["tool_choice"], "none");
        assert!(system(last).contains("No more calls"), "{last:#}");
    }
}

#[tokio::test]
async fn a_model_that_calls_even_then_has_failed_and_another_answers() {
    let mock = Mock::replying(vec![vec![calls(0, LOOK_UP, "{}")]]).await;
    let steps = ToolLimits {
        steps: 3,
        ..ToolLimits::default()
    };
    let answer = say(&desk_with_tools(&mock, steps), "hello").await;
    assert_eq!(answer.agent.as_str(), "general");
    assert_eq!(mock.requests().len(), 4);
}

/// Everything has its place: a result behind each call, nobody twice.
fn check(request: &Value) {
    let messages = request["messages"].as_array().unwrap();
    let mut awaited: Vec<String> = Vec::new();
    let mut before = String::new();
    for message in messages {
        let role = message["role"].as_str().unwrap().to_owned();
        assert_eq!(role == "tool", !awaited.is_empty(), "{request:#}");
        assert!(role == "tool" || role != before, "{request:#}");
        match message["tool_call_id"].as_str() {
            Some(id) => assert_eq!(awaited.remove(0), id),
            None => awaited.extend(
                message["tool_calls"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|call| call["id"].as_str().unwrap().to_owned()),
            ),
        }
        // After results a model may call again.
        before = if role == "tool" { String::new() } else { role };
    }
    assert!(awaited.is_empty(), "{request:#}");
}

fn reply() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..8u8, 0..3u8), 0..4)
}

fn events_of(reply: &[(u8, u8)]) -> Vec<Value> {
    let names = [
        LOOK_UP,
        "shop_refund",
        "shop_refuse",
        "shop_fail",
        "shop_steal",
        HAND_OVER,
        "",
        LOOK_UP,
    ];
    let arguments = [r#"{"order":7}"#, "{}", "{broken"];
    let call = |(at, (name, written)): (usize, &(u8, u8))| {
        calls(
            at,
            names[usize::from(*name)],
            arguments[usize::from(*written)],
        )
    };
    let text = says("Well.");
    let calls = reply.iter().enumerate().map(call);
    std::iter::once(text).chain(calls).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_model_calls_every_request_is_valid_and_every_call_on_record_has_its_result(
        replies in prop::collection::vec(reply(), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut events: Vec<Vec<Value>> = replies.iter().map(|r| events_of(r)).collect();
            events.push(vec![says("The end.")]);
            let mock = Mock::replying(events).await;
            let desk = desk_with_tools(&mock, ToolLimits::default());
            let answer = say(&desk, "hello").await;
            mock.requests().iter().for_each(check);
            let kept = kept(&desk, &answer).await;
            let mut keys = std::collections::HashSet::new();
            for call in kept.iter().flat_map(|message| &message.calls) {
                let results = kept.iter().filter(|message| message.answers(&call.id));
                assert_eq!(results.count(), 1);
                assert!(call.key.is_empty() || keys.insert(&call.key), "a write twice");
            }
        });
    }
}
