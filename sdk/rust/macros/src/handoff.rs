//! `#[handoff]`

use crate::names;
use crate::settings::Settings;
use crate::signature;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Block, Error, Ident, Lit, LitStr, Meta, Result, ReturnType, Signature, spanned::Spanned,
};

const KEYS: &[&str] = &[
    "priority",
    "timeout",
    "triggers",
    "keywords",
    "targets",
    "scopes",
    "reason",
    "mode",
    "ownership",
    "history",
    "metadata",
    "name",
    "description",
];
const REASONS: &[&str] = &[
    "specialization",
    "escalation",
    "delegation",
    "completion",
    "failure",
    "recovery",
    "load-shedding",
    "supervision",
];
const MODES: &[&str] = &["warm", "cold", "supervised", "broadcast", "delegation"];
const STATIC: &str = "fn name(&self, query: &Query) -> bool";
const DYNAMIC: &str = "fn name(&self, query: &Query) -> Option<&str>";

pub struct Handoff {
    pub name: String,
    pub span: Span,
    /// A dynamic one's list of agents, if it gives one.
    pub targets: Option<Vec<LitStr>>,
    pub target: Option<LitStr>,
    /// The function to ask, and what it returns; none: the triggers decide.
    asked: Option<(Ident, ReturnType)>,
    description: String,
    priority: i32,
    timeout: Option<u32>,
    scopes: Vec<LitStr>,
    triggers: Vec<LitStr>,
    reason: String,
    mode: String,
    ownership: String,
    history: String,
    metadata: Vec<(String, String)>,
}

impl Handoff {
    pub fn read(
        meta: &Meta,
        signature: &Signature,
        body: Option<&Block>,
        documentation: String,
    ) -> Result<Self> {
        let mut settings = Settings::of(meta, KEYS)?;
        let target = settings.first_text("the agent's name in quotes: `#[handoff(\"agent\")]`")?;
        check_signature(signature, target.is_some(), body.is_some())?;
        let (triggers, asked) = triggers(&mut settings, signature, body, target.is_some())?;
        if let (Some(position), Some(_)) = (settings.position("targets"), &target) {
            return Err(Error::new(
                position,
                "this handoff has one target already; `targets` lists whom a handoff without one may name",
            ));
        }
        let name = settings.text("name")?;
        Ok(Self {
            name: match &name {
                Some(name) => names::given(name)?,
                None => names::of_function(&signature.ident),
            },
            span: name.map_or_else(|| signature.ident.span(), |name| name.span()),
            targets: settings.texts("targets")?,
            target,
            asked,
            description: match settings.text("description")? {
                Some(text) => text.value(),
                None => documentation,
            },
            priority: priority(&mut settings)?,
            timeout: timeout(&mut settings)?,
            scopes: settings.texts("scopes")?.unwrap_or_default(),
            triggers,
            reason: settings
                .choice("reason", REASONS)?
                .unwrap_or("specialization".to_owned()),
            mode: settings.choice("mode", MODES)?.unwrap_or("warm".to_owned()),
            ownership: settings
                .choice("ownership", &["moves", "returns"])?
                .unwrap_or("moves".to_owned()),
            history: history(&mut settings)?,
            metadata: settings
                .pairs("metadata")?
                .into_iter()
                .map(|(name, value)| Ok((name, json(&value)?)))
                .collect::<Result<_>>()?,
        })
    }

