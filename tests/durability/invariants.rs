//! What must be true of the store whatever happened.

use std::{collections::BTreeMap, path::Path};

use rusqlite::Connection;
use serde_json::Value;

use crate::{money, support::shapes::Answer};

/// What the store holds of a conversation.
#[derive(Default)]
struct Kept {
    /// Role and text, in order.
    messages: Vec<(String, String)>,
    /// Type and the event itself, by turn.
    events: BTreeMap<u64, Vec<(String, Value)>>,
}

/// What was found, for the report.
#[derive(Debug, Default)]
pub struct Found {
    pub answered: i64,
    pub cut_off: i64,
    pub letters: i64,
    pub tickets: i64,
    /// Millionths.
    pub paid: i64,
}

/// Checks everything, after a host has started and ended again.
pub fn check(file: &Path, acknowledged: &[Answer]) -> Found {
    let db = Connection::open(file).unwrap();
    let sound: String = ask(&db, "PRAGMA integrity_check");
    assert_eq!(sound, "ok");
    let kept = read(&db);
    for answer in acknowledged {
        is_complete(&db, &kept[&answer.conversation], answer);
    }
    for (conversation, kept) in &kept {
        one_answer_each(conversation, &kept.messages);
        counted_once(&db, conversation, kept);
    }
    nothing_is_left_open(&db);
    money::check(&db, acknowledged);
    let count = |sql: &str| ask::<i64>(&db, sql);
    let by_person = "SELECT count(*) FROM event WHERE body LIKE '%\"type\":\"ticket.opened\"%'";
    let found = Found {
        answered: count("SELECT count(*) FROM turn WHERE state = 'answered'"),
        cut_off: count("SELECT count(*) FROM event WHERE body LIKE '%\"type\":\"turn.cut-off\"%'"),
        letters: count("SELECT count(*) FROM dead_letter"),
        tickets: count("SELECT count(*) FROM ticket"),
        paid: money::paid(&db),
    };
    assert_eq!(found.tickets, count(by_person), "a ticket for each event");
    let given_up = count("SELECT count(*) FROM event WHERE body LIKE '%\"deadletter.kept\"%'");
    assert_eq!(found.letters, given_up, "a dead letter for each event");
    found
}

fn ask<T: rusqlite::types::FromSql>(db: &Connection, sql: &str) -> T {
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn read(db: &Connection) -> BTreeMap<String, Kept> {
    let mut kept: BTreeMap<String, Kept> = BTreeMap::new();
    let rows = |sql: &str| -> Vec<(String, u64, Value)> {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let body: String = row.get(2)?;
            let turn: i64 = row.get(1)?;
            Ok((
                row.get(0)?,
                turn.unsigned_abs(),
                serde_json::from_str(&body).unwrap(),
            ))
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    let word = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    for (conversation, _, body) in rows("SELECT conversation, 0, body FROM message ORDER BY seq") {
        let message = (word(&body, "role"), word(&body, "content"));
        kept.entry(conversation).or_default().messages.push(message);
    }
    for (conversation, turn, body) in
        rows("SELECT conversation, turn, body FROM event ORDER BY seq")
    {
        let events = &mut kept.entry(conversation).or_default().events;
        let event = (word(&body, "type"), body);
        events.entry(turn).or_default().push(event);
    }
    kept
}

/// An answer that somebody has read is there with its message, its events, its
/// handoffs and its tickets.
fn is_complete(db: &Connection, kept: &Kept, answer: &Answer) {
    let there = kept
        .messages
        .iter()
        .filter(|(_, text)| *text == answer.reply);
    // The broken agent's answers are all the same text, and so are those of a
    // person who has the conversation and its ticket already.
    let alike = answer.stand_in == "local" || answer.agent == "person";
    let there = there.count();
    assert!(there == 1 || (alike && there > 1), "{answer:#?}");
    let events = kept.events.get(&answer.turn).map_or(&[][..], Vec::as_slice);
    let count = |kind: &str| events.iter().filter(|(k, _)| k == kind).count();
    assert_eq!(
        (count("turn.started"), count("turn.answered")),
        (1, 1),
        "{answer:#?}\n{events:#?}"
    );
    let handoffs = answer
        .route
        .iter()
        .filter_map(|leg| Some((leg.handoff.as_ref()?, leg.end.as_str())));
    let handoffs: Vec<(&String, &str)> = handoffs.collect();
    assert_eq!(
        count("handoff.initiated"),
        handoffs.len(),
        "{answer:#?}\n{events:#?}"
    );
    for (handoff, end) in handoffs {
        let state: String = db
            .query_row(
                "SELECT state FROM handoff WHERE id = ?1",
                [handoff],
                |row| row.get(0),
            )
            .unwrap();
        let expected = if end == "answered" { "completed" } else { end };
        assert_eq!(state, expected, "{answer:#?}");
    }
    for ticket in &answer.tickets {
        let tickets: i64 = db
            .query_row(
                "SELECT count(*) FROM ticket WHERE id = ?1",
                [ticket],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(tickets, 1, "{answer:#?}");
    }
}

/// Nothing is said twice, and every answer follows its own message.
fn one_answer_each(conversation: &str, messages: &[(String, String)]) {
    let mut before: Option<&(String, String)> = None;
    let mut seen = std::collections::BTreeSet::new();
    for message in messages {
        let (role, text) = message;
        if role == "agent" {
            let asked = before.filter(|(role, _)| role == "user");
            let (_, asked) =
                asked.unwrap_or_else(|| panic!("{conversation}: {text:?} answers nothing"));
            let fits = text
                .strip_prefix("heard ")
                .is_none_or(|heard| heard == asked || heard.starts_with("as T-"));
            assert!(fits, "{conversation}: {text:?} answers {asked:?}");
        } else {
            assert!(seen.insert(text), "{conversation}: {text:?} is there twice");
        }
        before = Some(message);
    }
}

/// The skill has counted every handoff of a turn that was answered, and none
/// of a turn that was cut off.
fn counted_once(db: &Connection, conversation: &str, kept: &Kept) {
    let by_skill = |(kind, body): &&(String, Value)| {
        let to = body["target"].as_str();
        kind == "handoff.initiated" && matches!(to, Some("first-agent" | "later-agent"))
    };
    let handoffs = kept.events.values().flatten().filter(by_skill).count();
    let counted = db.query_row(
        "SELECT value FROM state WHERE conversation = ?1 AND skill = 'counter'",
        [conversation],
        |row| row.get::<_, Vec<u8>>(0),
    );
    let counted = counted.map_or(0, |value| {
        let value: Value = serde_json::from_slice(&value).unwrap();
        value["handoffs"].as_u64().unwrap()
    });
    assert_eq!(counted, handoffs as u64, "{conversation}");
}

fn nothing_is_left_open(db: &Connection) {
    for sql in [
        "SELECT count(*) FROM handoff WHERE state IN ('prepared', 'accepted')",
        "SELECT count(*) FROM turn WHERE state = 'open'",
        "SELECT count(*) FROM pragma_foreign_key_check",
    ] {
        assert_eq!(ask::<i64>(db, sql), 0, "{sql}");
    }
}
