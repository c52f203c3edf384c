//! A facilitator of the x402 protocol, version 2, by its calls `verify` and
//! `settle`. Types and rules are those of `specs/x402-specification-v2.md`,
//! sections 5 and 7, in github.com/coinbase/x402.

use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{Client, Url, redirect};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    handoff::{Collected, PaymentProvider, Request},
    id::UserId,
    payment::{Currency, Money, PaymentError},
};

/// The version of the protocol.
const VERSION: u64 = 2;

/// Far more than an answer of a facilitator, and than a proof of payment.
const MAX_BYTES: usize = 64 << 10;

/// How long a facilitator may take if nothing is said: settling waits for a
/// block of its network, which takes a few seconds.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a payment may stay valid after it was verified. The agent works
/// between the two calls.
const VALID_FOR: u64 = 120;

/// Where payments go.
#[derive(Clone, Debug)]
pub struct X402Config {
    /// The facilitator.
    pub url: String,
    /// The network, such as `eip155:8453`.
    pub network: String,
    /// The token. It must have six decimals, as USDC has.
    pub asset: String,
    /// The currency that prices in this token are written in.
    pub currency: Currency,
    /// Who is paid.
    pub pay_to: String,
    /// How long the facilitator may take.
    pub timeout: Option<Duration>,
    /// What the token's contract wants besides.
    pub extra: Map<String, Value>,
}

/// The facilitator cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum X402Error {
    /// Its address is none.
    #[error("`{url}` is no address of a facilitator: {why}")]
    Url {
        /// As it stands in the configuration.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No client can be made.
    #[error("no HTTP client for payments: {0}")]
    Client(String),
}

/// What is wanted of a payer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Requirements {
    scheme: String,
    network: String,
    /// In the token's smallest part, which is a millionth.
    amount: String,
    asset: String,
    pay_to: String,
    max_timeout_seconds: u64,
    #[serde(default)]
    extra: Map<String, Value>,
}

/// What a facilitator says to `verify`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    is_valid: bool,
    invalid_reason: Option<String>,
}

/// What a facilitator says to `settle`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settled {
    success: bool,
    error_reason: Option<String>,
    transaction: String,
}

/// A call that did not come to an answer.
enum Failed {
    /// It never reached the facilitator.
    NotSent(String),
    /// Nobody knows what the facilitator has done.
    Unknown(String),
}

/// A facilitator of the x402 protocol.
#[derive(Debug)]
pub struct X402 {
    verify: Url,
    settle: Url,
    config: X402Config,
    http: Client,
}

impl X402 {
    /// Talks with the facilitator of the configuration.
    pub fn new(config: X402Config) -> Result<Self, X402Error> {
        let wrong = |why: String| X402Error::Url {
            url: config.url.clone(),
            why,
        };
        let at = |call: &str| {
            let url = format!("{}/{call}", config.url.trim_end_matches('/'));
            let url = Url::parse(&url).map_err(|error| wrong(error.to_string()))?;
            match url.scheme() {
                "https" => Ok(url),
                // A proof of payment is worth money to whoever reads it.
                "http" if is_loopback(&url) => Ok(url),
                "http" => Err(wrong("money goes over https only".to_owned())),
                other => Err(wrong(format!("`{other}` is not https"))),
            }
        };
        let (verify, settle) = (at("verify")?, at("settle")?);
        crate::tls::prepare();
        let mut builder = Client::builder()
            .timeout(config.timeout.unwrap_or(TIMEOUT))
            .redirect(redirect::Policy::none());
        if verify.scheme() == "http" {
            builder = builder.tls_certs_only([]).no_proxy();
        }
        let http = builder.build();
        Ok(Self {
            verify,
            settle,
            http: http.map_err(|error| X402Error::Client(error.to_string()))?,
            config,
        })
    }

    fn requirements(&self, amount: Money) -> Requirements {
        Requirements {
            scheme: "exact".to_owned(),
            network: self.config.network.clone(),
            amount: amount.millionths().to_string(),
            asset: self.config.asset.clone(),
            pay_to: self.config.pay_to.clone(),
            max_timeout_seconds: VALID_FOR,
            extra: self.config.extra.clone(),
        }
    }