    /// Whether the skill is called for it.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// The constant that describes it.
    pub fn declaration(&self) -> TokenStream {
        let Self {
            name,
            description,
            priority,
            scopes,
            triggers,
            reason,
            mode,
            ownership,
            history,
            ..
        } = self;
        let target = option(self.target.as_ref());
        let timeout = option(self.timeout.as_ref());
        let decided_by = if self.is_asked() {
            "condition"
        } else {
            "triggers"
        };
        let metadata = self
            .metadata
            .iter()
            .map(|(name, json)| quote!((#name, #json)));
        quote! {
            ::baton_sdk::__private::Handoff {
                name: #name,
                target: #target,
                description: #description,
                priority: #priority,
                timeout_ms: #timeout,
                scopes: &[#(#scopes),*],
                triggers: &[#(#triggers),*],
                decided_by: #decided_by,
                reason: #reason,
                mode: #mode,
                ownership: #ownership,
                history: #history,
                metadata: &[#(#metadata),*],
            }
        }
    }

    /// The arm that asks it, where it is the one at this position.
    pub fn arm(&self, position: u32) -> Option<TokenStream> {
        let (function, output) = self.asked.as_ref()?;
        let ReturnType::Type(_, output) = output else {
            return None;
        };
        let (answer, target) = match &self.target {
            Some(target) => (quote!(StaticAnswer), quote!(, #target)),
            None => (quote!(DynamicAnswer), TokenStream::new()),
        };
        // Where the type does not fit, the compiler points at it.
        let verdict = quote_spanned! {output.span()=>
            <#output as ::baton_sdk::__private::#answer>::verdict
        };
        Some(quote!(#position => #verdict(Self::#function(&skill, query) #target)))
    }
}

fn check_signature(signature: &Signature, is_static: bool, has_body: bool) -> Result<()> {
    let example = if is_static { STATIC } else { DYNAMIC };
    signature::plain(signature)?;
    signature::receiver(signature, false, example)?;
    signature::parameters(signature, &["Query"], example)?;
    match (&signature.output, has_body) {
        (ReturnType::Default, true) => Err(Error::new_spanned(
            &signature.ident,
            format!("a condition answers: write `{example}`"),
        )),
        (ReturnType::Type(_, output), false) => Err(Error::new_spanned(
            output,
            "without a body there is nothing to return: leave this out, or write the body",
        )),
        _ => Ok(()),
    }
}

type Asked = Option<(Ident, ReturnType)>;

fn triggers(
    settings: &mut Settings,
    signature: &Signature,
    body: Option<&Block>,
    is_static: bool,
) -> Result<(Vec<LitStr>, Asked)> {
    let keywords_at = settings.position("keywords");
    let triggers_at = settings.position("triggers");
    let keywords = settings.texts("keywords")?;
    let triggers = settings.texts("triggers")?;
    match (keywords, body) {
        (Some(_), Some(body)) => Err(Error::new_spanned(
            body,
            "`keywords` decide without calling this function: end it with `;`, or write `triggers` to have it asked when one occurs",
        )),
        (None, None) => Err(Error::new_spanned(
            &signature.ident,
            "a condition needs a body, or `keywords = [\"…\"]` that decide without one",
        )),
        (None, Some(_)) => {
            let asked = (signature.ident.clone(), signature.output.clone());
            Ok((triggers.unwrap_or_default(), Some(asked)))
        }
        (Some(keywords), None) => {
            if let Some(position) = triggers_at {
                return Err(Error::new(
                    position,
                    "`keywords` are triggers already: leave this out",
                ));
            }
            if !is_static {
                return Err(Error::new(
                    keywords_at.unwrap_or(settings.span),
                    "keywords cannot name an agent: declare it, `#[handoff(\"agent\", keywords = …)]`",
                ));
            }
            Ok((keywords, None))
        }
    }
}

fn priority(settings: &mut Settings) -> Result<i32> {
    match settings.literal("priority") {
        None if settings.position("priority").is_none() => Ok(0),
        Some(Lit::Int(number)) => number.base10_parse(),
        Some(Lit::Str(word)) => match word.value().as_str() {
            "high" => Ok(100),
            "normal" => Ok(0),
            "low" => Ok(-100),
            other => Err(Error::new(
                word.span(),
                format!(
                    "unknown priority: {}; or write a number",
                    names::suggestion(other, &["high", "normal", "low"])
                ),
            )),
        },
        other => Err(Error::new(
            other.map_or(settings.span, |other| other.span()),
            "write `priority = \"high\"` or a number",
        )),
    }
}

/// How much of the conversation the target sees.
fn history(settings: &mut Settings) -> Result<String> {
    let Some(given) = settings.text("history")? else {
        return Ok("full".to_owned());
    };
    let policy = given.value();
    let counts = |text: &str| text.parse::<u32>().is_ok();
    if matches!(policy.as_str(), "full" | "summary" | "none")
        || policy.strip_prefix("last:").is_some_and(counts)
    {
        return Ok(policy);
    }
    Err(Error::new(
        given.span(),
        "write \"full\", \"last:10\", \"summary\" or \"none\"",
    ))
}

fn timeout(settings: &mut Settings) -> Result<Option<u32>> {
    const EXAMPLE: &str = "write the time with its unit: \"30s\", \"500ms\" or \"2m\"";
    let Some(literal) = settings.literal("timeout") else {
        return match settings.position("timeout") {
            Some(position) => Err(Error::new(position, EXAMPLE)),
            None => Ok(None),
        };
    };
    let wrong = || Error::new(literal.span(), EXAMPLE);
    let Lit::Str(text) = &literal else {
        return Err(wrong());
    };
    let text = text.value();
    let (number, factor) = if let Some(number) = text.strip_suffix("ms") {
        (number, 1)
    } else if let Some(number) = text.strip_suffix('s') {
        (number, 1_000)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 60_000)
    } else {
        return Err(wrong());
    };
    let number: u32 = number.trim().parse().map_err(|_| wrong())?;
    match number.checked_mul(factor) {
        Some(timeout) if timeout > 0 => Ok(Some(timeout)),
        _ => Err(wrong()),
    }
}

fn json(value: &Lit) -> Result<String> {
    match value {
        Lit::Str(text) => Ok(quoted(&text.value())),
        Lit::Int(number) => Ok(number.base10_parse::<i64>()?.to_string()),
        Lit::Float(number) => Ok(number.base10_parse::<f64>()?.to_string()),
        Lit::Bool(truth) => Ok(truth.value.to_string()),
        other => Err(Error::new(
            other.span(),
            "write a text, a number, `true` or `false`",
        )),
    }
}

fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", control as u32)),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

fn option(value: Option<&impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
