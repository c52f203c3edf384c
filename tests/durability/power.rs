//! Power loss.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use arc_swap::ArcSwap;
use baton::{
    agent::{Script, Scripted},
    handoff::{
        Agent, AgentCard, Answer, Desk, DeskParts, Directory, Incoming, Policy, Rule, Rules,
    },
    id::{AgentName, ConversationId},
    payment::Posting,
    profile::ProfileFile,
    routing::Catalog,
    store::SqliteStore,
};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::RwLock;

use crate::{disk, invariants};

/// Times the power is lost.
const LOSSES: usize = 40;

fn agent(name: &str) -> Arc<dyn Agent> {
    let card = AgentCard {
        name: AgentName::from(name),
        kind: "scripted",
        description: String::new(),
        examples: Vec::new(),
        skills: Vec::new(),
        scopes: Vec::new(),
        timeout: Duration::from_secs(30),
        alternatives: Vec::new(),
        escalation: Vec::new(),
        at_once: None,
    };
    let script = Script::Reply("heard {text}".to_owned());
    Arc::new(Scripted::new(card, script, Duration::from_millis(1)))
}

/// A desk whose expert is asked for with a word.
fn desk(folder: &Path) -> Desk {
    let store = SqliteStore::open(&folder.join("baton.db")).unwrap();
    let entry = AgentName::from("desk");
    let rule = |target: &str, word: &str| Rule {
        name: word.to_owned(),
        target: AgentName::from(target),
        reason: baton::contract::Reason::Specialization,
        owner: None,
        keywords: vec![word.to_owned()],
        confidence_below: None,
        max_steps: None,
    };
    let mut policy = Policy::default();
    policy.limits.per_window = u32::MAX;
    let price = "0.01 USD".parse().unwrap();
    policy.payments.prices = [(AgentName::from("expert"), price)].into();
    Desk::new(DeskParts {
        agents: Directory::new(vec![agent("desk"), agent("expert")], entry, None).unwrap(),
        catalog: Arc::new(ArcSwap::from_pointee(Catalog::new(Vec::new()).unwrap())),
        store: Arc::new(store),
        profiles: Arc::new(ProfileFile::default()),
        policy,
        rules: Rules(vec![rule("expert", "expert"), rule("desk", "back")]),
        meanings: None,
        tracer: None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_was_acknowledged_before_a_power_loss_is_there_afterwards() {
    disk::install();
    let folder = TempDir::with_prefix("power-").unwrap();
    let place = folder.path().canonicalize().unwrap();
    let desk = Arc::new(desk(&place));
    let credit = Posting::Credit {
        key: "credit".into(),
        user: "ada".into(),
        amount: "1000000 USD".parse().unwrap(),
        description: String::new(),
    };
    let credited = desk.store().post(None, vec![credit]).await.unwrap();
    credited.unwrap();
    let acknowledged: Arc<Mutex<Vec<Answer>>> = Arc::default();
    // Nobody talks while what was left is looked through: what takes longer the
    // more was said would otherwise never end.
    let quiet: Arc<RwLock<()>> = Arc::default();
    let talks: Vec<_> = (0..8)
        .map(|talk| {
            let (desk, acknowledged) = (desk.clone(), acknowledged.clone());
            let quiet = quiet.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let word = ["expert", "back"][number % 2];
                    let incoming = Incoming {
                        conversation: Some(ConversationId::from(format!("c-{talk}"))),
                        user: Some("ada".into()),
                        text: format!("{word} {number}"),
                        ..Incoming::default()
                    };
                    let _others_wait = quiet.read().await;
                    let answer = desk.answer(incoming).await.unwrap();
                    acknowledged.lock().unwrap().push(answer);
                }
            })
        })
        .collect();
    let mut cut_off = 0;
    let mut least = usize::MAX;
    for _ in 0..LOSSES {
        tokio::time::sleep(Duration::from_millis(23)).await;
        let answers = acknowledged.lock().unwrap().clone();
        let after = TempDir::with_prefix("after-").unwrap();
        disk::lose_power(&place, after.path());
        let _nobody_talks = quiet.write().await;
        least = least.min(answers.len());
        // A host that starts looks after what the loss has left. Its own process
        // cannot be known to be gone, as it is this one.
        let file = after.path().join("baton.db");
        let db = Connection::open(&file).unwrap();
        db.execute("UPDATE lease SET expires = 0", []).unwrap();
        drop(db);
        drop(SqliteStore::open(&file).unwrap());
        let answers: Vec<_> = answers
            .iter()
            .map(|answer| serde_json::from_value(serde_json::to_value(answer).unwrap()).unwrap())
            .collect();
        cut_off += invariants::check(&file, &answers).cut_off;
    }
    for talk in talks {
        talk.abort();
    }
    println!("{LOSSES} power losses, {least} answers before the first; {cut_off} turns cut off");
    assert!(cut_off > 0 && !acknowledged.lock().unwrap().is_empty());
}

#[test]
fn the_disk_of_these_tests_forgets_what_was_not_synced() {
    disk::install();
    let folder = TempDir::with_prefix("power-").unwrap();
    let place = folder.path().canonicalize().unwrap();
    let db = Connection::open(place.join("careless.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE row (n INTEGER)")
        .unwrap();
    db.execute_batch("PRAGMA synchronous = OFF").unwrap();
    for n in 0..20 {
        db.execute("INSERT INTO row VALUES (?1)", [n]).unwrap();
    }
    let after = TempDir::with_prefix("after-").unwrap();
    let left = (0..10).map(|_| {
        disk::lose_power(&place, after.path());
        let db = Connection::open(after.path().join("careless.db")).unwrap();
        let rows = db.query_row("SELECT count(*) FROM row", [], |row| row.get(0));
        // Not even the table need be there.
        rows.unwrap_or(0)
    });
    let least: i64 = left.min().unwrap();
    assert!(least < 20, "all {least} rows are there");
}
