//! A desk that is served: over TLS, to many at once, to clients that leave or
//! read slowly, and until it is told to end.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    program::PATIENCE,
    served::{Served, said},
};

/// A desk whose one agent takes this long, or says this.
fn desk(agent: &str) -> Desk {
    Desk::new(&format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n{agent}\n\
         [serve]\nmessages-per-minute = 100000"
    ))
}

fn streams(served: &Served, conversation: &str, text: &str) -> TcpStream {
    let mut request = said(&[("user", text)]);
    request["stream"] = json!(true);
    let body = request.to_string();
    let mut stream = served.connect();
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\nx-baton-conversation: {conversation}\r\n\
         content-length: {}\r\n\r\n{body}",
        served.address(),
        body.len()
    )
    .unwrap();
    stream
}

/// Waits until this holds.
#[track_caller]
fn comes(what: impl Fn() -> bool) {
    let began = Instant::now();
    while !what() {
        assert!(began.elapsed() < PATIENCE, "it does not come");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_desk_with_a_certificate_speaks_tls_and_nothing_else() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let desk = desk("reply = 'Hello.'");
    desk.configure("tls = { certificate = 'desk.pem', key = 'desk.key' }");
    let pem = made.cert.pem();
    fs::write(desk.path("desk.pem"), &pem).unwrap();
    fs::write(desk.path("desk.key"), made.signing_key.serialize_pem()).unwrap();
    let served = Served::start(&desk);

    let mut trusted = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    trusted.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, served.connect());
    let body = said(&[("user", "Hi")]).to_string();
    let length = body.len();
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    // Not every end of a connection is announced.
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("Hello."), "{answer}");

    let mut plain = served.connect();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(plain, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(
        !String::from_utf8_lossy(&answer).contains("ok"),
        "{answer:?}"
    );
}

#[test]
fn a_certificate_that_is_missing_or_none_is_told_with_its_name() {
    let desk = desk("reply = 'Hello.'");
    desk.configure("tls = { certificate = 'desk.pem', key = 'desk.key' }");
    for content in [None, Some("no certificate")] {
        if let Some(content) = content {
            fs::write(desk.path("desk.pem"), content).unwrap();
            fs::write(desk.path("desk.key"), content).unwrap();
        }
        let ran = desk.baton(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(ran.code != 0 && ran.stderr.contains("desk.pem"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_desk_that_is_told_to_end_under_load_loses_no_answer_and_gives_none_twice() {
    const CLIENTS: usize = 24;
    let desk = desk("reply = 'Answered: {text}'\ndelay = '700ms'");
    let mut served = Served::start(&desk);
    let answers: Vec<_> = thread::scope(|scope| {
        let served = &served;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                scope.spawn(move || {
                    let id = format!("c-{number}");
                    let headers = [("x-baton-conversation", id.as_str())];
                    let text = format!("message {number}");
                    served.chat(&headers, &said(&[("user", &text)]))
                })
            })
            .collect();
        // Each is in the middle of its turn by then.
        thread::sleep(Duration::from_millis(350));
        served.terminate();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect()
    });
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.reply(), format!("Answered: message {number}"));
    }
    assert!(served.ended_well());
    assert!(TcpStream::connect(served.address()).is_err());
    for number in 0..CLIENTS {
        let kept: Value = desk.json(&["conversation", "show", &format!("c-{number}")]);
        assert_eq!(kept["messages"].as_array().unwrap().len(), 2, "{kept:#}");
    }
}

#[test]
fn a_client_that_leaves_in_mid_stream_ends_the_turn_and_the_record_says_so() {
    let endpoint = Endpoint::that(Behaviour::StreamsSlowly(
        &["One ", "two ", "three ", "four ", "five "],
        Duration::from_secs(2),
    ));
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'openai'\nmodel = 'm'\nurl = '{}'",
        endpoint.url
    );
    let desk = Desk::new(&config);
    let served = Served::start(&desk);
    let mut stream = streams(&served, "c", "count");
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains("One") {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0);
        read.extend_from_slice(&part[..length]);
    }
    drop(stream);
    comes(|| desk.count("c", "turn.cut-off") == 1);
    // The conversation is free for the next message.
    let headers = [("x-baton-conversation", "c")];
    let mut next = said(&[("user", "count")]);
    next["stream"] = json!(true);
    let answer = served.chat(&headers, &next);
    assert!(answer.body.contains("five"), "{answer:?}");
}

#[test]
fn a_thousand_idle_connections_keep_nobody_from_being_answered() {
    let served = Served::start(&desk("reply = 'Hello.'"));
    let mut idle: Vec<TcpStream> = (0..1000).map(|_| served.connect()).collect();
    for stream in idle.iter_mut().step_by(2) {
        stream
            .write_all(b"POST /v1/chat/completions HTTP/1.1\r\nhost: ")
            .unwrap();
    }
    let began = Instant::now();
    assert_eq!(served.says("Hi").reply(), "Hello.");
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
    assert_eq!(served.says("Hi").reply(), "Hello.");
}

#[test]
fn clients_that_do_not_read_hold_up_nobody_and_their_turns_end() {
    let long = "x".repeat(200_000);
    let desk = desk(&format!("reply = '{long}'"));
    let served = Served::start(&desk);
    let slow: Vec<TcpStream> = (0..20)
        .map(|number| streams(&served, &format!("slow-{number}"), "Hi"))
        .collect();
    assert_eq!(served.says("Hi").reply().len(), long.len());
    for number in 0..slow.len() {
        comes(|| desk.count(&format!("slow-{number}"), "turn.answered") == 1);
    }
    // One that comes back to it finds everything there.
    let mut late = slow.into_iter().next().unwrap();
    late.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut read = Vec::new();
    // The connection stays open, so that reading ends by the clock.
    let _ = late.read_to_end(&mut read);
    assert!(String::from_utf8_lossy(&read).contains("[DONE]"));
}
