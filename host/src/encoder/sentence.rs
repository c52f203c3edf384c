//! A sentence encoder of the BERT family from a local folder, as sentence-transformers
//! lays it out: `config.json`, `tokenizer.json`, `model.safetensors`, and
//! `1_Pooling/config.json` if it does not take the mean.

use std::{collections::BTreeMap, path::Path};

use candle_core::{D, DType, Device, IndexOp, Tensor};
use candle_nn::{
    Embedding, LayerNorm, Linear, Module, VarBuilder, embedding, layer_norm, linear,
    ops::softmax_last_dim,
};
use serde::Deserialize;

use super::{Encoder, EncoderError, wordpiece::WordPieces};

/// Pieces of a text that count, as these encoders were trained.
const MAX_PIECES: usize = 128;

/// Texts that are encoded together.
const BATCH: usize = 32;

#[derive(Deserialize)]
struct Shape {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f64,
}

#[derive(Default, Deserialize)]
struct Pooling {
    #[serde(default)]
    pooling_mode_cls_token: bool,
}

/// One layer: attention, then two dense steps.
struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    wide: Linear,
    narrow: Linear,
    norm: LayerNorm,
    heads: usize,
}

/// A sentence encoder.
pub struct SentenceEncoder {
    pieces: WordPieces,
    begin: u32,
    end: u32,
    words: Embedding,
    positions: Embedding,
    kinds: Embedding,
    norm: LayerNorm,
    layers: Vec<Layer>,
    most: usize,
    first_only: bool,
}

impl Layer {
    fn read(shape: &Shape, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (hidden, wide) = (shape.hidden_size, shape.intermediate_size);
        let own = vb.pp("attention.self");
        let out = vb.pp("attention.output");
        Ok(Self {
            query: linear(hidden, hidden, own.pp("query"))?,
            key: linear(hidden, hidden, own.pp("key"))?,
            value: linear(hidden, hidden, own.pp("value"))?,
            attended: linear(hidden, hidden, out.pp("dense"))?,
            attended_norm: layer_norm(hidden, shape.layer_norm_eps, out.pp("LayerNorm"))?,
            wide: linear(hidden, wide, vb.pp("intermediate.dense"))?,
            narrow: linear(wide, hidden, vb.pp("output.dense"))?,
            norm: layer_norm(hidden, shape.layer_norm_eps, vb.pp("output.LayerNorm"))?,
            heads: shape.num_attention_heads,
        })
    }

    fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let (texts, length, hidden) = input.dims3()?;
        let split = |linear: &Linear| {
            linear
                .forward(input)?
                .reshape((texts, length, self.heads, hidden / self.heads))?
                .transpose(1, 2)?
                .contiguous()
        };
        let (query, key, value) = (split(&self.query)?, split(&self.key)?, split(&self.value)?);
        let scale = 1.0 / ((hidden / self.heads) as f64).sqrt();
        let scores = (query.matmul(&key.t()?.contiguous()?)? * scale)?;
        let attended = softmax_last_dim(&scores)?
            .matmul(&value)?
            .transpose(1, 2)?
            .reshape((texts, length, hidden))?;
        let attended = (self.attended.forward(&attended)? + input)?;
        let attended = self.attended_norm.forward(&attended)?;
        let wide = self.wide.forward(&attended)?.gelu_erf()?;
        self.norm
            .forward(&(self.narrow.forward(&wide)? + attended)?)
    }
}

