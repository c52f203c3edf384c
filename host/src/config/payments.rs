//! `[payments]` and the amounts in other sections.

use serde::{Deserialize, Deserializer, de::Error};
use serde_spanned::Spanned;

use super::{Config, Problem, Span};
use crate::{
    handoff::PaymentPolicy,
    payment::{Currency, Money},
    provider::X402Config,
};

/// One amount or several, each in another currency: `"5 USD"` or
/// `["5 USD", "4 EUR"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(pub Vec<Money>);

impl<'de> Deserialize<'de> for Amounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(String),
            Several(Vec<String>),
        }
        let texts = match Written::deserialize(deserializer) {
            Ok(Written::One(text)) => vec![text],
            Ok(Written::Several(texts)) => texts,
            Err(_) => return Err(D::Error::custom("write an amount such as \"5 USD\"")),
        };
        let mut amounts: Vec<Money> = Vec::with_capacity(texts.len());
        for text in texts {
            let amount: Money = text.parse().map_err(D::Error::custom)?;
            if amounts.iter().any(|a| a.currency() == amount.currency()) {
                let currency = amount.currency();
                return Err(D::Error::custom(format!(
                    "there are two amounts in {currency}"
                )));
            }
            amounts.push(amount);
        }
        Ok(Self(amounts))
    }
}

/// Who collects what answers cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// The ledger in the store, from the users' wallets.
    #[default]
    Ledger,
    /// A facilitator of the x402 protocol.
    X402,
}

/// `[payments]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PaymentsSection {
    /// Who collects.
    #[serde(default)]
    pub provider: ProviderKind,
    /// The most that one user may spend a day.
    #[serde(default)]
    pub user_per_day: Amounts,
    /// x402: the facilitator.
    pub url: Option<Spanned<String>>,
    /// x402: the network, such as `eip155:8453`.
    pub network: Option<String>,
    /// x402: the address of the token.
    pub asset: Option<String>,
    /// x402: the currency that prices in this token are written in.
    pub currency: Option<Spanned<String>>,
    /// x402: the address that is paid.
    pub pay_to: Option<String>,
    /// x402: how long the facilitator may take.
    pub timeout: Option<Span>,
    /// x402: what the token's contract wants besides, such as its name and version.
    pub extra: Option<toml::Table>,
}

/// Fields that belong to a provider, and whether it needs them.
pub(super) fn check(section: &Spanned<PaymentsSection>) -> Result<(), Problem> {
    let at = section.span();
    let section = section.get_ref();
    let fields = [
        ("url", section.url.is_some(), true),
        ("network", section.network.is_some(), true),
        ("asset", section.asset.is_some(), true),
        ("currency", section.currency.is_some(), true),
        ("pay-to", section.pay_to.is_some(), true),
        ("timeout", section.timeout.is_some(), false),
        ("extra", section.extra.is_some(), false),
    ];
    for (field, there, needed) in fields {
        match section.provider {
            ProviderKind::Ledger if there => {
                let message = format!("`{field}` belongs to a provider, and there is none");
                return Err(Problem::new(message, at).help("add provider = \"x402\""));
            }
            ProviderKind::X402 if needed && !there => {
                let message = format!("the provider \"x402\" needs `{field}`");
                return Err(Problem::new(message, at).help(format!("add `{field} = …`")));
            }
            _ => {}
        }
    }
    if let Some(currency) = &section.currency {
        let parsed: Result<Currency, _> = currency.get_ref().parse();
        parsed.map_err(|wrong| Problem::new(wrong.to_string(), currency.span()))?;
    }
    Ok(())
}

impl Config {
    /// What the facilitator needs; none: the ledger collects.
    pub fn x402(&self) -> Option<X402Config> {
        let section = self.payments.as_ref()?.get_ref();
        if section.provider != ProviderKind::X402 {
            return None;
        }
        let extra = section.extra.as_ref().map(serde_json::to_value);
        Some(X402Config {
            url: section.url.as_ref()?.get_ref().clone(),
            network: section.network.clone()?,
            asset: section.asset.clone()?,
            currency: section.currency.as_ref()?.get_ref().parse().ok()?,
            pay_to: section.pay_to.clone()?,
            timeout: section.timeout.map(|Span(timeout)| timeout),
            extra: match extra {
                Some(Ok(serde_json::Value::Object(extra))) => extra,
                _ => serde_json::Map::new(),
            },
        })
    }

    /// What answers cost, and who may spend how much; the provider is not in it.
    pub fn payment_policy(&self) -> PaymentPolicy {
        let price = |(name, section): (&crate::id::AgentName, &Spanned<super::AgentSection>)| {
            // An agent that costs nothing needs no payment.
            let price = section.get_ref().price.filter(|price| !price.is_zero())?;
            Some((name.clone(), price))
        };
        let spending = |(name, section): (&crate::id::SkillName, &Spanned<super::SkillSection>)| {
            (name.clone(), section.get_ref().spending.0.clone())
        };
        PaymentPolicy {
            prices: self.agents.iter().filter_map(price).collect(),
            user_per_day: self
                .payments
                .as_ref()
                .map(|section| section.get_ref().user_per_day.0.clone())
                .unwrap_or_default(),
            spending: self.skills.iter().map(spending).collect(),
            provider: None,
        }
    }
}
