//! `grants` of `[skills.NAME]`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use serde_spanned::Spanned;

/// What a skill may do.
#[derive(Debug)]
pub enum GrantsSetting {
    /// A list of grants.
    Listed(Vec<Spanned<String>>),
    /// `"audit"`: nothing, and what it tries is recorded.
    Audit,
}

impl Default for GrantsSetting {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl<'de> Deserialize<'de> for GrantsSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Setting;

        impl<'de> Visitor<'de> for Setting {
            type Value = GrantsSetting;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of grants, or \"audit\"")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<GrantsSetting, E> {
                match word {
                    "audit" => Ok(GrantsSetting::Audit),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<GrantsSetting, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(GrantsSetting::Listed(words))
            }
        }

        deserializer.deserialize_any(Setting)
    }
}
