//! What must be true of money whatever happened.

use rusqlite::Connection;

use crate::support::shapes::Answer;

/// The books balance, nothing is set aside by turns that have ended, and what
/// was answered is paid once.
pub fn check(db: &Connection, acknowledged: &[Answer]) {
    for (sql, says) in [
        (
            "SELECT count(*) FROM (SELECT movement FROM ledger_entry GROUP BY movement
                HAVING sum(amount) <> 0 OR count(*) <> 2 OR count(DISTINCT currency) <> 1)",
            "a movement does not balance",
        ),
        (
            "SELECT count(*) FROM ledger_balance b WHERE amount <> (SELECT sum(amount)
                FROM ledger_entry e WHERE e.account = b.account AND e.currency = b.currency)",
            "a balance is not the sum of its entries",
        ),
        (
            "SELECT count(*) FROM ledger_balance WHERE amount < 0 AND account <> 'issuer'",
            "somebody owes",
        ),
        (
            "SELECT count(*) FROM ledger_balance WHERE account = 'reserved' AND amount <> 0",
            "money stays set aside",
        ),
        (
            "SELECT count(*) FROM ledger_reservation WHERE state NOT IN ('captured', 'released')",
            "a reservation has no end",
        ),
        (
            "SELECT count(*) FROM ledger_reservation r WHERE state = 'captured' AND NOT EXISTS
                (SELECT 1 FROM turn t WHERE t.conversation = r.conversation
                    AND t.number = r.turn AND t.state = 'answered')",
            "a turn without an answer was paid",
        ),
        (
            "SELECT count(*) FROM (SELECT 1 FROM ledger_reservation WHERE state = 'captured'
                GROUP BY conversation, turn HAVING count(*) > 1)",
            "a turn was paid twice",
        ),
    ] {
        let found: i64 = db.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(found, 0, "{says}");
    }
    let prices = prices(db);
    for answer in acknowledged {
        let paid: i64 = db
            .query_row(
                "SELECT count(*) FROM ledger_reservation WHERE conversation = ?1 AND turn = ?2
                    AND state = 'captured'",
                rusqlite::params![answer.conversation, i64::try_from(answer.turn).unwrap()],
                |row| row.get(0),
            )
            .unwrap();
        let due = i64::from(prices.contains(&answer.agent));
        assert_eq!(paid, due, "{answer:#?}");
    }
}

/// Whoever was ever paid has a price, which is paid for each of its answers.
fn prices(db: &Connection) -> Vec<String> {
    let sql = "SELECT substr(account, 7) FROM ledger_balance WHERE account LIKE 'agent:%'";
    let mut statement = db.prepare(sql).unwrap();
    let agents = statement.query_map([], |row| row.get(0)).unwrap();
    agents.map(Result::unwrap).collect()
}

/// How much was paid in all, in millionths.
pub fn paid(db: &Connection) -> i64 {
    let sql = "SELECT coalesce(sum(amount), 0) FROM ledger_balance WHERE account LIKE 'agent:%'";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}
