//! What stands in an attribute's parentheses.

use crate::names;
use proc_macro2::{Span, TokenStream};
use syn::{
    Error, Ident, Lit, LitInt, LitStr, Meta, Path, Result, Token, bracketed, parenthesized,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

/// Settings of one attribute: perhaps a first thing without a key, then
/// `key = value` and `key(name = value)`. Taking one removes it.
pub struct Settings {
    pub span: Span,
    first: Option<Lit>,
    word: Option<Ident>,
    named: Vec<(Ident, Value)>,
}

enum Value {
    Literal(Lit),
    List(Vec<LitStr>, Span),
    Pairs(Vec<(String, Lit)>),
    Type(Path),
}

struct Entry {
    key: Option<Ident>,
    value: Option<Value>,
}

impl Settings {
    /// Reads `#[name]` or `#[name(…)]`.
    pub fn of(meta: &Meta, keys: &[&str]) -> Result<Self> {
        let mut settings = match meta {
            Meta::Path(_) => Self::parse(TokenStream::new(), keys)?,
            Meta::List(list) => Self::parse(list.tokens.clone(), keys)?,
            Meta::NameValue(pair) => {
                return Err(Error::new(
                    pair.eq_token.span(),
                    "write the settings in parentheses",
                ));
            }
        };
        settings.span = meta.path().span();
        Ok(settings)
    }

    pub fn parse(tokens: TokenStream, keys: &[&str]) -> Result<Self> {
        let entries = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens)?;
        let mut settings = Self {
            span: Span::call_site(),
            first: None,
            word: None,
            named: Vec::new(),
        };
        for (at, entry) in entries.into_iter().enumerate() {
            match entry {
                Entry {
                    key: None,
                    value: Some(Value::Literal(first)),
                } if at == 0 => {
                    settings.first = Some(first);
                }
                Entry {
                    key: Some(word),
                    value: None,
                } if at == 0 => settings.word = Some(word),
                Entry {
                    key: Some(key),
                    value: Some(value),
                } => {
                    if !keys.contains(&key.to_string().as_str()) {
                        let why = names::suggestion(&key.to_string(), keys);
                        return Err(Error::new(key.span(), format!("unknown setting: {why}")));
                    }
                    if settings.named.iter().any(|(other, _)| *other == key) {
                        return Err(Error::new(key.span(), format!("`{key}` is set twice")));
                    }
                    settings.named.push((key, value));
                }
                Entry {
                    key: Some(word), ..
                } => {
                    return Err(Error::new(word.span(), format!("write `{word} = …`")));
                }
                Entry { key: None, value } => {
                    let span = value.map_or_else(Span::call_site, |value| value.span());
                    return Err(Error::new(
                        span,
                        "write `key = …`; only the first thing has no key",
                    ));
                }
            }
        }
        Ok(settings)
    }

    /// The quoted text that stands first, such as a handoff's target.
    pub fn first_text(&mut self, example: &str) -> Result<Option<LitStr>> {
        if let Some(word) = &self.word {
            return Err(Error::new(word.span(), format!("write {example}")));
        }
        match self.first.take() {
            Some(Lit::Str(text)) => filled(text).map(Some),
            Some(other) => Err(Error::new(other.span(), format!("write {example}"))),
            None => Ok(None),
        }
    }

    /// The word that stands first, such as a hook's point.
    pub fn first_word(&mut self, example: &str) -> Result<Ident> {
        match (self.word.take(), &self.first) {
            (Some(word), _) => Ok(word),
            (None, Some(first)) => Err(Error::new(first.span(), format!("write {example}"))),
            (None, None) => Err(Error::new(self.span, format!("write {example}"))),
        }
    }

    /// Nothing may stand first.
    pub fn no_first(&self) -> Result<()> {
        let span = self
            .word
            .as_ref()
            .map(Ident::span)
            .or(self.first.as_ref().map(Lit::span));
        span.map_or(Ok(()), |span| Err(Error::new(span, "write `key = …`")))
    }

    pub fn text(&mut self, key: &str) -> Result<Option<LitStr>> {
        match self.take(key) {
            Some((_, Value::Literal(Lit::Str(text)))) => filled(text).map(Some),
            Some((_, other)) => Err(Error::new(other.span(), format!("write `{key} = \"…\"`"))),
            None => Ok(None),
        }
    }

    /// One of a few words.
    pub fn choice(&mut self, key: &str, choices: &[&str]) -> Result<Option<String>> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let value = text.value();
        if choices.contains(&value.as_str()) {
            return Ok(Some(value));
        }
        let why = names::suggestion(&value, choices);
        Err(Error::new(text.span(), format!("unknown {key}: {why}")))
    }

    pub fn texts(&mut self, key: &str) -> Result<Option<Vec<LitStr>>> {
        match self.take(key) {
            Some((_, Value::List(texts, span))) if texts.is_empty() => Err(Error::new(
                span,
                format!(
                    "an empty list says nothing; leave `{key}` out, or write `{key} = [\"…\"]`"
                ),
            )),
            Some((_, Value::List(texts, _))) => texts
                .into_iter()
                .map(filled)
                .collect::<Result<_>>()
                .map(Some),
            Some((_, other)) => Err(Error::new(other.span(), format!("write `{key} = [\"…\"]`"))),
            None => Ok(None),
        }
    }

    /// One text, or a list of them.
    pub fn text_or_texts(&mut self, key: &str) -> Result<Option<Vec<LitStr>>> {
        match self.named.iter().find(|(name, _)| name == key) {
            Some((_, Value::Literal(Lit::Str(_)))) => Ok(self.text(key)?.map(|text| vec![text])),
            _ => self.texts(key),
        }
    }

    pub fn number(&mut self, key: &str) -> Result<Option<LitInt>> {
        match self.take(key) {
            Some((_, Value::Literal(Lit::Int(number)))) => Ok(Some(number)),
            Some((_, other)) => Err(Error::new(other.span(), format!("write `{key} = 1`"))),
            None => Ok(None),
        }
    }

    pub fn literal(&mut self, key: &str) -> Option<Lit> {
        match self.take(key) {
            Some((_, Value::Literal(literal))) => Some(literal),
            Some(other) => {
                self.named.push(other);
                None
            }
            None => None,
        }
    }

    pub fn pairs(&mut self, key: &str) -> Result<Vec<(String, Lit)>> {
        match self.take(key) {
            Some((_, Value::Pairs(pairs))) => Ok(pairs),
            Some((_, other)) => Err(Error::new(
                other.span(),
                format!("write `{key}(name = \"value\")`"),
            )),
            None => Ok(Vec::new()),
        }
    }

    /// The name of a type.
    pub fn path(&mut self, key: &str) -> Result<Option<Path>> {
        match self.take(key) {
            Some((_, Value::Type(path))) => Ok(Some(path)),
            Some((_, other)) => Err(Error::new(other.span(), format!("write `{key} = Type`"))),
            None => Ok(None),
        }
    }

    /// Where a setting stands, if it does.
    pub fn position(&self, key: &str) -> Option<Span> {
        self.named
            .iter()
            .find(|(name, _)| name == key)
            .map(|(name, _)| name.span())
    }

    fn take(&mut self, key: &str) -> Option<(Ident, Value)> {
        let at = self.named.iter().position(|(name, _)| name == key)?;
        Some(self.named.remove(at))
    }
}