impl SentenceEncoder {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, EncoderError> {
        let json = folder.join("config.json");
        let shape: Shape = serde_json::from_slice(&EncoderError::read(&json)?)
            .map_err(|why| EncoderError::wrong(&json, why))?;
        if shape.num_attention_heads == 0 || shape.hidden_size % shape.num_attention_heads != 0 {
            return Err(EncoderError::wrong(
                &json,
                "the heads do not divide the hidden size",
            ));
        }
        let pooling = folder.join("1_Pooling").join("config.json");
        let pooling: Pooling = match std::fs::read(&pooling) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|why| EncoderError::wrong(&pooling, why))?
            }
            Err(_) => Pooling::default(),
        };
        let tokenizer = folder.join("tokenizer.json");
        let pieces = WordPieces::read(&tokenizer)?;
        let mark = |piece: &str| {
            let missing = || EncoderError::wrong(&tokenizer, format!("it has no piece `{piece}`"));
            pieces.number(piece).ok_or_else(missing)
        };
        let (begin, end) = (mark("[CLS]")?, mark("[SEP]")?);
        let file = folder.join("model.safetensors");
        let bytes = EncoderError::read(&file)?;
        let network = || -> candle_core::Result<_> {
            let vb = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)?;
            let bare = vb.contains_tensor("embeddings.word_embeddings.weight");
            let vb = if bare { vb } else { vb.pp("bert") };
            let hidden = shape.hidden_size;
            let e = vb.pp("embeddings");
            let layers = (0..shape.num_hidden_layers)
                .map(|layer| Layer::read(&shape, &vb.pp("encoder.layer").pp(layer)))
                .collect::<candle_core::Result<Vec<_>>>()?;
            Ok((
                embedding(shape.vocab_size, hidden, e.pp("word_embeddings"))?,
                embedding(
                    shape.max_position_embeddings,
                    hidden,
                    e.pp("position_embeddings"),
                )?,
                embedding(shape.type_vocab_size, hidden, e.pp("token_type_embeddings"))?,
                layer_norm(hidden, shape.layer_norm_eps, e.pp("LayerNorm"))?,
                layers,
            ))
        };
        let (words, positions, kinds, norm, layers) =
            network().map_err(|why| EncoderError::wrong(&file, why))?;
        Ok(Self {
            pieces,
            begin,
            end,
            words,
            positions,
            kinds,
            norm,
            layers,
            most: MAX_PIECES
                .min(shape.max_position_embeddings)
                .saturating_sub(2),
            first_only: pooling.pooling_mode_cls_token,
        })
    }

    /// A text's pieces between the marks of begin and end.
    fn framed(&self, text: &str) -> Vec<u32> {
        let mut framed = vec![self.begin];
        framed.extend(self.pieces.pieces(text, self.most));
        framed.push(self.end);
        framed
    }

    /// Numbers for pieces as they are, marks included; all texts have the same length.
    fn forward(&self, texts: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let length = texts.first().map_or(0, |text| text.len());
        let device = &Device::Cpu;
        let ids = Tensor::from_vec(texts.concat(), (texts.len(), length), device)?;
        let positions = self
            .positions
            .forward(&Tensor::arange(0, length as u32, device)?)?;
        let kinds = self.kinds.forward(&ids.zeros_like()?)?;
        let input = (self.words.forward(&ids)? + kinds)?.broadcast_add(&positions)?;
        let mut hidden = self.norm.forward(&input)?;
        for layer in &self.layers {
            hidden = layer.forward(&hidden)?;
        }
        let pooled = if self.first_only {
            hidden.i((.., 0))?
        } else {
            hidden.mean(1)?
        };
        let length = pooled.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?;
        pooled.broadcast_div(&length)?.to_vec2()
    }

    /// Numbers for each piece by itself, from which a static table is made.
    pub fn encode_pieces(&self, pieces: &[u32]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let framed = pieces
            .iter()
            .map(|piece| vec![self.begin, *piece, self.end]);
        self.encode_framed(&framed.collect::<Vec<_>>())
    }

    fn encode_framed(&self, framed: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, EncoderError> {
        // Texts of the same length need no padding, which would have to be masked.
        let mut by_length: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, text) in framed.iter().enumerate() {
            by_length.entry(text.len()).or_default().push(at);
        }
        let mut encoded = vec![Vec::new(); framed.len()];
        for batch in by_length.values().flat_map(|same| same.chunks(BATCH)) {
            let texts: Vec<&[u32]> = batch.iter().map(|at| framed[*at].as_slice()).collect();
            let numbers = self.forward(&texts);
            let numbers = numbers.map_err(|why| EncoderError::Failed(why.to_string()))?;
            for (at, numbers) in batch.iter().zip(numbers) {
                encoded[*at] = numbers;
            }
        }
        Ok(encoded)
    }
}

impl Encoder for SentenceEncoder {
    fn encode(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let framed: Vec<Vec<u32>> = texts.iter().map(|text| self.framed(text)).collect();
        self.encode_framed(&framed)
    }
}
