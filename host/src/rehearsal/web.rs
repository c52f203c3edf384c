//! The web of a case.

use std::time::Duration;

use async_trait::async_trait;

use super::{Calls, case::HttpCase};
use crate::web::{Sent, StandIn, WebError};

/// The web of a case: what is not in it cannot be reached.
#[derive(Debug)]
pub(super) struct Servers {
    pub(super) answers: Vec<HttpCase>,
    pub(super) calls: Calls,
}

#[async_trait]
impl StandIn for Servers {
    async fn answer(&self, sent: Sent<'_>) -> Result<http::Response<Vec<u8>>, WebError> {
        self.calls.note(format!("{} {}", sent.method, sent.url));
        let unreachable = |why: &str| WebError::Unreachable {
            host: sent.url.host_str().unwrap_or_default().to_owned(),
            why: why.to_owned(),
        };
        let case = self.answers.iter().find(|case| {
            let method = case.method.as_deref().unwrap_or(sent.method);
            method.eq_ignore_ascii_case(sent.method) && case.url == sent.url.as_str()
        });
        let Some(case) = case else {
            return Err(unreachable("the case has no answer for this request"));
        };
        tokio::time::sleep(Duration::from_millis(case.after_ms)).await;
        if let Some(why) = &case.fails {
            return Err(unreachable(why));
        }
        let mut response = http::Response::builder().status(case.status);
        for (name, value) in &case.headers {
            response = response.header(name, value);
        }
        response
            .body(case.body.clone().into_bytes())
            .map_err(|wrong| unreachable(&wrong.to_string()))
    }
}
