//! A table with numbers for each piece of a word; a text's are their mean. In
//! the format of model2vec: `tokenizer.json`, `model.safetensors` with
//! `embeddings` (`F32`, `F16` or `I8`), and for each piece, if they are there,
//! `weights` and `mapping` to a row.

use std::path::Path;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{Encoder, EncoderError, wordpiece::WordPieces};

/// Pieces of a text that count; what somebody wants is said before.
const MAX_PIECES: usize = 512;

/// How much its numbers count beside words. They know less than those of whole
/// sentences: on the validation texts of two public sets of intents 0.7 and 1.6
/// measured worse.
const WEIGHT: f32 = 1.0;

/// A table of numbers for pieces of words.
pub struct StaticTable {
    pieces: WordPieces,
    rows: Vec<f32>,
    dimensions: usize,
    weights: Option<Vec<f32>>,
    mapping: Option<Vec<usize>>,
}

impl StaticTable {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, EncoderError> {
        let pieces = WordPieces::read(&folder.join("tokenizer.json"))?;
        let file = folder.join("model.safetensors");
        let bytes = EncoderError::read(&file)?;
        let wrong = |why: String| EncoderError::wrong(&file, why);
        let tensors = SafeTensors::deserialize(&bytes).map_err(|why| wrong(why.to_string()))?;
        let tensor = |name: &str| tensors.tensor(name).ok();
        let embeddings = tensor("embeddings")
            .ok_or_else(|| wrong("it has no tensor `embeddings`".to_owned()))?;
        let [count, dimensions] = *embeddings.shape() else {
            return Err(wrong("`embeddings` is no table".to_owned()));
        };
        let rows = numbers(&embeddings).map_err(&wrong)?;
        let weights = tensor("weights")
            .map(|t| numbers(&t))
            .transpose()
            .map_err(&wrong)?;
        let mapping = tensor("mapping")
            .map(|t| numbers(&t))
            .transpose()
            .map_err(&wrong)?;
        let mapping = mapping.map(|m| {
            m.into_iter()
                .map(|row| row.max(0.0) as usize)
                .collect::<Vec<_>>()
        });
        if dimensions == 0 || mapping.iter().flatten().any(|row| *row >= count) {
            return Err(wrong(
                "`embeddings` is empty, or `mapping` names rows that are not in it".to_owned(),
            ));
        }
        Ok(Self {
            pieces,
            rows,
            dimensions,
            weights,
            mapping,
        })
    }

    fn meaning(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimensions];
        for piece in self.pieces.pieces(text, MAX_PIECES) {
            if Some(piece) == self.pieces.unknown() {
                continue;
            }
            let piece = piece as usize;
            let row = self
                .mapping
                .as_ref()
                .map_or(Some(piece), |m| m.get(piece).copied());
            let weight = self
                .weights
                .as_ref()
                .map_or(Some(1.0), |w| w.get(piece).copied());
            let row = row.and_then(|row| {
                self.rows
                    .get(row * self.dimensions..(row + 1) * self.dimensions)
            });
            if let (Some(row), Some(weight)) = (row, weight) {
                for (sum, value) in sum.iter_mut().zip(row) {
                    *sum += weight * value;
                }
            }
        }
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            sum.iter_mut().for_each(|x| *x /= length);
        }
        sum
    }
}

impl Encoder for StaticTable {
    fn encode(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EncoderError> {
        Ok(texts.iter().map(|text| self.meaning(text)).collect())
    }

    fn weight(&self) -> f32 {
        WEIGHT
    }
}

/// A tensor's numbers, of whatever type. `I8` needs no scale, since only
/// directions count.
fn numbers(tensor: &TensorView<'_>) -> Result<Vec<f32>, String> {
    let bytes = tensor.data();
    Ok(match tensor.dtype() {
        Dtype::F32 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect(),
        Dtype::F64 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b) as f32)
            .collect(),
        Dtype::I64 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| i64::from_le_bytes(*b) as f32)
            .collect(),
        Dtype::I32 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| i32::from_le_bytes(*b) as f32)
            .collect(),
        Dtype::F16 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| half(u16::from_le_bytes(*b)))
            .collect(),
        Dtype::I8 => bytes.iter().map(|b| f32::from(b.cast_signed())).collect(),
        other => {
            return Err(format!(
                "its numbers are of the type {other:?}; F32, F16 and I8 can be read"
            ));
        }
    })
}

/// A number of 16 bits.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f32::from(bits & 0x3FF) / 1024.0;
    sign * match exponent {
        0 => fraction * 2f32.powi(-14),
        31 => f32::MAX,
        _ => (1.0 + fraction) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests;
