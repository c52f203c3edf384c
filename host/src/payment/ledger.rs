//! The rules of the books. A store brings rows; what becomes of them is said
//! here, once for all stores.

use jiff::Timestamp;

use super::{
    Account, Cap, CapOf, Currency, Money, Movement, MovementKind, PaymentError, Posted, Posting,
    Purpose, Reservation, ReservationState, Reserve,
};
use crate::id::{MovementId, PaymentKey, ReservationId};

/// Rows of the books, within one commit.
pub trait Books {
    /// Why they cannot be read or written.
    type Error;

    /// What is in an account.
    fn balance(&self, account: &Account, currency: Currency) -> Result<i64, Self::Error>;

    /// The movement with a key.
    fn movement(&self, key: &PaymentKey) -> Result<Option<Movement>, Self::Error>;

    /// What was set aside.
    fn reservation(&self, id: &ReservationId) -> Result<Option<Reservation>, Self::Error>;

    /// What was set aside with a key and has not gone back.
    fn standing(&self, key: &PaymentKey) -> Result<Option<Reservation>, Self::Error>;

    /// What was set aside since a time and has not gone back.
    fn spent(&self, by: &CapOf, currency: Currency, since: Timestamp) -> Result<i64, Self::Error>;

    /// Keeps a movement and its two entries.
    fn add(&mut self, movement: &Movement) -> Result<(), Self::Error>;

    /// Keeps a reservation, new or changed.
    fn put(&mut self, reservation: &Reservation) -> Result<(), Self::Error>;
}

/// Why the books are as they were.
#[derive(Debug)]
pub enum Failure<E> {
    /// Their rules refuse it.
    Refused(PaymentError),
    /// They cannot be read or written.
    Broken(E),
}

impl<E> From<PaymentError> for Failure<E> {
    fn from(refused: PaymentError) -> Self {
        Self::Refused(refused)
    }
}

type Outcome<T, B> = Result<T, Failure<<B as Books>::Error>>;

/// Does one posting. Nothing is written when it is refused.
pub fn post<B: Books>(books: &mut B, posting: &Posting) -> Outcome<Posted, B> {
    match posting {
        Posting::Credit {
            key,
            user,
            amount,
            description,
        } => {
            let movement = Movement {
                user: Some(user.clone()),
                description: description.clone(),
                ..movement(
                    MovementKind::Credit,
                    key.clone(),
                    Account::Issuer,
                    Account::User(user.clone()),
                    *amount,
                )
            };
            Ok(Posted::Movement(Box::new(once(books, movement)?)))
        }
        Posting::Reserve(reserve) => reserve_money(books, reserve).map(boxed),
        Posting::Capture {
            reservation,
            payees,
        } => capture(books, reservation, payees).map(boxed),
        Posting::Release { reservation } => release(books, reservation).map(boxed),
        Posting::Settling { reservation } => {
            let mut kept = find(books, reservation)?;
            expect(&kept, &[ReservationState::Open], "settled")?;
            kept.state = ReservationState::Settling;
            put(books, &kept)?;
            Ok(boxed(kept))
        }
        Posting::Lost { reservation } => lost(books, reservation).map(boxed),
        Posting::Refund {
            reservation,
            amount,
            key,
            skill,
            user,
        } => {
            let kept = find(books, reservation)?;
            // Nobody learns of others' reservations by guessing.
            if kept.skill.as_ref() != Some(skill) || kept.user.as_ref() != Some(user) {
                return Err(PaymentError::Unknown(reservation.clone()).into());
            }
            refund(books, kept, *amount, key).map(boxed)
        }
    }
}

fn boxed(reservation: Reservation) -> Posted {
    Posted::Reservation(Box::new(reservation))
}

fn reserve_money<B: Books>(books: &mut B, reserve: &Reserve) -> Outcome<Reservation, B> {
    if let Some(kept) = books.standing(&reserve.key).map_err(Failure::Broken)? {
        if kept.amount == reserve.amount && kept.fund == reserve.fund {
            return Ok(kept);
        }
        return Err(PaymentError::KeyOfAnother(reserve.key.clone()).into());
    }
    for cap in &reserve.caps {
        within(books, cap, reserve.amount)?;
    }
    let skill = match &reserve.purpose {
        Purpose::Price => None,
        Purpose::Charge(skill) => Some(skill.clone()),
    };
    let reservation = Reservation {
        id: ReservationId::generate(),
        time: Timestamp::now(),
        key: reserve.key.clone(),
        fund: reserve.fund.clone(),
        user: reserve.user.clone(),
        amount: reserve.amount,
        paid: Money::zero(reserve.amount.currency()),
        refunded: Money::zero(reserve.amount.currency()),
        state: ReservationState::Open,
        conversation: reserve.conversation.clone(),
        turn: reserve.turn,
        handoff: reserve.handoff.clone(),
        skill,
        payees: Vec::new(),
        description: reserve.description.clone(),
    };
    let from = reservation.fund.account();
    moved(
        books,
        &reservation,
        MovementKind::Reserve,
        "reserve",
        from,
        Account::Reserved,
        reservation.amount,
    )?;
    put(books, &reservation)?;
    Ok(reservation)
}

