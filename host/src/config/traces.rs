//! `[traces]`: where it is told what turns spend their time on.

use serde::Deserialize;
use serde_spanned::Spanned;
use url::Url;

use super::Problem;

/// `[traces]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TracesSection {
    /// A collector of OTLP over HTTP; none: what the environment names, or nobody.
    pub endpoint: Option<Spanned<String>>,
    /// Whether it is told what was said.
    #[serde(default)]
    pub content: bool,
}

impl TracesSection {
    /// What the parser cannot see.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let Some(endpoint) = &self.endpoint else {
            return Ok(());
        };
        let parsed = Url::parse(endpoint.get_ref());
        if parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Ok(());
        }
        let message = format!("`{}` is no URL of a collector", endpoint.get_ref());
        let help = "write where it takes OTLP over HTTP, as in \"http://localhost:4318\"";
        Err(Problem::new(message, endpoint.span()).help(help))
    }
}
