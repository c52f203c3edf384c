//! Makes a static table of a sentence encoder: each piece of a word goes through
//! it once, its numbers are reduced to those that tell most apart, and frequent
//! pieces weigh less.
//!
//! ```sh
//! cargo run --release --features encoder --example distill -- ENCODER TABLE
//! ```

use std::{collections::HashMap, path::PathBuf};

use anyhow::Context;
use baton::encoder::SentenceEncoder;
use safetensors::{Dtype, serialize_to_file, tensor::TensorView};

/// Numbers of a piece: with 8 bits each, a table of 30,000 pieces has 7.6 MB.
const DIMENSIONS: usize = 256;

/// How fast a piece's weight falls with its frequency (smooth inverse frequency).
/// On the validation texts of two public sets of intents 1.5e-5 and 1e-4 measured
/// about the same, and 1e-3 a point worse; so did 128 to 384 dimensions.
const SMOOTH: f64 = 3e-5;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("say the encoder's folder, and the folder for the table");
    };
    let tokenizer = std::fs::read(from.join("tokenizer.json")).context("tokenizer.json")?;
    let tokenizer: serde_json::Value = serde_json::from_slice(&tokenizer)?;
    let pieces: HashMap<String, u32> = serde_json::from_value(tokenizer["model"]["vocab"].clone())?;
    let numbers: Vec<u32> = (0..=pieces.values().copied().max().unwrap_or(0)).collect();
    let encoder = SentenceEncoder::read(&from)?;
    let mut table = Vec::new();
    for some in numbers.chunks(1024) {
        table.extend(encoder.encode_pieces(some)?);
        eprint!("\r{} of {} pieces", table.len(), numbers.len());
    }
    eprintln!();
    let mut table = reduce(&table);
    for (rank, row) in (2u32..).zip(&mut table) {
        // A vocabulary is ordered by frequency, which falls as Zipf says.
        let frequency = 1.0 / (f64::from(rank) * f64::from(numbers.len() as u32).ln());
        let weight = SMOOTH / (SMOOTH + frequency);
        row.iter_mut().for_each(|x| *x *= weight);
    }
    let most = table
        .iter()
        .flatten()
        .fold(0.0f64, |most, x| most.max(x.abs()));
    let bytes: Vec<u8> = table
        .iter()
        .flatten()
        .map(|x| ((x / most * 127.0).round() as i8).cast_unsigned())
        .collect();
    std::fs::create_dir_all(&to)?;
    let view = TensorView::new(Dtype::I8, vec![table.len(), table[0].len()], &bytes)?;
    serialize_to_file([("embeddings", view)], None, &to.join("model.safetensors"))?;
    std::fs::copy(from.join("tokenizer.json"), to.join("tokenizer.json"))?;
    Ok(())
}

/// The directions in which the rows differ most, by power iteration on all of
/// them at once.
fn reduce(table: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let width = table[0].len();
    let count = table.len() as f64;
    let mut mean = vec![0.0f64; width];
    for row in table {
        for (sum, x) in mean.iter_mut().zip(row) {
            *sum += f64::from(*x) / count;
        }
    }
    let centred: Vec<Vec<f64>> = table
        .iter()
        .map(|row| {
            row.iter()
                .zip(&mean)
                .map(|(x, m)| f64::from(*x) - m)
                .collect()
        })
        .collect();
    let mut covariance = vec![vec![0.0f64; width]; width];
    for row in &centred {
        for (own, x) in covariance.iter_mut().zip(row) {
            own.iter_mut()
                .zip(row)
                .for_each(|(sum, y)| *sum += x * y / count);
        }
    }
    let kept = DIMENSIONS.min(width);
    let mut axes: Vec<Vec<f64>> = (0..kept)
        .map(|axis| {
            (0..width)
                .map(|at| {
                    f64::from(u8::from(at == axis)) + 1e-3 * ((at * 31 + axis * 17) % 101) as f64
                })
                .collect()
        })
        .collect();
    for _ in 0..60 {
        for axis in &mut axes {
            *axis = covariance.iter().map(|row| dot(row, axis)).collect();
        }
        // Each axis loses what the ones before it have of it.
        for at in 0..kept {
            let (before, rest) = axes.split_at_mut(at);
            let axis = &mut rest[0];
            for other in before {
                let shared = dot(other, axis);
                axis.iter_mut()
                    .zip(other.iter())
                    .for_each(|(x, o)| *x -= shared * o);
            }
            let length = dot(axis, axis).sqrt().max(1e-12);
            axis.iter_mut().for_each(|x| *x /= length);
        }
    }
    centred
        .iter()
        .map(|row| axes.iter().map(|axis| dot(row, axis)).collect())
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
