//! Numbers that were made once are kept on disk, by the text they are of: an
//! encoder takes seconds for an operator's examples, and an endpoint takes money.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use safetensors::{Dtype, SafeTensors, serialize, tensor::TensorView};
use sha2::{Digest, Sha256};

use crate::discovery::{Meanings, NoMeaning};

/// An encoder whose numbers for examples are kept in a file.
pub struct KeptMeanings {
    encoder: Arc<dyn Meanings>,
    file: Option<PathBuf>,
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

impl KeptMeanings {
    /// Kept in the user's cache folder; `name` tells one encoder, and the agents
    /// it is for, from others.
    pub fn of_user(encoder: Arc<dyn Meanings>, name: &str) -> Self {
        let file = |folder: PathBuf| {
            let meanings = folder.join("baton").join("meanings");
            meanings.join(format!("{}.safetensors", digest(name)))
        };
        Self {
            encoder,
            file: dirs::cache_dir().map(file),
        }
    }

    #[cfg(test)]
    fn at(encoder: Arc<dyn Meanings>, file: PathBuf) -> Self {
        Self {
            encoder,
            file: Some(file),
        }
    }
}

#[async_trait]
impl Meanings for KeptMeanings {
    fn weight(&self) -> f32 {
        self.encoder.weight()
    }

    async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        self.encoder.of(texts).await
    }

    async fn of_examples(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
        let keys: Vec<String> = texts.iter().map(|text| digest(text)).collect();
        let mut kept = self.file.as_deref().map(read).unwrap_or_default();
        let mut missing = BTreeMap::new();
        for (key, text) in keys.iter().zip(texts) {
            if !kept.contains_key(key) {
                missing.insert(key.clone(), text);
            }
        }
        if !missing.is_empty() {
            let (new, texts): (Vec<String>, Vec<String>) = missing.into_iter().unzip();
            let made = self.encoder.of_examples(texts).await?;
            kept.extend(new.into_iter().zip(made));
            // What no agent says any more goes.
            let said: HashSet<&String> = keys.iter().collect();
            kept.retain(|key, _| said.contains(key));
            if let Some(file) = &self.file
                && let Err(why) = write(file, &kept)
            {
                tracing::warn!(
                    "the encoder's numbers are not kept in {}: {why}",
                    file.display()
                );
            }
        }
        let numbers = keys.iter().map(|key| kept.get(key).cloned());
        let all: Option<Vec<Vec<f32>>> = numbers.collect();
        all.ok_or_else(|| NoMeaning("the encoder gave too few lists of numbers".to_owned()))
    }
}

/// What is kept; nothing if it cannot be read, for it can be made anew.
fn read(file: &Path) -> HashMap<String, Vec<f32>> {
    let Ok(bytes) = std::fs::read(file) else {
        return HashMap::new();
    };
    let Ok(tensors) = SafeTensors::deserialize(&bytes) else {
        return HashMap::new();
    };
    let numbers = |view: &TensorView<'_>| -> Vec<f32> {
        let bytes = view.data().as_chunks().0.iter();
        bytes.map(|number| f32::from_le_bytes(*number)).collect()
    };
    let all = tensors.tensors().into_iter();
    let right = all.filter(|(_, view)| view.dtype() == Dtype::F32);
    right.map(|(key, view)| (key, numbers(&view))).collect()
}

fn write(file: &Path, kept: &HashMap<String, Vec<f32>>) -> Result<(), String> {
    let bytes: Vec<(&String, Vec<u8>)> = kept
        .iter()
        .map(|(key, numbers)| (key, numbers.iter().flat_map(|n| n.to_le_bytes()).collect()))
        .collect();
    let mut views = Vec::with_capacity(bytes.len());
    for (key, bytes) in &bytes {
        let shape = vec![bytes.len() / size_of::<f32>()];
        let view = TensorView::new(Dtype::F32, shape, bytes).map_err(|why| why.to_string())?;
        views.push((*key, view));
    }
    let bytes = serialize(views, None).map_err(|why| why.to_string())?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let put = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        // Whoever reads meanwhile has the one before or the new one.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(&bytes)?;
        new.persist(file)?;
        Ok(())
    };
    put().map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Tells what it was asked, and gives a text's length for its numbers.
    #[derive(Default)]
    struct Counting(Mutex<Vec<String>>);

    #[async_trait]
    impl Meanings for Counting {
        async fn of(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, NoMeaning> {
            let numbers = texts.iter().map(|text| vec![text.len() as f32, 1.0]);
            let numbers = numbers.collect();
            self.0.lock().unwrap().extend(texts);
            Ok(numbers)
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn only_what_is_new_is_made_and_the_rest_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep").join("numbers");
        let encoder = Arc::new(Counting::default());
        let first = KeptMeanings::at(encoder.clone(), file.clone());
        let made = first.of_examples(texts(&["a", "bcd", "a"])).await.unwrap();
        assert_eq!(made, [[1.0, 1.0], [3.0, 1.0], [1.0, 1.0]]);
        let second = KeptMeanings::at(encoder.clone(), file);
        let made = second.of_examples(texts(&["bcd", "ef"])).await.unwrap();
        assert_eq!(made, [[3.0, 1.0], [2.0, 1.0]]);
        let mut asked = encoder.0.lock().unwrap().clone();
        asked.sort();
        assert_eq!(asked, ["a", "bcd", "ef"]);
    }

    #[tokio::test]
    async fn a_damaged_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("numbers");
        std::fs::write(&file, b"not numbers at all").unwrap();
        let kept = KeptMeanings::at(Arc::new(Counting::default()), file.clone());
        assert_eq!(kept.of_examples(texts(&["a"])).await.unwrap(), [[1.0, 1.0]]);
        assert_eq!(read(&file).len(), 1);
    }
}
