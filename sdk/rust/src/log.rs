//! Lines for the operator. Needs no grant.
//!
//! ```no_run
//! baton_sdk::log::warn("the price list is a week old");
//! ```

use crate::backend::{self, Host as _};

/// Something went wrong.
pub fn error(message: &str) {
    write("error", message);
}

/// Something looks wrong.
pub fn warn(message: &str) {
    write("warn", message);
}

/// Something worth knowing.
pub fn info(message: &str) {
    write("info", message);
}

/// Something only the skill's author wants to know.
pub fn debug(message: &str) {
    write("debug", message);
}

fn write(level: &str, message: &str) {
    backend::with(|host| host.write(level, message));
}
