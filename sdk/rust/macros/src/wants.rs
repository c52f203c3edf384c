//! What a skill wants and cannot do without, as far as it can be seen to make
//! sense without a host.

use crate::settings::Settings;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr, Result};

/// The wants that `hosts` and `spending` declare. The capability itself is seen
/// from what the component imports; these are the bounds within which.
pub fn declared(settings: &mut Settings) -> Result<Vec<TokenStream>> {
    let mut wants = Vec::new();
    if let Some(hosts) = settings.text_or_texts("hosts")? {
        hosts.iter().try_for_each(host)?;
        wants.push(want("http", "hosts", &hosts));
    }
    if let Some(amounts) = settings.text_or_texts("spending")? {
        let mut seen: Vec<String> = Vec::new();
        for text in &amounts {
            let currency = amount(text)?;
            if seen.contains(&currency) {
                return Err(Error::new(
                    text.span(),
                    format!("there is an amount in {currency} already; one for each currency"),
                ));
            }
            seen.push(currency);
        }
        wants.push(want("payments", "per-day", &amounts));
    }
    Ok(wants)
}

fn want(capability: &str, parameter: &str, texts: &[LitStr]) -> TokenStream {
    // Neither hosts nor amounts have anything that JSON would write differently.
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| format!("\"{}\"", text.value()))
        .collect();
    let value = format!("[{}]", quoted.join(","));
    quote! {
        ::baton_sdk::__private::Wants {
            capability: #capability,
            parameter: #parameter,
            value: #value,
        }
    }
}

/// A host as grants name it: `crm.example.com:8443`, `*.example.com`,
/// `http://old.example.com`, `private:crm.corp.example`.
fn host(text: &LitStr) -> Result<()> {
    let value = text.value();
    let name = value.strip_prefix("private:").unwrap_or(&value);
    let name = name.strip_prefix("http://").unwrap_or(name);
    let name = name.strip_prefix("*.").unwrap_or(name);
    let (name, port) = name.split_once(':').unwrap_or((name, "443"));
    let letters = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    if name.is_empty() || !name.chars().all(letters) || port.parse::<u16>().is_err() {
        return Err(Error::new(
            text.span(),
            "write a host as the operator grants it, without https:// and without a path: \
             \"crm.example.com\", \"*.example.com\" or \"crm.example.com:8443\"",
        ));
    }
    Ok(())
}

/// The currency of an amount such as `0.50 USD`.
fn amount(text: &LitStr) -> Result<String> {
    let value = text.value();
    let read = value.split_once(' ').filter(|(number, currency)| {
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
        digits(whole)
            && digits(decimals)
            && decimals.len() <= 6
            && (3..=8).contains(&currency.len())
            && currency
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
    });
    let Some((_, currency)) = read else {
        return Err(Error::new(
            text.span(),
            "write what may be spent a day as an amount with its currency: \"5 USD\" or \"0.50 USD\"",
        ));
    };
    Ok(currency.to_owned())
}

/// Each names a capability, a skill, or a tool of a skill; another skill than
/// this one.
pub fn depend(words: &[LitStr], own: &str) -> Result<()> {
    for text in words {
        let value = text.value();
        let word = value.strip_prefix("skill:").unwrap_or(&value);
        let parts: Vec<&str> = word.split('/').collect();
        let letters =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let named = |part: &&str| !part.is_empty() && part.chars().all(letters);
        if parts.len() > 2 || !parts.iter().all(named) {
            return Err(Error::new(
                text.span(),
                "a dependency is a capability, a skill or a tool of a skill: \
                 \"agents\", \"weather\" or \"weather/forecast\"",
            ));
        }
        if parts[0] == own {
            return Err(Error::new(
                text.span(),
                "a skill that depends on itself would never be ready",
            ));
        }
    }
    Ok(())
}
