//! Others who collect money, one file each.

mod x402;

pub use x402::{X402, X402Config, X402Error};