fn within<B: Books>(books: &B, cap: &Cap, amount: Money) -> Outcome<(), B> {
    if cap.most.currency() != amount.currency() {
        return Ok(());
    }
    let spent = books
        .spent(&cap.of, amount.currency(), cap.since)
        .map_err(Failure::Broken)?;
    if spent.saturating_add(amount.millionths()) <= cap.most.millionths() {
        return Ok(());
    }
    Err(PaymentError::Cap {
        most: cap.most,
        spent: Money::new(spent, amount.currency()).map_err(PaymentError::Money)?,
        by: match &cap.of {
            CapOf::User(_) => String::new(),
            CapOf::Skill(skill) => format!(" by the skill `{skill}`"),
        },
    }
    .into())
}

fn capture<B: Books>(
    books: &mut B,
    id: &ReservationId,
    payees: &[(Account, Money)],
) -> Outcome<Reservation, B> {
    let mut kept = find(books, id)?;
    if kept.state == ReservationState::Captured {
        return if kept.payees == payees {
            Ok(kept)
        } else {
            Err(PaymentError::KeyOfAnother(kept.key).into())
        };
    }
    let ready = [ReservationState::Open, ReservationState::Settling];
    expect(&kept, &ready, "captured")?;
    let mut left = kept.amount;
    for (number, (payee, amount)) in payees.iter().enumerate() {
        if amount.millionths() > left.millionths() {
            return Err(PaymentError::TooLittle {
                needed: *amount,
                there: left,
            }
            .into());
        }
        let step = format!("capture/{number}");
        moved(
            books,
            &kept,
            MovementKind::Capture,
            &step,
            Account::Reserved,
            payee.clone(),
            *amount,
        )?;
        left = left.less(*amount).map_err(PaymentError::Money)?;
        kept.paid = kept.paid.plus(*amount).map_err(PaymentError::Money)?;
    }
    if !left.is_zero() {
        let back = kept.fund.account();
        moved(
            books,
            &kept,
            MovementKind::Release,
            "rest",
            Account::Reserved,
            back,
            left,
        )?;
    }
    kept.state = ReservationState::Captured;
    kept.payees = payees.to_vec();
    put(books, &kept)?;
    Ok(kept)
}

fn release<B: Books>(books: &mut B, id: &ReservationId) -> Outcome<Reservation, B> {
    let mut kept = find(books, id)?;
    if kept.state == ReservationState::Released {
        return Ok(kept);
    }
    let ready = [ReservationState::Open, ReservationState::Settling];
    expect(&kept, &ready, "released")?;
    let back = kept.fund.account();
    moved(
        books,
        &kept,
        MovementKind::Release,
        "release",
        Account::Reserved,
        back,
        kept.amount,
    )?;
    kept.state = ReservationState::Released;
    put(books, &kept)?;
    Ok(kept)
}

fn lost<B: Books>(books: &mut B, id: &ReservationId) -> Outcome<Reservation, B> {
    let mut kept = find(books, id)?;
    expect(&kept, &[ReservationState::Settling], "given up")?;
    let name = match &kept.fund {
        super::Fund::Provider(name) => name.clone(),
        super::Fund::Wallet(_) => "wallet".to_owned(),
    };
    let to = Account::Unknown(name);
    moved(
        books,
        &kept,
        MovementKind::Lost,
        "lost",
        Account::Reserved,
        to,
        kept.amount,
    )?;
    kept.state = ReservationState::Unknown;
    put(books, &kept)?;
    Ok(kept)
}

