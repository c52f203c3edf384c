//! The signature of Standard Webhooks, version 1.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

use super::WebhookError;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// Bytes that a secret has: what the standard says.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// What requests are signed with.
pub(super) struct Secret(hmac::Key);

impl Secret {
    /// The one in this variable.
    pub(super) fn read(variable: &str) -> Result<Self, WebhookError> {
        let bad = |reason| WebhookError::BadSecret {
            variable: variable.to_owned(),
            reason,
        };
        let text = std::env::var(variable).map_err(|_| bad("is not set"))?;
        Self::parse(&text).map_err(bad)
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let text = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = STANDARD.decode(text).map_err(|_| "is not base64")?;
        if !BYTES.contains(&bytes.len()) {
            return Err("has too few or too many bytes");
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The headers of a request with this body.
    pub(super) fn sign(&self, id: &str, time: i64, body: &[u8]) -> [(&'static str, String); 3] {
        let mut signing = hmac::Context::with_key(&self.0);
        signing.update(format!("{id}.{time}.").as_bytes());
        signing.update(body);
        let signature = STANDARD.encode(signing.sign());
        [
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", time.to_string()),
            ("webhook-signature", format!("v1,{signature}")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_as_the_standards_own_libraries_sign_it() {
        let secret = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        let headers = secret.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body);
        assert_eq!(headers[1].1, "1649367553");
        assert_eq!(
            headers[2].1,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn what_is_no_secret_is_refused_before_anything_is_signed_with_it() {
        for (text, why) in [
            ("whsec_", "has too few or too many bytes"),
            ("whsec_c2hvcnQ=", "has too few or too many bytes"),
            ("not base64!", "is not base64"),
        ] {
            assert_eq!(Secret::parse(text).err(), Some(why), "{text}");
        }
    }
}
