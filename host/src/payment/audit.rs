//! What must be true of the books, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Account, Balance, Currency, Movement, Reservation, ReservationState, shown};
use crate::id::{ConversationId, MovementId};

/// One side of a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which movement.
    pub movement: MovementId,
    /// In which account.
    pub account: Account,
    /// In which currency.
    pub currency: Currency,
    /// What is added to it; below zero, what is taken away.
    pub millionths: i64,
}

/// The books as they are at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// All movements.
    pub movements: Vec<Movement>,
    /// All entries.
    pub entries: Vec<Entry>,
    /// All balances.
    pub balances: Vec<Balance>,
    /// All reservations.
    pub reservations: Vec<Reservation>,
    /// The turns that have not ended.
    pub open_turns: BTreeSet<(ConversationId, u64)>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Audit {
    /// How many movements there are.
    pub movements: usize,
    /// How many reservations there are.
    pub reservations: usize,
    /// Whatever is not as it must be.
    pub faults: Vec<String>,
}

impl Snapshot {
    /// Looks through everything.
    pub fn audit(&self) -> Audit {
        let mut faults = Vec::new();
        self.movements_balance(&mut faults);
        self.balances_are_sums(&mut faults);
        self.reserved_is_what_is_set_aside(&mut faults);
        self.nothing_is_left_by_ended_turns(&mut faults);
        self.reservations_are_paid_once(&mut faults);
        Audit {
            movements: self.movements.len(),
            reservations: self.reservations.len(),
            faults,
        }
    }

    fn movements_balance(&self, faults: &mut Vec<String>) {
        let mut of: BTreeMap<&MovementId, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            of.entry(&entry.movement).or_default().push(entry);
        }
        for movement in &self.movements {
            let entries = of.remove(&movement.id).unwrap_or_default();
            let (currency, amount) = (movement.amount.currency(), movement.amount.millionths());
            let has = |account: &Account, millionths: i64| {
                entries.iter().any(|entry| {
                    (&entry.account, entry.currency, entry.millionths)
                        == (account, currency, millionths)
                })
            };
            let whole =
                entries.len() == 2 && has(&movement.from, -amount) && has(&movement.to, amount);
            if !whole {
                faults.push(format!(
                    "the entries of the movement {} are not its amount out of one account and \
                     into another",
                    movement.id
                ));
            }
        }
        for id in of.keys() {
            faults.push(format!("there are entries of {id}, which is no movement"));
        }
    }

    fn balances_are_sums(&self, faults: &mut Vec<String>) {
        let mut sums: BTreeMap<(&Account, Currency), i64> = BTreeMap::new();
        for entry in &self.entries {
            let sum = sums.entry((&entry.account, entry.currency)).or_default();
            *sum = sum.saturating_add(entry.millionths);
        }
        let mut totals: BTreeMap<Currency, i64> = BTreeMap::new();
        for balance in &self.balances {
            let sum = sums.remove(&(&balance.account, balance.currency));
            if sum.unwrap_or(0) != balance.millionths {
                faults.push(format!(
                    "{} has {}, and its entries add up to {}",
                    balance.account,
                    shown(balance.millionths, balance.currency),
                    shown(sum.unwrap_or(0), balance.currency)
                ));
            }
            if balance.millionths < 0 && !balance.account.may_owe() {
                faults.push(format!(
                    "{} is below zero: {}",
                    balance.account,
                    shown(balance.millionths, balance.currency)
                ));
            }
            let total = totals.entry(balance.currency).or_default();
            *total = total.saturating_add(balance.millionths);
        }
        for ((account, currency), sum) in sums.into_iter().filter(|(_, sum)| *sum != 0) {
            faults.push(format!(
                "{account} has no balance, and its entries add up to {}",
                shown(sum, currency)
            ));
        }
        for (currency, total) in totals.into_iter().filter(|(_, total)| *total != 0) {
            faults.push(format!(
                "all accounts together have {}, which must be zero",
                shown(total, currency)
            ));
        }
    }

    fn reserved_is_what_is_set_aside(&self, faults: &mut Vec<String>) {
        let mut open: BTreeMap<Currency, i64> = BTreeMap::new();
        for kept in self.reservations.iter().filter(|kept| kept.is_open()) {
            *open.entry(kept.amount.currency()).or_default() += kept.amount.millionths();
        }
        let mut reserved: BTreeMap<Currency, i64> = BTreeMap::new();
        let accounts = self.balances.iter();
        for balance in accounts.filter(|balance| balance.account == Account::Reserved) {
            reserved.insert(balance.currency, balance.millionths);
        }
        let currencies: BTreeSet<Currency> = open.keys().chain(reserved.keys()).copied().collect();
        for currency in currencies {
            let at = |map: &BTreeMap<Currency, i64>| map.get(&currency).copied().unwrap_or(0);
            if at(&open) != at(&reserved) {
                faults.push(format!(
                    "{} are set aside, and the reservations add up to {}",
                    shown(at(&reserved), currency),
                    shown(at(&open), currency)
                ));
            }
        }
    }

    fn nothing_is_left_by_ended_turns(&self, faults: &mut Vec<String>) {
        for kept in self.reservations.iter().filter(|kept| kept.is_open()) {
            let turn = (kept.conversation.clone(), kept.turn);
            if !self.open_turns.contains(&turn) {
                faults.push(format!(
                    "the reservation {} is {}, and turn {} of the conversation {} has ended",
                    kept.id,
                    kept.state.as_str(),
                    kept.turn,
                    kept.conversation
                ));
            }
        }
    }

    fn reservations_are_paid_once(&self, faults: &mut Vec<String>) {
        let mut left: BTreeMap<_, i64> = BTreeMap::new();
        for movement in &self.movements {
            let Some(id) = &movement.reservation else {
                continue;
            };
            let change = match (&movement.from, &movement.to) {
                (_, Account::Reserved) => movement.amount.millionths(),
                (Account::Reserved, _) => -movement.amount.millionths(),
                _ => 0,
            };
            *left.entry(id).or_default() += change;
        }
        for kept in &self.reservations {
            let expected = if kept.is_open() {
                kept.amount.millionths()
            } else {
                0
            };
            let found = left.get(&kept.id).copied().unwrap_or(0);
            if found != expected {
                faults.push(format!(
                    "of the reservation {}, which is {}, {} are still set aside",
                    kept.id,
                    kept.state.as_str(),
                    shown(found, kept.amount.currency())
                ));
            }
        }
    }
}

impl Reservation {
    /// Whether the money is set aside still.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            ReservationState::Open | ReservationState::Settling
        )
    }

    /// What counts as spent of it, in millionths.
    pub fn spent(&self) -> i64 {
        match self.state {
            ReservationState::Open | ReservationState::Settling | ReservationState::Unknown => {
                self.amount.millionths()
            }
            ReservationState::Captured => self.paid.millionths() - self.refunded.millionths(),
            ReservationState::Released => 0,
        }
    }
}

impl Movement {
    /// Its two entries.
    pub fn entries(&self) -> [Entry; 2] {
        let entry = |account: &Account, millionths| Entry {
            movement: self.id.clone(),
            account: account.clone(),
            currency: self.amount.currency(),
            millionths,
        };
        let amount = self.amount.millionths();
        [entry(&self.from, -amount), entry(&self.to, amount)]
    }
}
