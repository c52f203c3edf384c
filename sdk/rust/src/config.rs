//! What the operator configured under `[skills.NAME.config]`. Needs no grant.
//!
//! ```no_run
//! # use baton_sdk::{Error, config};
//! # fn f() -> Result<(), Error> {
//! let limit: u32 = config::get("limit")?.unwrap_or(3);
//! # Ok(()) }
//! ```
//!
//! With `#[skill(config = Settings)]` the host checks the whole against the type
//! before the skill is loaded, and `config::all::<Settings>()` reads it. A secret
//! is only ever its reference, `secret:NAME`.

use crate::backend::{self, Host as _};
use crate::codes::ErrorCode;
use crate::error::Error;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The value of this name; none: it is not configured.
pub fn get<T: DeserializeOwned>(name: &str) -> Result<Option<T>, Error> {
    let Some(json) = backend::with(|host| host.configured(name)) else {
        return Ok(None);
    };
    serde_json::from_str(&json)
        .map(Some)
        .map_err(|why| invalid(format!("`{name}`: {why}")))
}

/// All of it, as one type.
pub fn all<T: DeserializeOwned>() -> Result<T, Error> {
    let pairs = backend::with(|host| host.configuration());
    let fields = pairs
        .into_iter()
        .map(|pair| Ok((pair.name, serde_json::from_str(&pair.value)?)))
        .collect::<Result<Map<String, Value>, serde_json::Error>>();
    fields
        .and_then(|fields| serde_json::from_value(Value::Object(fields)))
        .map_err(|why| invalid(why.to_string()))
}

fn invalid(why: String) -> Error {
    Error::new(ErrorCode::Invalid, format!("the configuration: {why}"))
}