    /// What both calls carry; refused if the proof is none, or one of another
    /// payment.
    fn body(&self, request: Request<'_>) -> Result<Value, PaymentError> {
        let amount = request.amount;
        if amount.currency() != self.config.currency {
            return Err(PaymentError::Unavailable(format!(
                "the provider collects {}, and {amount} are needed",
                self.config.currency
            )));
        }
        let proof = request
            .proof
            .ok_or(PaymentError::NoProof { needed: amount })?;
        let refused = |why: &str| PaymentError::Refused(why.to_owned());
        if proof.len() > MAX_BYTES {
            return Err(refused("it is too long"));
        }
        let decoded = BASE64_STANDARD
            .decode(proof.trim())
            .map_err(|_| refused("it is not base64"))?;
        let payload: Value =
            serde_json::from_slice(&decoded).map_err(|_| refused("it is not JSON"))?;
        if payload.get("x402Version").and_then(Value::as_u64) != Some(VERSION) {
            return Err(refused("it is not of version 2 of the protocol"));
        }
        let accepted = payload.get("accepted").cloned().unwrap_or_default();
        let accepted: Requirements = serde_json::from_value(accepted)
            .map_err(|_| refused("it does not say which requirements it accepts"))?;
        let wanted = self.requirements(amount);
        // Addresses may be written in either case.
        let same = accepted.scheme == wanted.scheme
            && accepted.network == wanted.network
            && accepted.amount == wanted.amount
            && accepted.asset.eq_ignore_ascii_case(&wanted.asset)
            && accepted.pay_to.eq_ignore_ascii_case(&wanted.pay_to);
        if !same {
            return Err(PaymentError::Refused(format!(
                "it is not a payment of {amount} to {} on {}",
                wanted.pay_to, wanted.network
            )));
        }
        Ok(json!({
            "x402Version": VERSION,
            "paymentPayload": payload,
            "paymentRequirements": wanted,
        }))
    }

    async fn call<T: for<'a> Deserialize<'a>>(&self, url: &Url, body: &Value) -> Result<T, Failed> {
        let sent = self
            .http
            .post(url.clone())
            .header("content-type", "application/json");
        let sent = sent.body(body.to_string()).send().await;
        let mut response = sent.map_err(|error| {
            let why = root_cause(&error);
            if error.is_connect() {
                Failed::NotSent(why)
            } else {
                Failed::Unknown(why)
            }
        })?;
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(part)) if bytes.len() + part.len() <= MAX_BYTES => {
                    bytes.extend_from_slice(&part);
                }
                Ok(Some(_)) => {
                    return Err(Failed::Unknown("its answer has no end".to_owned()));
                }
                Err(error) => return Err(Failed::Unknown(root_cause(&error))),
            }
        }
        // Refusals come with other statuses than 200 and the same body.
        serde_json::from_slice(&bytes).map_err(|_| {
            Failed::Unknown(format!(
                "its answer, with status {}, is none of the protocol",
                response.status()
            ))
        })
    }
}

#[async_trait]
impl PaymentProvider for X402 {
    fn name(&self) -> &str {
        "x402"
    }

    async fn balance(&self, _user: Option<&UserId>) -> Result<Vec<Money>, PaymentError> {
        Err(PaymentError::Unavailable(
            "what a payer has is known to the network alone".to_owned(),
        ))
    }

    async fn reserve(&self, request: Request<'_>) -> Result<(), PaymentError> {
        let body = self.body(request)?;
        match self.call::<Verified>(&self.verify, &body).await {
            Ok(Verified { is_valid: true, .. }) => Ok(()),
            Ok(Verified { invalid_reason, .. }) => {
                Err(PaymentError::Refused(invalid_reason.unwrap_or_else(|| {
                    "the facilitator gives no reason".to_owned()
                })))
            }
            // Nothing is taken by asking, so nothing can be lost.
            Err(Failed::NotSent(why) | Failed::Unknown(why)) => Err(PaymentError::Unavailable(
                format!("the facilitator has not answered: {why}"),
            )),
        }
    }

    async fn capture(&self, request: Request<'_>) -> Collected {
        let body = match self.body(request) {
            Ok(body) => body,
            Err(why) => return Collected::Refused(why.to_string()),
        };
        match self.call::<Settled>(&self.settle, &body).await {
            Ok(settled) if settled.success => Collected::Paid(settled.transaction),
            Ok(Settled {
                error_reason,
                transaction,
                ..
            }) => {
                let why = error_reason.unwrap_or_else(|| "no reason is given".to_owned());
                // What is on its way may still arrive.
                if transaction.is_empty() {
                    Collected::Refused(why)
                } else {
                    Collected::Unknown(format!("{why}, in transaction {transaction}"))
                }
            }
            Err(Failed::NotSent(why)) => {
                Collected::Refused(format!("the facilitator cannot be reached: {why}"))
            }
            Err(Failed::Unknown(why)) => Collected::Unknown(why),
        }
    }

    /// What was not settled expires by itself.
    async fn release(&self, _request: Request<'_>) -> Result<(), PaymentError> {
        Ok(())
    }

    async fn refund(&self, _amount: Money) -> Result<(), PaymentError> {
        Err(PaymentError::Unavailable(
            "x402 gives nothing back; pay it back by other means".to_owned(),
        ))
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

/// `Connection refused` instead of `error sending request`.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
