//! What came back.

use reqwest::header::HeaderMap;

/// What came back, whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// Where it came from in the end.
    pub url: String,
}
