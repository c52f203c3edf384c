//! Calls the web as the message says, for the host's tests: `surf` and then JSON
//! with `url`, and perhaps `method`, `headers`, `ms` and `times`. It hands over to
//! `target` and tells what came of the last request; requests of one message go
//! on at the same time.

use baton_sdk::{http, prelude::*};
use std::{collections::BTreeMap, time::Duration};

#[derive(serde::Deserialize)]
struct Wish {
    url: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    ms: Option<u64>,
    #[serde(default)]
    times: Option<usize>,
}

/// Calls the web as the message says.
#[skill(hosts = ["127.0.0.1", "localhost"])]
pub struct Surfer;

#[skill]
impl Surfer {
    /// Tells what the web says.
    #[handoff("target", triggers = ["surf"])]
    fn surf(&self, query: &Query) -> Option<Grounds> {
        let wish = query.text.split_once("surf ")?.1;
        let told = match serde_json::from_str::<Wish>(wish) {
            Ok(wish) => surf(&wish),
            Err(error) => error.to_string(),
        };
        Some(Grounds::new().instructions(format!("told: {told}")))
    }

    /// Sends an order to the place.
    #[tool]
    fn order(&self, url: String) -> Result<String, ToolError> {
        Ok(surf(&Wish {
            url,
            method: Some("POST".to_owned()),
            headers: BTreeMap::new(),
            ms: None,
            times: None,
        }))
    }
}

fn surf(wish: &Wish) -> String {
    let method = wish.method.as_deref().unwrap_or("GET");
    let mut request = http::Request::new(method, &wish.url);
    for (name, value) in &wish.headers {
        request = request.header(name, value);
    }
    if let Some(ms) = wish.ms {
        request = request.within(Duration::from_millis(ms));
    }
    let times = wish.times.unwrap_or(1);
    let started: Vec<_> = (0..times).map(|_| request.clone().start()).collect();
    let ended = started.into_iter().map(|pending| pending?.finish());
    match ended.reduce(|_, later| later) {
        Some(Ok(response)) => format!("{} {}", response.status, response.text()),
        Some(Err(error)) => error.to_string(),
        None => "nothing was asked".to_owned(),
    }
}
