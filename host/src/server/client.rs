//! Who may come in: bearer tokens, and what each may do.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

use crate::{
    config::{Right, ServeSection, sha256},
    id::{Scope, UserId, outside},
    trace::TraceParent,
};

/// Whoever sends requests with a token.
#[derive(Clone, Debug)]
pub struct Client {
    /// What the operator calls it.
    pub name: Arc<str>,
    /// What it may do.
    pub rights: Arc<[Right]>,
    /// The only user for whom it writes.
    pub user: Option<UserId>,
    /// What its messages are authorized for.
    pub scopes: Arc<[Scope]>,
}

/// A request is refused for who sends it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no token.
    #[error("this desk needs a token; send it as `Authorization: Bearer TOKEN`")]
    NoToken,
    /// Nobody has that token.
    #[error("this token is nobody's; [serve.tokens] in baton.toml names those that are")]
    UnknownToken,
    /// The token is good, but not for this.
    #[error("the token `{client}` may not {}", match right {
        Right::Talk => "send messages; its `may` needs \"talk\"",
        Right::Call => "call tools; its `may` needs \"call\"",
        Right::Operate => "operate the desk; its `may` needs \"operate\"",
    })]
    NotAllowed {
        /// Whose token it is.
        client: Arc<str>,
        /// What it would need.
        right: Right,
    },
    /// The user's name is no name.
    #[error("the user's id cannot be used: {0}")]
    UserId(String),
    /// The token writes for another user.
    #[error("the token `{client}` writes for the user `{user}` only")]
    OtherUser {
        /// Whose token it is.
        client: Arc<str>,
        /// For whom it writes.
        user: UserId,
    },
    /// A page of some other site sent it.
    #[error("requests from pages of other sites are not taken")]
    OtherSite,
}

/// The desk cannot be served like this.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A variable is not set.
    #[error(
        "the token `{name}` is to come from the variable {variable}, which is not set; \
         set it, or leave [serve.tokens.{name}] out"
    )]
    NotSet {
        /// The token.
        name: String,
        /// The variable.
        variable: String,
    },
    /// Everybody could come.
    #[error(
        "whoever can reach {0} could talk to this desk, for baton.toml names no tokens; \
         add [serve.tokens.NAME], or listen on 127.0.0.1"
    )]
    OpenToAll(IpAddr),
}

/// All tokens, by what they hash to, so that looking one up tells nothing of it.
pub(super) struct Tokens {
    clients: HashMap<[u8; 32], Client>,
    /// Who comes without a token; none: nobody may.
    anybody: Option<Client>,
}

impl Tokens {
    /// Those of the configuration. Without any, everybody on this machine may
    /// talk and call tools, and whoever has `operator` may operate.
    pub(super) fn new(
        section: &ServeSection,
        listens: IpAddr,
        operator: &str,
    ) -> Result<Self, TokenError> {
        let mut clients = HashMap::new();
        for (name, token) in &section.tokens {
            let token = token.get_ref();
            let hash = match (&token.env, &token.sha256) {
                (Some(variable), _) => {
                    let variable = variable.get_ref();
                    let value = std::env::var(variable).ok().filter(|v| !v.is_empty());
                    digest(&value.ok_or_else(|| TokenError::NotSet {
                        name: name.clone(),
                        variable: variable.clone(),
                    })?)
                }
                (None, hash) => match hash.as_ref().and_then(|hash| sha256(hash.get_ref())) {
                    Some(hash) => hash,
                    // The configuration was refused for it.
                    None => continue,
                },
            };
            let client = Client {
                name: name.as_str().into(),
                rights: token.may.as_slice().into(),
                user: token.user.clone(),
                scopes: token.scopes.as_slice().into(),
            };
            clients.insert(hash, client);
        }
        let mut anybody = None;
        if section.tokens.is_empty() {
            if !listens.is_loopback() {
                return Err(TokenError::OpenToAll(listens));
            }
            anybody = Some(local("local", [Right::Talk, Right::Call].as_slice()));
        }
        let all = [Right::Talk, Right::Call, Right::Operate];
        clients.insert(digest(operator), local("operator", all.as_slice()));
        Ok(Self { clients, anybody })
    }

    /// Whose request it is, if they may do this.
    pub(super) fn admit(&self, headers: &HeaderMap, right: Right) -> Result<Client, Refused> {
        self.admit_for(headers, &[right])
    }

    /// Whose request it is, if they may do any of these.
    pub(super) fn admit_for(
        &self,
        headers: &HeaderMap,
        rights: &[Right],
    ) -> Result<Client, Refused> {
        self.admit_with(headers, token(headers), rights)
    }

