//! Server-sent events, read within limits.

use std::collections::VecDeque;

use a2a::StreamResponse;
use reqwest::Response;

use super::{
    A2aError,
    endpoint::{Binding, opened},
    wire::{MAX_RESPONSE, broken, quote},
};

/// Bytes of a whole stream. Events carry some hundred bytes around each word,
/// so this is more than any reply needs that is short enough to be taken.
const MAX_STREAM: usize = 16 << 20;

/// What a stream brings, event by event.
pub(super) struct Events {
    response: Option<Response>,
    name: String,
    binding: Binding,
    /// What has come and is no whole line yet.
    rest: Vec<u8>,
    /// The data of the event whose lines are coming.
    data: String,
    read: usize,
    ready: VecDeque<StreamResponse>,
}

impl Events {
    pub(super) fn new(response: Response, name: String, binding: Binding) -> Self {
        Self {
            response: Some(response),
            name,
            binding,
            rest: Vec::new(),
            data: String::new(),
            read: 0,
            ready: VecDeque::new(),
        }
    }

    /// A stream of one event.
    pub(super) fn only(event: StreamResponse, name: String) -> Self {
        Self {
            response: None,
            name,
            binding: Binding::HttpJson,
            rest: Vec::new(),
            data: String::new(),
            read: 0,
            ready: VecDeque::from([event]),
        }
    }

    /// The next event; none: the stream has ended.
    pub(super) async fn next(&mut self) -> Result<Option<StreamResponse>, A2aError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(response) = &mut self.response else {
                return Ok(None);
            };
            let chunk = response.chunk().await;
            match chunk.map_err(|error| broken(&self.name, &error))? {
                Some(chunk) => self.take(&chunk)?,
                None => {
                    self.response = None;
                    // The last event may lack the empty line behind it.
                    self.take(b"\n\n")?;
                }
            }
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), A2aError> {
        self.read += chunk.len();
        let mut chunk = chunk;
        // What came before has no line break, so it is not looked at again.
        while let Some(end) = chunk.iter().position(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(&chunk[..end]);
            chunk = &chunk[end + 1..];
            let line = std::mem::take(&mut self.rest);
            self.line(String::from_utf8_lossy(&line).trim_end_matches('\r'))?;
        }
        self.rest.extend_from_slice(chunk);
        for (bytes, limit) in [
            (self.rest.len() + self.data.len(), MAX_RESPONSE),
            (self.read, MAX_STREAM),
        ] {
            if bytes > limit {
                return Err(A2aError::TooLong {
                    url: self.name.clone(),
                    limit,
                });
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> Result<(), A2aError> {
        if line.is_empty() {
            if self.data.is_empty() {
                return Ok(());
            }
            let data = std::mem::take(&mut self.data);
            let value = serde_json::from_str(&data).map_err(|error| A2aError::Malformed {
                url: self.name.clone(),
                detail: format!("an event is not JSON ({error}): {}", quote(&data)),
            })?;
            self.ready
                .push_back(opened(value, self.binding, &self.name)?);
        } else if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        Ok(())
    }
}
