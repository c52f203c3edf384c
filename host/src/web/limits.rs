//! What one request may use up.

use std::time::Duration;

/// What one request may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebLimits {
    /// From its beginning to the last byte of the response, redirects included.
    pub time: Duration,
    /// Bytes of the response's body.
    pub response: usize,
    /// Bytes of all headers of a request, or of a response.
    pub headers: usize,
    /// Redirects that are followed.
    pub redirects: u32,
}

impl Default for WebLimits {
    fn default() -> Self {
        Self {
            // Shorter than a hook's ten seconds, so that a skill which waits for
            // a bad server still learns of it and goes on.
            time: Duration::from_secs(8),
            // A skill has 64 MiB, and reads records, not downloads.
            response: 1 << 20,
            // Servers themselves take 8 to 16 KiB.
            headers: 16 << 10,
            // One for a missing slash, one for a moved service, and some.
            redirects: 5,
        }
    }
}
