//! Turns that survive a power loss, next to what the disk can do at all.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use baton::{
    handoff::{Desk, Incoming},
    id::ConversationId,
    routing::Catalog,
    store::SqliteStore,
};

use crate::{
    measure::Comparison,
    scene::{QUERY, desk_on},
};

/// How long each rate is measured; a disk's syncs come in bursts.
const EACH: Duration = Duration::from_secs(3);

/// Conversations at the same time, besides one alone.
const MANY: usize = 64;

/// (h): whole turns of three commits, and bare commits on the same disk.
pub fn measure(table: &mut Comparison, catalog: &Arc<Catalog>) {
    // Beside the build, which is on a disk; the system's folder for temporary
    // files may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).expect("a folder on the disk");
    let bare = bare_commits(folder.path());
    table.compare(
        "(h) bare SQLite commits per second, synchronous=FULL",
        format!("{bare:.0}"),
        String::new(),
        String::new(),
    );
    for conversations in [1, MANY] {
        let file = folder.path().join(format!("{conversations}.db"));
        let store = Arc::new(SqliteStore::open(&file).expect("the store opens"));
        let rate = turns(Arc::new(desk_on(store, catalog)), conversations);
        table.compare(
            &format!("(h) durable turns per second, {conversations} conversations"),
            format!("{rate:.0}"),
            String::new(),
            format!("{:.2} times the bare commits", rate / bare),
        );
    }
}

/// One row a commit, one after another.
fn bare_commits(folder: &Path) -> f64 {
    let db = rusqlite::Connection::open(folder.join("bare.db")).expect("a file opens");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (text TEXT)",
    )
    .expect("a table is made");
    // A log that grows costs a sync more than one that is written over again,
    // as that of a store in use is: so it is made long first.
    let page = "x".repeat(4096);
    db.execute_batch("BEGIN").expect("a transaction begins");
    for _ in 0..2_000 {
        db.execute("INSERT INTO row (text) VALUES (?1)", [&page])
            .expect("a row is kept");
    }
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(RESTART)")
        .expect("the log begins again");
    let began = Instant::now();
    let mut commits = 0u32;
    while began.elapsed() < EACH {
        db.execute("INSERT INTO row (text) VALUES (?1)", [QUERY])
            .expect("a row is kept");
        commits += 1;
    }
    f64::from(commits) / began.elapsed().as_secs_f64()
}

/// Each task begins one conversation after another, so that every turn hands over.
fn turns(desk: Arc<Desk>, conversations: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let began = Instant::now();
        let tasks: Vec<_> = (0..conversations)
            .map(|_| {
                let desk = desk.clone();
                tokio::spawn(async move {
                    let mut turns = 0u32;
                    while began.elapsed() < EACH {
                        let incoming = Incoming {
                            conversation: Some(ConversationId::generate()),
                            text: QUERY.to_owned(),
                            ..Incoming::default()
                        };
                        let answer = desk.answer(incoming).await.expect("the desk answers");
                        assert_eq!(answer.agent.as_str(), "finance-expert");
                        turns += 1;
                    }
                    turns
                })
            })
            .collect();
        let mut turns = 0;
        for task in tasks {
            turns += task.await.expect("a task ends");
        }
        f64::from(turns) / began.elapsed().as_secs_f64()
    })
}