impl Value {
    fn span(&self) -> Span {
        match self {
            Self::Literal(literal) => literal.span(),
            Self::List(_, span) => *span,
            Self::Pairs(pairs) => pairs
                .first()
                .map_or_else(Span::call_site, |(_, lit)| lit.span()),
            Self::Type(path) => path.span(),
        }
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Lit) {
            return Ok(Self {
                key: None,
                value: Some(Value::Literal(input.parse()?)),
            });
        }
        let key: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inside;
            parenthesized!(inside in input);
            let pairs = Punctuated::<Pair, Token![,]>::parse_terminated(&inside)?;
            Some(Value::Pairs(
                pairs.into_iter().map(|pair| (pair.0, pair.1)).collect(),
            ))
        } else {
            None
        };
        Ok(Self {
            key: Some(key),
            value,
        })
    }
}

impl Parse for Value {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Ident) {
            return input.parse().map(Self::Type);
        }
        if !input.peek(syn::token::Bracket) {
            return input.parse().map(Self::Literal);
        }
        let inside;
        let bracket = bracketed!(inside in input);
        let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?;
        Ok(Self::List(texts.into_iter().collect(), bracket.span.join()))
    }
}

struct Pair(String, Lit);

impl Parse for Pair {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = if input.peek(LitStr) {
            input.parse::<LitStr>()?.value()
        } else {
            input.parse::<Ident>()?.to_string()
        };
        input.parse::<Token![=]>()?;
        Ok(Self(name, input.parse()?))
    }
}

fn filled(text: LitStr) -> Result<LitStr> {
    if text.value().trim().is_empty() {
        return Err(Error::new(
            text.span(),
            "an empty text names nothing; leave it out, or write what is meant",
        ));
    }
    Ok(text)
}
