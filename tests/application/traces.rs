//! What an observer is told of turns: spans at a collector of OTLP.

use std::{
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    a2a::{self, Peer, Says},
    collector::{Collector, Span, one},
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    program::run,
    served::{Served, said},
    skills::counter,
    webhook::{SECRET, WebServer},
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Values of `SpanKind` in OTLP.
const INTERNAL: i32 = 1;
const CLIENT: i32 = 3;

/// Serves the desk, which sends its spans soon.
fn serve(desk: &Desk) -> Served {
    Served::start_with(desk, |command| quick(command).env("HOOK_SECRET", SECRET))
}

fn quick(command: &mut Command) -> &mut Command {
    command.env("OTEL_BSP_SCHEDULE_DELAY", "100")
}

/// A desk whose agent is a model with a tool, observed by this collector.
fn model(endpoint: &Endpoint, traces: &str) -> Desk {
    let config = format!(
        "entry = 'model'\n[agents.model]\nkind = 'openai'\nurl = '{}'\nmodel = 'llama3.3'\n\
         tools = ['counter']\n[traces]\n{traces}",
        endpoint.url
    );
    Desk::new(&config).skill("counter.wasm", counter(""))
}

fn at(collector: &Collector) -> String {
    format!("endpoint = '{}'", collector.url)
}

fn uses_tool() -> Endpoint {
    Endpoint::that(Behaviour::UsesTool("counter_count", "{}", "Counted."))
}

#[test]
fn a_turn_is_a_tree_of_skills_handoff_and_agent() {
    let collector = Collector::start();
    let desk = Desk::example("customer-service");
    desk.configure(&format!("[traces]\n{}", at(&collector)));
    let served = serve(&desk);
    let answer = served.chat(
        &[("x-baton-conversation", "c-1")],
        &said(&[("user", "I was charged twice for order 4321")]),
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let spans = collector.turn();

    let turn = one(&spans, "invoke_workflow desk");
    assert_eq!((turn.parent.as_str(), turn.kind), ("", INTERNAL));
    assert_eq!(turn.says("gen_ai.operation.name"), "invoke_workflow");
    assert_eq!(turn.says("gen_ai.conversation.id"), "c-1");
    assert_eq!(turn.says("baton.turn"), "1");
    assert_eq!(turn.says("baton.agent"), "billing-department");
    assert_eq!(turn.says("baton.fallback"), "false");
    assert_eq!(turn.service, "baton");
    assert!(spans.iter().all(|span| span.trace == turn.trace));

    let skill = one(&spans, "baton.skill.evaluate customer-service");
    assert_eq!(skill.parent, turn.id);
    assert_eq!(skill.says("baton.skill.name"), "customer-service");
    let handoff = one(&spans, "baton.handoff billing-department");
    assert_eq!(handoff.parent, turn.id);
    assert_eq!(handoff.says("baton.handoff.target"), "billing-department");
    assert_eq!(handoff.says("baton.handoff.reason"), "specialization");
    assert!(
        handoff
            .says("baton.handoff.by")
            .contains("customer-service")
    );
    let agent = one(&spans, "invoke_agent billing-department");
    assert_eq!(agent.parent, handoff.id);
    assert_eq!(agent.says("gen_ai.operation.name"), "invoke_agent");
    assert_eq!(agent.says("gen_ai.agent.name"), "billing-department");
    assert_eq!(agent.says("gen_ai.agent.id"), "billing-department");
    assert!(spans.iter().all(|span| !span.failed), "{spans:#?}");
}

#[test]
fn an_agent_that_is_a_model_shows_its_requests_and_its_tools() {
    let (collector, endpoint) = (Collector::start(), uses_tool());
    let served = serve(&model(&endpoint, &at(&collector)));
    assert_eq!(served.says("please do").reply(), "Counted.");
    let spans = collector.turn();
    let agent = one(&spans, "invoke_agent model");
    assert_eq!(agent.parent, one(&spans, "invoke_workflow desk").id);
    let chats: Vec<&Span> = spans.iter().filter(|s| s.name == "chat llama3.3").collect();
    assert_eq!(chats.len(), 2, "{spans:#?}");
    for chat in chats {
        assert_eq!(
            (chat.parent.as_str(), chat.kind),
            (agent.id.as_str(), CLIENT)
        );
        assert_eq!(chat.says("gen_ai.operation.name"), "chat");
        assert_eq!(chat.says("gen_ai.provider.name"), "openai");
        assert_eq!(chat.says("gen_ai.request.model"), "llama3.3");
        assert_eq!(chat.says("gen_ai.response.model"), "llama3.3");
        assert_eq!(chat.says("gen_ai.usage.input_tokens"), "12");
        assert_eq!(chat.says("gen_ai.usage.output_tokens"), "7");
        assert_eq!(chat.says("server.address"), "127.0.0.1");
    }
    let tool = one(&spans, "execute_tool counter/count");
    assert_eq!(tool.parent, agent.id);
    assert_eq!(tool.says("gen_ai.operation.name"), "execute_tool");
    assert_eq!(tool.says("gen_ai.tool.name"), "counter/count");
    assert!(!tool.says("gen_ai.tool.call.id").is_empty());
}

#[test]
fn what_fails_says_how_in_one_word() {
    let collector = Collector::start();
    let endpoint = Endpoint::that(Behaviour::Refuses(
        "401 Unauthorized",
        r#"{"error":{"message":"the secret word is swordfish"}}"#,
    ));
    let served = serve(&model(&endpoint, &at(&collector)));
    served.says("please do");
    let spans = collector.turn();
    let chat = one(&spans, "chat llama3.3");
    assert!(chat.failed);
    assert_eq!(chat.says("error.type"), "unauthorized");
    let agent = one(&spans, "invoke_agent model");
    assert!(agent.failed && !agent.says("error.type").is_empty());
    assert_eq!(
        one(&spans, "invoke_workflow desk").says("baton.fallback"),
        "true"
    );
    assert!(!format!("{spans:?}").contains("swordfish"), "{spans:#?}");
}

#[test]
fn what_was_said_is_in_spans_only_if_the_operator_asks_for_it() {
    let (collector, endpoint) = (Collector::start(), uses_tool());
    let served = serve(&model(&endpoint, &at(&collector)));
    served.says("my secret is swordfish");
    let told = format!("{:?}", collector.turn());
    for said in ["swordfish", "Counted.", "messages", "arguments", "result"] {
        assert!(!told.contains(said), "`{said}` is told: {told}");
    }

    let more = format!("{}\ncontent = true", at(&collector));
    let served = serve(&model(&endpoint, &more));
    served.says("my secret is swordfish");
    let spans = collector.turn();
    let turn = one(&spans, "invoke_workflow desk");
    assert!(turn.says("gen_ai.input.messages").contains("swordfish"));
    assert!(turn.says("gen_ai.output.messages").contains("Counted."));
    let tool = one(&spans, "execute_tool counter/count");
    assert_eq!(tool.says("gen_ai.tool.call.arguments"), "{}");
    assert!(!tool.says("gen_ai.tool.call.result").is_empty());
    let chats = spans.iter().filter(|span| span.name == "chat llama3.3");
    for chat in chats {
        assert!(chat.says("gen_ai.input.messages").contains("swordfish"));
    }
}

#[test]
fn a_trace_of_the_client_goes_on_here_and_at_the_models_endpoint() {
    let (collector, endpoint) = (Collector::start(), uses_tool());
    let served = serve(&model(&endpoint, &at(&collector)));
    served.chat(&[("traceparent", PARENT)], &said(&[("user", "please do")]));
    let spans = collector.turn();
    let turn = one(&spans, "invoke_workflow desk");
    assert_eq!(turn.parent, "b7ad6b7169203331");
    assert!(spans.iter().all(|span| span.trace == TRACE), "{spans:#?}");
    let chats = spans.iter().filter(|span| span.name == "chat llama3.3");
    let mut expected: Vec<String> = chats.map(|c| format!("00-{TRACE}-{}-01", c.id)).collect();
    let mut passed_on = endpoint.parents();
    expected.sort();
    passed_on.sort();
    assert_eq!(passed_on, expected);
}

#[test]
fn agents_elsewhere_take_part_in_the_trace() {
    let collector = Collector::start();
    let server = WebServer::that_says(&json!({ "reply": "On Friday." }));
    let peer = Peer::that(false, |_, _| {
        Says::Result(json!({ "task": a2a::done("It is paid.") }))
    });
    let desk = Desk::scripted(&format!(
        "[agents.parcels]\nkind = 'http'\nurl = '{}'\nsecret-env = 'HOOK_SECRET'\n\
         [agents.bank]\nkind = 'a2a'\ncard = '{}'\n\
         [[rules]]\ntarget = 'parcels'\nkeywords = ['parcel']\n\
         [[rules]]\ntarget = 'bank'\nkeywords = ['money']\n[traces]\n{}",
        server.url,
        peer.card(),
        at(&collector)
    ));
    let served = serve(&desk);
    let headers = [("traceparent", PARENT), ("tracestate", "shop=1")];
    assert_eq!(
        served
            .chat(&headers, &said(&[("user", "my parcel")]))
            .reply(),
        "On Friday."
    );
    let spans = collector.turn();
    let agent = one(&spans, "invoke_agent parcels");
    assert_eq!(agent.kind, CLIENT);
    let request = server.request();
    assert_eq!(
        request.header("traceparent"),
        format!("00-{TRACE}-{}-01", agent.id)
    );
    assert_eq!(request.header("tracestate"), "shop=1");

    assert_eq!(served.says("my money").reply(), "It is paid.");
    let spans = collector.turn();
    let agent = one(&spans, "invoke_agent bank");
    assert_ne!(agent.trace, TRACE);
    let parent = format!("traceparent: 00-{}-{}-01", agent.trace, agent.id);
    let asked = peer.asked("SendMessage");
    assert!(asked.head.contains(&parent), "{}", asked.head);
}

#[test]
fn every_door_takes_part_in_the_trace_of_its_client() {
    let collector = Collector::start();
    let served = serve(&Desk::scripted(&format!("[traces]\n{}", at(&collector))));
    let own = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2025-06-18"),
        ("a2a-version", "1.0"),
    ];
    let header = [("traceparent", PARENT)];
    let call = |method: &str, params: Value| {
        json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
    };
    let asks = |meta: Value| {
        let arguments = json!({ "message": "hello" });
        let params = json!({ "name": "ask", "arguments": arguments, "_meta": meta });
        call("tools/call", params)
    };
    let message =
        json!({ "messageId": "m-1", "role": "ROLE_USER", "parts": [{ "text": "hello" }] });
    for (path, headers, body) in [
        ("/mcp", header.as_slice(), asks(json!({}))),
        ("/mcp", &[], asks(json!({ "traceparent": PARENT }))),
        (
            "/a2a",
            &header,
            call("SendMessage", json!({ "message": message })),
        ),
    ] {
        let answer = served.send("POST", path, &[&own, headers].concat(), &body);
        assert!(answer.body.contains("This is the desk."), "{answer:?}");
        let spans = collector.turn();
        let turn = one(&spans, "invoke_workflow desk");
        assert_eq!(
            (turn.trace.as_str(), turn.parent.as_str()),
            (TRACE, "b7ad6b7169203331")
        );
    }
}

#[test]
fn a_trace_that_its_client_does_not_collect_is_only_passed_on() {
    let (collector, endpoint) = (Collector::start(), uses_tool());
    let served = serve(&model(&endpoint, &at(&collector)));
    let quiet = PARENT.replace("-01", "-00");
    served.chat(&[("traceparent", &quiet)], &said(&[("user", "please do")]));
    served.says("please do");
    let spans = collector.turn();
    assert!(spans.iter().all(|span| span.trace != TRACE), "{spans:#?}");
    let passed_on = endpoint.parents();
    assert!(passed_on[0].starts_with(&format!("00-{TRACE}-")));
    assert!(passed_on[0].ends_with("-00"), "{passed_on:?}");
}

#[test]
fn without_a_collector_nothing_is_passed_on() {
    let endpoint = uses_tool();
    let served = serve(&model(&endpoint, ""));
    served.chat(&[("traceparent", PARENT)], &said(&[("user", "please do")]));
    assert_eq!(endpoint.parents(), [""; 0]);
}

#[test]
fn the_variables_that_all_programs_know_name_the_collector_and_the_service() {
    let collector = Collector::start();
    let desk = Desk::scripted("");
    let mut command = desk.command(&["run", "hello"]);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .env("OTEL_SERVICE_NAME", "shop-desk");
    run(&mut command).ok().shows(&["This is the desk."]);
    let spans = collector.turn();
    assert_eq!(one(&spans, "invoke_agent desk").service, "shop-desk");
}

#[test]
fn what_has_gathered_is_sent_when_the_desk_is_closed() {
    let collector = Collector::start();
    let desk = Desk::scripted(&format!("[traces]\n{}", at(&collector)));
    let hour = |command: &mut Command| {
        command.env("OTEL_BSP_SCHEDULE_DELAY", "3600000");
    };
    let mut served = Served::start_with(&desk, |command| {
        hour(command);
        command
    });
    served.says("hello");
    assert!(collector.all().is_empty());
    served.terminate();
    assert!(served.ended_well());
    one(&collector.turn(), "invoke_agent desk");
}

#[test]
fn a_collector_that_is_gone_harms_nothing_and_is_told_once() {
    let gone = Endpoint::that_is_down();
    let served = serve(&Desk::scripted(&format!("[traces]\nendpoint = '{gone}'")));
    for _ in 0..3 {
        assert_eq!(served.says("hello").reply(), "This is the desk.");
        // Longer than until the next spans are sent.
        std::thread::sleep(Duration::from_millis(400));
    }
    let log = served.log();
    assert_eq!(log.matches("takes no traces").count(), 1, "{log}");
}

#[test]
fn a_collector_that_never_answers_keeps_nobody_waiting() {
    // Connections are made, and nobody reads what comes.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut served = serve(&Desk::scripted(&format!("[traces]\nendpoint = '{url}'")));
    let began = Instant::now();
    for _ in 0..5 {
        assert_eq!(served.says("hello").reply(), "This is the desk.");
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    served.terminate();
    assert!(served.ended_well());
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn an_endpoint_that_is_no_url_is_refused_with_its_place() {
    let desk = Desk::scripted("[traces]\nendpoint = 'localhost:4318'");
    desk.baton(&["run", "hello"])
        .with_code(3)
        .complains(&["no URL of a collector", "http://localhost:4318"]);
    let desk = Desk::scripted("");
    let mut command = desk.command(&["run", "hello"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "collector");
    run(&mut command)
        .with_code(3)
        .complains(&["OTEL_EXPORTER_OTLP_ENDPOINT", "no URL"]);
}
