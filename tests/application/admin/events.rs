//! What happens, as it happens.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::*;

/// Reads server-sent events as they come.
struct Follower(BufReader<TcpStream>);

impl Follower {
    fn of(served: &Served, query: &str, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(served.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let last = last
            .map(|id| format!("last-event-id: {id}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "GET /admin/v1/events?{query} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{last}\r\n",
            served.address(),
            served.operator()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut follower = Self(BufReader::new(stream));
        // The head is there when the place to begin at is known.
        while follower.line().trim() != "" {}
        follower
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(
            self.0.read_line(&mut line).unwrap() > 0,
            "the stream has ended"
        );
        line
    }

    /// The next event and its id.
    fn next(&mut self) -> (String, Value) {
        let (mut id, mut data): (String, Option<Value>) = (String::new(), None);
        loop {
            let line = self.line();
            if let Some(text) = line.strip_prefix("id: ") {
                id = text.trim().to_owned();
            }
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(text.trim()).unwrap());
            }
            if line.trim().is_empty()
                && let Some(data) = data.take()
            {
                return (id, data);
            }
        }
    }
}

#[test]
fn events_are_followed_across_conversations_and_taken_up_again_where_a_client_was_cut_off() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let mut all = Follower::of(&served, "follow=true&type=turn.", None);
    let first = says(&served, "I was charged twice for order 4321");
    let second = says(&served, "Where is my parcel?");
    let seen: Vec<(String, Value)> = (0..4).map(|_| all.next()).collect();
    let types: Vec<_> = seen
        .iter()
        .map(|(_, event)| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "turn.started",
            "turn.answered",
            "turn.started",
            "turn.answered"
        ]
    );
    assert_eq!(seen[0].1["conversation"], first.as_str());
    assert_eq!(seen[3].1["conversation"], second.as_str());
    // Somebody else's process works in the same folder.
    desk.say_in("elsewhere", "Where is my parcel?");
    assert_eq!(all.next().1["conversation"], "elsewhere");
    let mut again = Follower::of(&served, "follow=true&type=turn.answered", Some(&seen[1].0));
    assert_eq!(again.next().1["conversation"], second.as_str());
    let one = format!("follow=true&after=0&conversation={second}&type=turn.");
    assert_eq!(
        Follower::of(&served, &one, None).next().1["conversation"],
        second.as_str()
    );
}

#[test]
fn a_client_that_follows_does_not_keep_the_desk_from_closing() {
    let mut served = Served::start(&Desk::scripted(""));
    let follower = Follower::of(&served, "follow=true", None);
    let began = Instant::now();
    served.interrupt();
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    drop(follower);
}
