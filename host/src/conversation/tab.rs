//! What a turn has set aside so far, and what becomes of it at its end.

use crate::{
    id::{HandoffId, ReservationId},
    payment::{Account, Fund, Money, Posting, Reservation},
};

/// What becomes of money that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes back, unless somebody says otherwise before the turn ends.
    Open,
    /// A skill's charge: it is paid if the handoff it was made for ends well,
    /// or if the turn does when it was made for none.
    Charge,
    /// It is paid to these.
    Pay(Vec<(Account, Money)>),
    /// It goes back with the next commit.
    Return,
}

/// One reservation of the turn.
#[derive(Clone, Debug)]
pub struct TabEntry {
    /// What is set aside.
    pub reservation: Reservation,
    /// What becomes of it.
    pub fate: Fate,
}

/// What a turn has set aside so far.
#[derive(Debug, Default)]
pub struct Tab {
    entries: Vec<TabEntry>,
    /// Whether money of this turn may have moved, even if nothing is noted of
    /// it because whoever moved it was broken off.
    touched: bool,
    /// Why agents were not asked, for the user.
    refusals: Vec<String>,
}

impl Tab {
    /// Money is about to be set aside.
    pub fn touch(&mut self) {
        self.touched = true;
    }

    /// Notes what was set aside; what is noted already stays as it is.
    pub fn add(&mut self, reservation: Reservation, fate: Fate) {
        self.touched = true;
        if self.find(&reservation.id).is_none() {
            self.entries.push(TabEntry { reservation, fate });
        }
    }

    /// One reservation of this turn.
    pub fn find(&mut self, id: &ReservationId) -> Option<&mut TabEntry> {
        self.entries
            .iter_mut()
            .find(|entry| entry.reservation.id == *id)
    }

    /// Everything that is set aside.
    pub fn entries(&self) -> &[TabEntry] {
        &self.entries
    }

    /// The skills' charges that were made for a handoff.
    pub fn charges_for(&self, handoff: &HandoffId) -> Vec<Reservation> {
        self.entries
            .iter()
            .filter(|entry| entry.fate == Fate::Charge)
            .filter(|entry| entry.reservation.handoff.as_ref() == Some(handoff))
            .map(|entry| entry.reservation.clone())
            .collect()
    }

    /// The handoff came to nothing, so nothing that was charged for it is due.
    pub fn forgive(&mut self, handoff: &HandoffId) {
        let of = |entry: &&mut TabEntry| entry.reservation.handoff.as_ref() == Some(handoff);
        for entry in self.entries.iter_mut().filter(of) {
            // What a provider has collected is beyond recall.
            let collected = matches!(
                (&entry.fate, &entry.reservation.fund),
                (Fate::Pay(_), Fund::Provider(_))
            );
            if !collected {
                entry.fate = Fate::Return;
            }
        }
    }

    /// Takes it off the tab: it was settled otherwise.
    pub fn remove(&mut self, id: &ReservationId) {
        self.entries.retain(|entry| entry.reservation.id != *id);
    }

    /// Takes whatever goes back off the tab.
    pub fn take_returns(&mut self) -> Vec<Reservation> {
        let goes = |entry: &mut TabEntry| entry.fate == Fate::Return;
        let returned = self.entries.extract_if(.., goes);
        returned.map(|entry| entry.reservation).collect()
    }

    /// Takes everything off the tab at the end of the turn; none: no money of
    /// this turn has moved.
    pub fn settle(&mut self, ended_well: bool) -> Option<Vec<Settled>> {
        if !std::mem::take(&mut self.touched) {
            return None;
        }
        let entries = std::mem::take(&mut self.entries).into_iter();
        let settle = |TabEntry { reservation, fate }| {
            let payees = match fate {
                Fate::Pay(payees) => payees,
                Fate::Charge if reservation.handoff.is_some() || ended_well => {
                    let skill = reservation.skill.clone().map(Account::Skill);
                    skill
                        .map(|skill| vec![(skill, reservation.amount)])
                        .unwrap_or_default()
                }
                Fate::Charge | Fate::Open | Fate::Return => Vec::new(),
            };
            Settled {
                reservation,
                payees,
            }
        };
        Some(entries.map(settle).collect())
    }

    /// Notes why somebody was not asked.
    pub fn refuse(&mut self, why: String) {
        if !self.refusals.contains(&why) {
            self.refusals.push(why);
        }
    }

    /// Why agents were not asked.
    pub fn refusals(&self) -> &[String] {
        &self.refusals
    }
}

/// A reservation whose end is decided.
#[derive(Debug)]
pub struct Settled {
    /// What was set aside.
    pub reservation: Reservation,
    /// To whom it is paid, and how much; nobody: it goes back.
    pub payees: Vec<(Account, Money)>,
}

impl Settled {
    /// What the books are told.
    pub fn posting(&self) -> Posting {
        let reservation = self.reservation.id.clone();
        if self.payees.is_empty() {
            return Posting::Release { reservation };
        }
        Posting::Capture {
            reservation,
            payees: self.payees.clone(),
        }
    }
}
