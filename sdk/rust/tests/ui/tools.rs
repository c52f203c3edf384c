use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    /// Borrows its argument.
    #[tool]
    fn borrows(&self, reason: &str) -> String {
        reason.to_owned()
    }

    /// Takes two arguments as one.
    #[tool]
    fn takes_apart(&self, (one, other): (String, String)) -> String {
        one + &other
    }

    /// Has no such setting.
    #[tool(affect = "read")]
    fn has_no_such_setting(&self) -> String {
        String::new()
    }
}

fn main() {}
