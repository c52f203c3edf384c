//! What the documentation says of the scanner is measured.

use std::{collections::BTreeMap, fs, path::Path};

use serde::de::DeserializeOwned;

use super::{Reading, first_hit};

#[derive(serde::Deserialize)]
struct Harmless {
    prompt: String,
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/injection");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn found<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    let hit = |text: &&String| first_hit(text, Reading::Data).is_some();
    texts.into_iter().filter(hit).count()
}

#[test]
fn at_most_two_of_a_hundred_harmless_texts_with_trigger_words_are_taken_for_an_injection() {
    let texts: Vec<String> = ["one", "two", "three"]
        .iter()
        .flat_map(|name| read::<Vec<Harmless>>(&format!("NotInject_{name}.json")))
        .map(|text| text.prompt)
        .collect();
    assert_eq!(texts.len(), 339);
    assert!(found(&texts) * 100 <= 2 * texts.len());
}

#[test]
fn the_share_of_attacks_that_the_documentation_names_is_found() {
    for (name, said) in [("train", 48), ("test", 50)] {
        let attacks: BTreeMap<String, Vec<String>> =
            read(&format!("bipia_text_attack_{name}.json"));
        let texts: Vec<&String> = attacks.values().flatten().collect();
        assert_eq!((texts.len(), found(texts)), (75, said), "{name}");
    }
}
