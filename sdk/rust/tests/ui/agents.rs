use baton_sdk::prelude::*;

/// Has nothing that answers.
#[agent]
pub struct Silent;

#[agent]
impl Silent {
    fn says(&self, _: &Request) -> String {
        String::new()
    }
}

/// Is given something else.
#[agent(triggers = ["hello"])]
pub struct Wrong;

/// Says a number.
#[agent]
pub struct Number;

#[agent]
impl Number {
    fn answer(&self, _: &Request) -> u32 {
        7
    }
}

/// Is asked something else.
#[agent]
pub struct Query7;

#[agent]
impl Query7 {
    fn answer(&self, _: &Query) -> String {
        String::new()
    }
}

fn main() {}
