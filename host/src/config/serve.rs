//! `[serve]`: who may reach the desk from outside, and how.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::Problem;
use crate::{
    id::{Scope, UserId},
    web::HostPattern,
};

/// Something that the bearer of a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Send users' messages.
    Talk,
    /// Call the skills' tools, without any agent.
    Call,
    /// See everything, and do what an operator does.
    Operate,
}

/// `[serve]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeSection {
    /// Where to listen; `127.0.0.1:8080` if not said.
    pub listen: Option<SocketAddr>,
    /// Certificate and key; without them the desk speaks plain HTTP.
    pub tls: Option<TlsSection>,
    /// Where the outside reaches the desk, for what it says of itself.
    pub url: Option<Spanned<String>>,
    /// Hosts that may be told of tasks' ends though they are private.
    #[serde(default)]
    pub notify: Vec<Spanned<String>>,
    /// Bytes that a request may have.
    pub max_request: Option<usize>,
    /// Messages that one user may send in a minute.
    pub messages_per_minute: Option<NonZeroU32>,
    /// Proxies in front of the desk, which say who is behind them.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
    /// Who may come.
    #[serde(default)]
    pub tokens: BTreeMap<String, Spanned<TokenSection>>,
}

/// `[serve.tls]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TlsSection {
    /// The certificate and those that vouch for it, in PEM.
    pub certificate: Spanned<PathBuf>,
    /// Its private key, in PEM.
    pub key: Spanned<PathBuf>,
}

/// `[serve.tokens.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenSection {
    /// The variable of the environment that has the token.
    pub env: Option<Spanned<String>>,
    /// The SHA-256 of the token, in hexadecimal.
    pub sha256: Option<Spanned<String>>,
    /// What its bearer may do.
    #[serde(default = "only_talk")]
    pub may: Vec<Right>,
    /// The only user for whom its bearer writes; none: it names them itself.
    pub user: Option<UserId>,
    /// What its bearer's messages are authorized for.
    #[serde(default)]
    pub scopes: Vec<Scope>,
}

fn only_talk() -> Vec<Right> {
    vec![Right::Talk]
}

impl ServeSection {
    /// What the parser cannot see.
    pub(super) fn check(&self) -> Result<(), Problem> {
        for host in &self.notify {
            let read = host.get_ref().parse::<HostPattern>();
            read.map_err(|why| Problem::new(why.to_string(), host.span()))?;
        }
        if let Some(url) = &self.url {
            let parsed = url::Url::parse(url.get_ref());
            if !parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
                let message = format!("`{}` is no URL of a desk", url.get_ref());
                let help = "write where others reach it, as in \"https://desk.example.com\"";
                return Err(Problem::new(message, url.span()).help(help));
            }
        }
        for (name, token) in &self.tokens {
            let section = token.get_ref();
            match (&section.env, &section.sha256) {
                (Some(_), None) => {}
                (None, Some(hash)) if sha256(hash.get_ref()).is_some() => {}
                (None, Some(hash)) => {
                    let message = "this is no SHA-256: it has 64 hexadecimal digits";
                    let help = "write what `printf %s TOKEN | sha256sum` prints";
                    return Err(Problem::new(message, hash.span()).help(help));
                }
                _ => {
                    let message = format!("the token `{name}` needs either `env` or `sha256`");
                    let help = "env = \"BATON_TOKEN\" takes it from the environment; a token \
                                itself never stands in this file";
                    return Err(Problem::new(message, token.span()).help(help));
                }
            }
        }
        Ok(())
    }
}

/// The bytes that 64 hexadecimal digits stand for.
pub fn sha256(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}
