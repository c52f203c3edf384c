//! Which department a message is for.

use baton_sdk::Query;

/// How the words begin that belong to each department, in the order in which
/// the departments are tried. Each holds one of the skill's triggers.
pub const DEPARTMENTS: [(&str, &[&str]); 3] = [
    (
        "billing-department",
        &[
            "bill",
            "payment",
            "charge",
            "invoice",
            "refund",
            "overbill",
            "overcharge",
            "prepayment",
            "repayment",
        ],
    ),
    ("technical-support", &["tech", "broken", "error"]),
    (
        "shipping-department",
        &["ship", "deliver", "track", "parcel", "undeliver", "reship"],
    ),
];

/// Words that begin like one of those and mean something else: who writes that
/// the charger is broken does not ask about a bill.
const FALSE_FRIENDS: [&str; 5] = ["billion", "billboard", "charger", "trackpad", "trackball"];

/// What customers say in more than one word.
pub const PHRASES: [(&str, &str); 1] = [("technical-support", "not working")];

/// The department and the word or phrase that speaks for it.
pub fn find(query: &Query) -> Option<(&'static str, &str)> {
    DEPARTMENTS.iter().find_map(|(department, stems)| {
        let mut words = query
            .words()
            .filter(|word| !begins_with_any(word, &FALSE_FRIENDS));
        let phrases = PHRASES.iter().filter(|(whose, _)| whose == department);
        words
            .find(|word| begins_with_any(word, stems))
            .or_else(|| {
                phrases
                    .map(|(_, said)| *said)
                    .find(|said| query.mentions(said))
            })
            .map(|said| (*department, said))
    })
}

/// The number in "order 4321", "order #4321" or "order no. 4321". A number
/// elsewhere, or a short one, may be an amount or a date.
pub fn order_number(query: &Query) -> Option<&str> {
    let mut words = query.words();
    while let Some(word) = words.next() {
        if !word.eq_ignore_ascii_case("order") {
            continue;
        }
        let mut after = words.clone();
        let mut number = after.next()?;
        if ["no", "nr", "number", "id"]
            .iter()
            .any(|label| number.eq_ignore_ascii_case(label))
        {
            number = after.next()?;
        }
        if number.bytes().filter(u8::is_ascii_digit).count() >= 3 {
            return Some(number);
        }
    }
    None
}

fn begins_with_any(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| {
        word.as_bytes()
            .get(..stem.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(stem.as_bytes()))
    })
}