fn refund<B: Books>(
    books: &mut B,
    mut kept: Reservation,
    amount: Option<Money>,
    key: &PaymentKey,
) -> Outcome<Reservation, B> {
    let key = PaymentKey::from(format!("{}/refund/{key}", kept.id));
    let first = PaymentKey::from(format!("{key}/0"));
    if let Some(before) = books.movement(&first).map_err(Failure::Broken)? {
        // All parts of the refund that was made with this key.
        let mut total = before.amount;
        for number in 1..kept.payees.len() {
            let part = PaymentKey::from(format!("{key}/{number}"));
            if let Some(part) = books.movement(&part).map_err(Failure::Broken)? {
                total = total.plus(part.amount).map_err(PaymentError::Money)?;
            }
        }
        return if amount.is_none_or(|amount| amount == total) {
            Ok(kept)
        } else {
            Err(PaymentError::KeyOfAnother(key).into())
        };
    }
    expect(&kept, &[ReservationState::Captured], "refunded")?;
    let there = kept.paid.less(kept.refunded).map_err(PaymentError::Money)?;
    let amount = amount.unwrap_or(there);
    if there.less(amount).map_err(PaymentError::Money)?.is_zero() && there != amount {
        return Err(PaymentError::TooLittle {
            needed: amount,
            there,
        }
        .into());
    }
    // Whoever was paid last gives back first: a price is the last to be touched.
    let mut left = amount;
    let mut behind = kept.refunded;
    let mut number = 0;
    for (payee, paid) in kept.payees.clone().into_iter().rev() {
        let open = paid.less(behind).map_err(PaymentError::Money)?;
        behind = behind.less(paid).map_err(PaymentError::Money)?;
        let part = open.at_most(left).map_err(PaymentError::Money)?;
        if part.is_zero() {
            continue;
        }
        let back = kept.fund.account();
        let movement = Movement {
            key: PaymentKey::from(format!("{key}/{number}")),
            ..of(&kept, MovementKind::Refund, "refund", payee, back, part)
        };
        once(books, movement)?;
        number += 1;
        left = left.less(part).map_err(PaymentError::Money)?;
    }
    kept.refunded = kept.refunded.plus(amount).map_err(PaymentError::Money)?;
    put(books, &kept)?;
    Ok(kept)
}

fn find<B: Books>(books: &B, id: &ReservationId) -> Outcome<Reservation, B> {
    books
        .reservation(id)
        .map_err(Failure::Broken)?
        .ok_or_else(|| PaymentError::Unknown(id.clone()).into())
}

fn put<B: Books>(books: &mut B, reservation: &Reservation) -> Outcome<(), B> {
    books.put(reservation).map_err(Failure::Broken)
}

fn expect<E>(
    kept: &Reservation,
    states: &[ReservationState],
    wanted: &'static str,
) -> Result<(), Failure<E>> {
    if states.contains(&kept.state) {
        return Ok(());
    }
    Err(PaymentError::Ended {
        id: kept.id.clone(),
        state: kept.state.as_str(),
        wanted,
    }
    .into())
}

/// A step in the life of a reservation, whose name makes its key.
fn moved<B: Books>(
    books: &mut B,
    reservation: &Reservation,
    kind: MovementKind,
    step: &str,
    from: Account,
    to: Account,
    amount: Money,
) -> Outcome<(), B> {
    once(books, of(reservation, kind, step, from, to, amount)).map(drop)
}

fn of(
    reservation: &Reservation,
    kind: MovementKind,
    step: &str,
    from: Account,
    to: Account,
    amount: Money,
) -> Movement {
    let key = PaymentKey::from(format!("{}/{step}", reservation.id));
    Movement {
        user: reservation.user.clone(),
        conversation: Some(reservation.conversation.clone()),
        turn: Some(reservation.turn),
        reservation: Some(reservation.id.clone()),
        description: reservation.description.clone(),
        ..movement(kind, key, from, to, amount)
    }
}

fn movement(
    kind: MovementKind,
    key: PaymentKey,
    from: Account,
    to: Account,
    amount: Money,
) -> Movement {
    Movement {
        id: MovementId::generate(),
        time: Timestamp::now(),
        kind,
        key,
        from,
        to,
        amount,
        user: None,
        conversation: None,
        turn: None,
        reservation: None,
        description: String::new(),
    }
}

/// Moves money, unless it was moved before under the same key.
fn once<B: Books>(books: &mut B, movement: Movement) -> Outcome<Movement, B> {
    if let Some(before) = books.movement(&movement.key).map_err(Failure::Broken)? {
        let same = (&before.from, &before.to, before.amount)
            == (&movement.from, &movement.to, movement.amount);
        return if same {
            Ok(before)
        } else {
            Err(PaymentError::KeyOfAnother(movement.key).into())
        };
    }
    let (currency, amount) = (movement.amount.currency(), movement.amount.millionths());
    let there = books
        .balance(&movement.from, currency)
        .map_err(Failure::Broken)?;
    if !movement.from.may_owe() && there < amount {
        return Err(PaymentError::TooLittle {
            needed: movement.amount,
            there: Money::new(there.max(0), currency).map_err(PaymentError::Money)?,
        }
        .into());
    }
    let before = books
        .balance(&movement.to, currency)
        .map_err(Failure::Broken)?;
    // A wallet above the largest amount could not be shown or paid out as one.
    Money::new(before.max(0).saturating_add(amount), currency).map_err(PaymentError::Money)?;
    books.add(&movement).map_err(Failure::Broken)?;
    Ok(movement)
}
