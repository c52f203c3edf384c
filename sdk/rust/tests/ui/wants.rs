use baton_sdk::prelude::*;

/// A host is no address.
#[skill(hosts = ["https://crm.example.com/path"])]
pub struct Address;

/// Nor everything.
#[skill(hosts = "*")]
pub struct Everything;

/// An amount has a currency.
#[skill(spending = "5")]
pub struct Amount;

/// Which is named once.
#[skill(spending = ["5 USD", "6 USD"])]
pub struct Twice;

/// And not less than nothing.
#[skill(spending = "-5 USD")]
pub struct Negative;

/// A number is no amount either.
#[skill(spending = 5)]
pub struct Number;

/// A dependency names something.
#[skill(depends = ["weather/forecast/today"])]
pub struct Deep;

/// Else than the skill itself.
#[skill(depends = ["circle/tool"])]
pub struct Circle;

fn main() {}
