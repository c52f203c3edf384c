//! What makes numbers of texts for discovery, as the operator names it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_spanned::Spanned;

use super::OpenError;
use crate::{
    agent::{Embeddings, EndpointConfig},
    config::{Config, EmbeddingsSection, Problem, Span},
    discovery::Meanings,
    encoder::{KeptMeanings, LocalMeanings, StaticTable},
};

/// A search that waits longer is no help to a person who waits for an answer.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);

pub(super) fn of(config: &Config, folder: &Path) -> Result<Option<Arc<dyn Meanings>>, OpenError> {
    let section = &config.discovery;
    let wrong = |place: std::ops::Range<usize>, why: String| {
        let message = format!("discovery cannot use this: {why}");
        OpenError::from(config.wrong(folder, Problem::new(message, place)))
    };
    if let Some(table) = &section.table {
        let read = StaticTable::read(&inside(folder, table));
        let table = read.map_err(|why| wrong(table.span(), why.to_string()))?;
        return Ok(Some(Arc::new(LocalMeanings::new(table))));
    }
    if let Some(encoder) = &section.encoder {
        let place = inside(folder, encoder);
        let read = sentence_encoder(&place);
        let read = read.map_err(|why| wrong(encoder.span(), why))?;
        // The same folder with another model in it is another encoder.
        let model = std::fs::metadata(place.join("model.safetensors"));
        let changed = model.and_then(|model| model.modified()).ok();
        let name = format!("{}\n{}\n{changed:?}", folder.display(), place.display());
        return Ok(Some(Arc::new(KeptMeanings::of_user(read, &name))));
    }
    if let Some(endpoint) = &section.endpoint {
        let EmbeddingsSection {
            url,
            model,
            api_key_env,
            timeout,
        } = endpoint.get_ref();
        let mut settings = EndpointConfig::new(url.get_ref(), model);
        settings.api_key_env.clone_from(api_key_env);
        settings.timeout = timeout.map_or(TIMEOUT, |Span(timeout)| timeout);
        let made = Embeddings::new(settings);
        let made = made.map_err(|why| wrong(endpoint.span(), why.to_string()))?;
        let name = format!("{}\n{}\n{model}", folder.display(), url.get_ref());
        return Ok(Some(Arc::new(KeptMeanings::of_user(Arc::new(made), &name))));
    }
    Ok(None)
}

/// The folder that is named, or that has the file that is named.
fn inside(folder: &Path, named: &Spanned<PathBuf>) -> PathBuf {
    let place = folder.join(named.get_ref());
    match place.parent() {
        Some(parent) if place.is_file() => parent.to_owned(),
        _ => place,
    }
}

#[cfg(feature = "encoder")]
fn sentence_encoder(place: &Path) -> Result<Arc<dyn Meanings>, String> {
    let encoder = crate::encoder::SentenceEncoder::read(place);
    let encoder = encoder.map_err(|why| why.to_string())?;
    Ok(Arc::new(LocalMeanings::new(encoder)))
}

#[cfg(not(feature = "encoder"))]
fn sentence_encoder(_: &Path) -> Result<Arc<dyn Meanings>, String> {
    Err("this program was built without sentence encoders".to_owned())
}