    /// Whether somebody has tried a token that is nobody's.
    pub(super) fn is_wrong(&self, headers: &HeaderMap) -> bool {
        let known = |token: &str| self.clients.contains_key(&digest(token));
        self.anybody.is_none() && token(headers).is_some_and(|token| !known(token))
    }

    /// Whose token it is, if they may do this.
    pub(super) fn bearer(&self, token: &str, right: Right) -> Result<Client, Refused> {
        let client = self
            .clients
            .get(&digest(token))
            .ok_or(Refused::UnknownToken)?;
        client.may(right)?;
        Ok(client.clone())
    }

    /// Whose request it is, if they may see figures: whoever may operate the
    /// desk; or, if it names no tokens, everybody on this machine.
    pub(super) fn admit_watcher(&self, headers: &HeaderMap) -> Result<Client, Refused> {
        let right = match self.anybody {
            Some(_) => Right::Talk,
            None => Right::Operate,
        };
        self.admit(headers, right)
    }

    fn admit_with(
        &self,
        headers: &HeaderMap,
        token: Option<&str>,
        rights: &[Right],
    ) -> Result<Client, Refused> {
        let known = token.and_then(|token| self.clients.get(&digest(token)));
        let client = match (known, &self.anybody, token) {
            (Some(client), _, _) => client,
            // Clients of OpenAI cannot leave the token out, so any will do here.
            (None, Some(anybody), _) => {
                from_this_machine(headers)?;
                anybody
            }
            (None, None, Some(_)) => return Err(Refused::UnknownToken),
            (None, None, None) => return Err(Refused::NoToken),
        };
        let refused = match rights
            .iter()
            .map(|right| client.may(*right))
            .min_by_key(Result::is_err)
        {
            None | Some(Ok(())) => return Ok(client.clone()),
            Some(Err(refused)) => refused,
        };
        Err(match token {
            None => Refused::NoToken,
            Some(_) => refused,
        })
    }
}

impl Client {
    /// Whether it may do this.
    pub fn may(&self, right: Right) -> Result<(), Refused> {
        match self.rights.contains(&right) {
            true => Ok(()),
            false => Err(Refused::NotAllowed {
                client: self.name.clone(),
                right,
            }),
        }
    }

    /// The user of a request that names one, or not. Whoever names nobody
    /// writes as one and the same person.
    pub fn writes_as(&self, named: Option<&str>) -> Result<UserId, Refused> {
        let named = named
            .map(|name| outside::<UserId>(name).map_err(Refused::UserId))
            .transpose()?;
        match (&self.user, named) {
            (Some(only), Some(named)) if *only != named => Err(Refused::OtherUser {
                client: self.name.clone(),
                user: only.clone(),
            }),
            (Some(only), _) => Ok(only.clone()),
            (None, Some(named)) => Ok(named),
            (None, None) => Ok(UserId::from(self.name.clone())),
        }
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
}

fn local(name: &str, rights: &[Right]) -> Client {
    Client {
        name: name.into(),
        rights: rights.into(),
        user: None,
        scopes: Arc::default(),
    }
}

/// What a request is a part of elsewhere, for whoever observes both.
pub(super) fn part_of(headers: &HeaderMap) -> Option<TraceParent> {
    let text = |name| headers.get(name)?.to_str().ok();
    TraceParent::read(text("traceparent")?, text("tracestate"))
}

/// A browser tells from where a request comes. A page of another site has no
/// business with what an operator does, even if somebody gave it a token.
pub(super) fn from_own_pages(headers: &HeaderMap) -> Result<(), Refused> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if !matches!(site, None | Some(Ok("same-origin" | "none"))) {
        return Err(Refused::OtherSite);
    }
    let (origin, host) = (text(header::ORIGIN), text(header::HOST));
    let Some(origin) = origin else {
        return Ok(());
    };
    let own = match (origin, host) {
        (Ok(origin), Some(Ok(host))) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        _ => false,
    };
    if own { Ok(()) } else { Err(Refused::OtherSite) }
}

/// Without a token, a browser on this machine must not be made to talk to the
/// desk by a page of another site, nor by a name that leads here.
fn from_this_machine(headers: &HeaderMap) -> Result<(), Refused> {
    let names_this_machine = |name: &header::HeaderName| {
        headers.get(name).is_none_or(|value| {
            let text = value.to_str().unwrap_or_default();
            let host = text.split_once("://").map_or(text, |(_, host)| host);
            let name = match host.strip_prefix('[') {
                Some(rest) => rest.split(']').next().unwrap_or_default(),
                None => host.split(':').next().unwrap_or_default(),
            };
            let address = name.parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|a| a.is_loopback())
        })
    };
    if names_this_machine(&header::HOST) && names_this_machine(&header::ORIGIN) {
        Ok(())
    } else {
        Err(Refused::OtherSite)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests;
