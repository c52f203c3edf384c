//! `kill -9`, again and again.

use std::{thread, time::Duration};

use rand::RngExt;

use crate::{
    invariants,
    load::{self, Host, deliver},
};

/// Kills in a normal run; more are asked for by `BATON_KILLS`.
const KILLS: usize = 36;

/// Hosts that are killed at the same time.
const HOSTS: usize = 3;

/// The longest life of a host: it answers some hundred messages a second.
const LIFE: Duration = Duration::from_millis(250);

#[test]
fn whatever_was_acknowledged_before_a_kill_is_there_once_and_nothing_stays_half_done() {
    let kills = std::env::var("BATON_KILLS").ok();
    let kills = kills.map_or(KILLS, |number| number.parse().unwrap());
    let desk = load::desk();
    let mut acknowledged = Vec::new();
    let mut done = 0;
    for round in 0.. {
        if done >= kills {
            break;
        }
        let life = LIFE.mul_f64(rand::rng().random_range(0.1..1.0));
        // Two hosts share a conversation, the third has its own; the fourth
        // delivers one message and is killed earlier than the others.
        let hosts: Vec<Host> = (0..HOSTS)
            .map(|number| {
                let conversation = if number < 2 { "shared" } else { "own" };
                Host::start(&desk, conversation, &format!("{round}-{number}"))
            })
            .collect();
        // Every third time they die young, perhaps while they look after what
        // was left by those before.
        if round % 3 != 2 {
            hosts[0].works();
        }
        let key = round.to_string();
        acknowledged.extend(deliver(&desk, "keyed", &key, Some(life / 2)));
        thread::sleep(life / 2);
        for host in hosts {
            acknowledged.extend(host.kill());
        }
        done += HOSTS + 1;
        // Whatever became of it, delivered again it is answered, and once.
        let again = deliver(&desk, "keyed", &key, None).expect("a key is answered in the end");
        let once_more = deliver(&desk, "keyed", &key, None).expect("and again");
        assert_eq!(
            (&again.reply, again.turn),
            (&once_more.reply, once_more.turn)
        );
        acknowledged.push(again);
    }
    // A host that starts finds what the last kills have left.
    desk.baton(&["deadletter", "list"]).ok();
    acknowledged.sort_by_key(|answer| (answer.conversation.clone(), answer.turn));
    acknowledged.dedup_by_key(|answer| (answer.conversation.clone(), answer.turn));
    let found = invariants::check(&desk.path("baton.db"), &acknowledged);
    println!(
        "{done} kills; {} answers acknowledged, {} stored; {} turns cut off, {} dead letters, {} tickets",
        acknowledged.len(),
        found.answered,
        found.cut_off,
        found.letters,
        found.tickets
    );
    desk.baton(&["ledger", "check"]).ok();
    assert!(found.paid > 0, "nobody was paid: {found:?}");
    assert!(
        !acknowledged.is_empty() && found.cut_off > 0,
        "the kills hit nothing: {found:?}"
    );
}
