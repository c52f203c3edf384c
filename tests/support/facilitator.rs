//! A facilitator of the x402 protocol that does what a test says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// What it does with a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// As the protocol says: a proof is valid, and settles once.
    Well,
    /// It refuses.
    Refuses,
    /// It says this, with status 200.
    Says(&'static str),
    /// It takes the call and never answers.
    Never,
    /// It takes the call and hangs up.
    HangsUp,
}

/// A facilitator on this machine, until the test ends.
pub struct Facilitator {
    pub url: String,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Facilitator {
    /// Listens.
    pub fn that(verify: Answers, settle: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let seen = calls.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let seen = seen.clone();
                thread::spawn(move || serve(stream.unwrap(), verify, settle, &seen));
            }
        });
        Self { url, calls }
    }

    /// The names of the calls so far.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The body of the first call.
    pub fn first(&self) -> Value {
        self.calls.lock().unwrap()[0].1.clone()
    }
}

/// A proof of payment of so many millionths, as a client sends it.
pub fn proof(amount: &str, pay_to: &str) -> String {
    let proof = json!({
        "x402Version": 2,
        "accepted": {
            "scheme": "exact",
            "network": "eip155:84532",
            "amount": amount,
            "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "payTo": pay_to,
            "maxTimeoutSeconds": 60,
        },
        "payload": { "signature": "0x1", "authorization": { "nonce": "0x2" } },
    });
    BASE64_STANDARD.encode(proof.to_string())
}

fn serve(
    mut stream: TcpStream,
    verify: Answers,
    settle: Answers,
    seen: &Mutex<Vec<(String, Value)>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    reader.read_line(&mut head).unwrap();
    let call = head
        .split([' ', '/'])
        .find(|word| matches!(*word, "verify" | "settle"));
    let call = call.unwrap().to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let again = {
        let mut seen = seen.lock().unwrap();
        let before = seen
            .iter()
            .any(|(name, _)| *name == call && call == "settle");
        seen.push((call.clone(), body));
        before
    };
    let transaction = if again { "" } else { "0xabc" };
    let (what, well, refusal) = if call == "verify" {
        let refusal = json!({ "isValid": false, "invalidReason": "insufficient_funds" });
        (verify, json!({ "isValid": true, "payer": "0x1" }), refusal)
    } else {
        let reason = "invalid_transaction_state";
        let network = "eip155:84532";
        let refusal = json!({ "success": false, "errorReason": reason, "transaction": "", "network": network });
        let well = json!({ "success": !again, "transaction": transaction, "network": network });
        (settle, well, refusal)
    };
    let answer = match what {
        Answers::Well => well.to_string(),
        Answers::Refuses => refusal.to_string(),
        Answers::Says(text) => text.to_owned(),
        Answers::Never => {
            thread::sleep(Duration::from_secs(60));
            return;
        }
        Answers::HangsUp => return,
    };
    // Whoever asked may have hung up.
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{answer}",
        answer.len()
    );
}
