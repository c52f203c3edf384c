//! Whether the store has what was acknowledged, once.

use std::{io, path::Path};

use rusqlite::{Connection, OpenFlags};

use crate::mark;

/// What a store has of one message.
#[derive(Clone, Copy, Default)]
struct Kept {
    messages: u8,
    answers: u8,
}

/// Counts what is lost or doubled, and tells.
pub fn check(store: &Path, acknowledged: &[u8]) -> io::Result<usize> {
    let kept = read(store, acknowledged.len()).map_err(io::Error::other)?;
    let mut lost = 0;
    let mut doubled = 0;
    for (times, kept) in acknowledged.iter().zip(&kept) {
        lost += usize::from(*times > 0 && (kept.messages == 0 || kept.answers == 0));
        doubled += usize::from(kept.messages > 1 || kept.answers > 1);
    }
    println!(
        "in the store: {} messages, {} answers; of those acknowledged lost {lost}, doubled {doubled}",
        kept.iter().filter(|kept| kept.messages > 0).count(),
        kept.iter().filter(|kept| kept.answers > 0).count()
    );
    Ok(lost + doubled)
}

fn read(store: &Path, count: usize) -> rusqlite::Result<Vec<Kept>> {
    let db = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut all = vec![Kept::default(); count];
    let sql = "SELECT body ->> 'role', body ->> 'content' FROM message";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let content = row.get_ref(1)?.as_str()?;
        let Some(kept) = mark::number_in(content).and_then(|number| all.get_mut(number)) else {
            continue;
        };
        match row.get_ref(0)?.as_str()? {
            "user" => kept.messages = kept.messages.saturating_add(1),
            _ => kept.answers = kept.answers.saturating_add(1),
        }
    }
    Ok(all)
}
