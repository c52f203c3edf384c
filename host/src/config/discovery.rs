//! `[discovery]`: what finds agents besides their words.

use std::path::{Path, PathBuf};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_spanned::Spanned;

use super::{Problem, Span, check::exists};
use crate::discovery::OfferedSkill;

/// `[discovery]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DiscoverySection {
    /// The folder of a static table, or the table in it.
    pub table: Option<Spanned<PathBuf>>,
    /// The folder of a sentence encoder.
    pub encoder: Option<Spanned<PathBuf>>,
    /// An endpoint that makes numbers of texts.
    pub endpoint: Option<Spanned<EmbeddingsSection>>,
}

/// `discovery.endpoint`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmbeddingsSection {
    /// The endpoint, up to and including the version.
    pub url: Spanned<String>,
    /// The model's name, sent as it is.
    pub model: String,
    /// The environment variable that holds the key.
    pub api_key_env: Option<String>,
    /// How long a search waits for it, before words have to do.
    pub timeout: Option<Span>,
}

impl DiscoverySection {
    pub(super) fn check(&self, folder: &Path) -> Result<(), Problem> {
        let places = [
            self.table.as_ref().map(Spanned::span),
            self.encoder.as_ref().map(Spanned::span),
            self.endpoint.as_ref().map(Spanned::span),
        ];
        if let Some(second) = places.into_iter().flatten().nth(1) {
            let message = "discovery has one encoder: `table`, `encoder` or `endpoint`";
            return Err(Problem::new(message, second).help("leave out all but one"));
        }
        for named in [&self.table, &self.encoder].into_iter().flatten() {
            exists(named, folder)?;
        }
        match &self.encoder {
            Some(encoder) if !cfg!(feature = "encoder") => {
                let message = "this program was built without sentence encoders";
                let help = "build it with `--features encoder`, or name a `table` or an `endpoint`";
                Err(Problem::new(message, encoder.span()).help(help))
            }
            _ => Ok(()),
        }
    }
}

/// A skill that an agent offers: its name, or a table that says more of it.
#[derive(Clone, Debug)]
pub struct OfferSection(pub OfferedSkill);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OfferTable {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    examples: Vec<String>,
}

impl<'de> Deserialize<'de> for OfferSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Offer)
    }
}

/// Reads either, with messages about the one that is there.
struct Offer;

impl<'de> Visitor<'de> for Offer {
    type Value = OfferSection;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name of a skill, or { name = \"...\", examples = [...] }")
    }

    fn visit_str<E>(self, name: &str) -> Result<OfferSection, E> {
        Ok(OfferSection(OfferedSkill {
            name: name.to_owned(),
            ..OfferedSkill::default()
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OfferSection, A::Error> {
        let table = OfferTable::deserialize(MapAccessDeserializer::new(map))?;
        Ok(OfferSection(OfferedSkill {
            name: table.name,
            description: table.description,
            examples: table.examples,
        }))
    }
}
