use std::f32::consts::FRAC_1_SQRT_2;

use safetensors::{serialize_to_file, tensor::TensorView};

use super::*;

const PIECES: [&str; 6] = ["[UNK]", "cat", "dog", "##s", "a", "purrs"];

/// A folder with a table of two numbers for each piece, as bytes of a type.
fn folder(dtype: Dtype, bytes: &[u8], count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let vocab: serde_json::Map<String, serde_json::Value> = PIECES
        .iter()
        .zip(0..)
        .map(|(piece, number)| ((*piece).to_owned(), number.into()))
        .collect();
    let tokenizer = serde_json::json!({
        "normalizer": { "lowercase": true },
        "model": { "type": "WordPiece", "vocab": vocab, "unk_token": "[UNK]" },
    });
    std::fs::write(folder.path().join("tokenizer.json"), tokenizer.to_string()).unwrap();
    let view = TensorView::new(dtype, vec![count, 2], bytes).unwrap();
    let file = folder.path().join("model.safetensors");
    serialize_to_file([("embeddings", view)], None, &file).unwrap();
    folder
}

/// Cats lie along the first number, dogs along the second.
const ROWS: [[i8; 2]; 6] = [[9, 9], [10, 0], [0, 10], [0, 0], [1, 1], [10, 0]];

fn close(one: &[f32], other: &[f32]) {
    let far = one.iter().zip(other).any(|(a, b)| (a - b).abs() > 1e-3);
    assert!(one.len() == other.len() && !far, "{one:?} {other:?}");
}

fn encode(folder: &tempfile::TempDir, text: &str) -> Vec<f32> {
    let table = StaticTable::read(folder.path()).unwrap();
    table.encode(&[text.to_owned()]).unwrap().remove(0)
}

#[test]
fn a_texts_numbers_are_the_mean_of_its_pieces_whatever_type_they_have() {
    let whole = ROWS.concat();
    let bytes: Vec<u8> = whole.iter().map(|x| x.cast_unsigned()).collect();
    let floats: Vec<u8> = whole
        .iter()
        .flat_map(|x| f32::from(*x).to_le_bytes())
        .collect();
    for folder in [folder(Dtype::I8, &bytes, 6), folder(Dtype::F32, &floats, 6)] {
        close(&encode(&folder, "Cats"), &[1.0, 0.0]);
        close(&encode(&folder, "dog!"), &[0.0, 1.0]);
        close(&encode(&folder, "cat dog"), &[FRAC_1_SQRT_2, FRAC_1_SQRT_2]);
    }
}

#[test]
fn pieces_that_the_table_does_not_know_count_for_nothing() {
    let bytes: Vec<u8> = ROWS.concat().iter().map(|x| x.cast_unsigned()).collect();
    let folder = folder(Dtype::I8, &bytes, 6);
    close(&encode(&folder, "cat 犬 qqq"), &[1.0, 0.0]);
    close(&encode(&folder, ""), &[0.0, 0.0]);
    // Shorter than the vocabulary: what has no row counts for nothing either.
    let short = self::folder(Dtype::I8, &bytes[..4], 2);
    close(&encode(&short, "cat dog"), &[1.0, 0.0]);
}

#[test]
fn what_is_no_table_is_refused_with_the_file_and_the_reason() {
    let why = |folder: &std::path::Path| match StaticTable::read(folder) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    let empty = tempfile::tempdir().unwrap();
    assert!(why(empty.path()).contains("tokenizer.json"));
    let folder = folder(Dtype::U8, &[0; 12], 6);
    assert!(why(folder.path()).contains("F32, F16 and I8 can be read"));
    let file = folder.path().join("model.safetensors");
    std::fs::write(&file, b"nothing of the kind").unwrap();
    assert!(why(folder.path()).contains("model.safetensors"));
    let view = TensorView::new(Dtype::I8, vec![2], &[1, 2]).unwrap();
    serialize_to_file([("embeddings", view)], None, &file).unwrap();
    assert!(why(folder.path()).contains("`embeddings` is no table"));
}
