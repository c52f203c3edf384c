//! From what an agent says of itself to what is known of it.

use semver::Version;

use crate::{
    contract::{AgentManifest, AgentOffer, Want},
    id::AgentName,
    skill::{
        bindings::exports::baton::agent::agent as wit,
        manifest::{MAX_ENTRIES, ManifestError, description, field, findings, json, name, short},
    },
};

/// Characters of an example; what people say is shorter.
const MAX_EXAMPLE: usize = 200;

/// The manifest of an agent that has not said anything yet.
pub(super) fn nameless() -> AgentManifest {
    AgentManifest {
        name: AgentName::from(""),
        version: Version::new(0, 0, 0),
        description: String::new(),
        examples: Vec::new(),
        offers: Vec::new(),
        wants: Vec::new(),
        config_schema: None,
        state_version: 0,
    }
}

/// Checks what an agent says of itself.
pub(super) fn check(said: wit::Description) -> Result<AgentManifest, ManifestError> {
    let version = Version::parse(&said.version).map_err(|error| {
        let version = short(&said.version);
        field(
            "version",
            format!("`{version}` is no semantic version: {error}"),
        )
    })?;
    Ok(AgentManifest {
        name: name("the agent", said.name)?.into(),
        version,
        description: description(said.description),
        examples: examples(said.examples)?,
        offers: limited("offer", said.offers)?
            .into_iter()
            .map(|offer| {
                Ok(AgentOffer {
                    name: name("an offer", offer.name)?,
                    examples: examples(offer.examples)?,
                })
            })
            .collect::<Result<_, _>>()?,
        wants: limited("want", said.wants)?
            .into_iter()
            .map(|want| {
                Ok(Want {
                    capability: short(&want.capability),
                    parameters: findings("wants", want.parameters)?,
                })
            })
            .collect::<Result<_, _>>()?,
        config_schema: said
            .config_schema
            .map(|schema| json("config-schema", &schema))
            .transpose()?,
        state_version: said.state_version,
    })
}

fn limited<T>(what: &'static str, entries: Vec<T>) -> Result<Vec<T>, ManifestError> {
    let count = entries.len();
    match count > MAX_ENTRIES {
        true => Err(ManifestError::TooMany { what, count }),
        false => Ok(entries),
    }
}

/// Each on one line.
fn examples(examples: Vec<String>) -> Result<Vec<String>, ManifestError> {
    let line = |text: String| {
        let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        shown.take(MAX_EXAMPLE).collect()
    };
    Ok(limited("example", examples)?
        .into_iter()
        .map(line)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, version: &str) -> wit::Description {
        wit::Description {
            name: name.to_owned(),
            version: version.to_owned(),
            description: "Greets\u{1b} people".to_owned(),
            examples: vec!["hello\nthere".to_owned()],
            offers: Vec::new(),
            wants: Vec::new(),
            config_schema: None,
            state_version: 1,
            extra: Vec::new(),
        }
    }

    #[test]
    fn what_an_agent_says_of_itself_is_kept_without_what_a_terminal_obeys() {
        let manifest = check(said("greeter", "1.2.3")).unwrap();
        assert_eq!(manifest.description, "Greets people");
        assert_eq!(manifest.examples, ["hello there"]);
    }

    #[test]
    fn an_agent_with_an_impossible_name_or_version_is_refused() {
        let wrong = check(said("", "1.2.3")).unwrap_err().to_string();
        assert!(wrong.contains("the name \"\" of the agent"), "{wrong}");
        let wrong = check(said("greeter", "new")).unwrap_err().to_string();
        assert!(wrong.contains("`new` is no semantic version"), "{wrong}");
        let mut many = said("greeter", "1.2.3");
        many.examples = vec![String::new(); MAX_ENTRIES + 1];
        assert!(check(many).is_err());
    }
}
