//! How good discovery is, and how fast: one table.
//!
//! ```sh
//! cargo bench --bench discovery -- [DATA] [--split valid] [--table FOLDER] [--encoder FOLDER]
//! ```
//!
//! `DATA` is a folder with a folder for each set: `train_10.jsonl` and `test.jsonl`
//! with lines of `{"text", "label"}`, and if there are any `oos_test.jsonl` with
//! what nobody offers and `agents_10_domains.json` with the labels of each agent.

mod measure;
mod report;
mod set;

use std::path::PathBuf;

use baton::encoder::{Encoder, StaticTable};

use self::{measure::crowd, set::Set};

/// What is measured, and with what.
struct Wanted {
    data: PathBuf,
    split: String,
    encoders: Vec<(String, Option<Box<dyn Encoder>>)>,
}

fn wanted() -> anyhow::Result<Wanted> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data/intents");
    let mut wanted = Wanted {
        data: root,
        split: "test".to_owned(),
        encoders: vec![("words".to_owned(), None)],
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let missing = || anyhow::anyhow!("`{argument}` needs a value");
            arguments.next().ok_or_else(missing)
        };
        match argument.as_str() {
            // Cargo says so to every benchmark.
            "--bench" => {}
            "--split" => wanted.split = value()?,
            "--table" => {
                let table = StaticTable::read(&PathBuf::from(value()?))?;
                wanted
                    .encoders
                    .push(("table".to_owned(), Some(Box::new(table))));
            }
            #[cfg(feature = "encoder")]
            "--encoder" => {
                let encoder = baton::encoder::SentenceEncoder::read(&PathBuf::from(value()?))?;
                wanted
                    .encoders
                    .push(("sentence".to_owned(), Some(Box::new(encoder))));
            }
            other if other.starts_with("--") => anyhow::bail!("there is no option `{other}`"),
            folder => wanted.data = PathBuf::from(folder),
        }
    }
    Ok(wanted)
}

fn main() -> anyhow::Result<()> {
    let wanted = wanted()?;
    let sets = Set::read_all(&wanted.data, &wanted.split)?;
    report::head();
    for (name, encoder) in &wanted.encoders {
        for set in &sets {
            for measured in measure::measure(set, encoder.as_deref())? {
                report::line(name, &measured);
            }
        }
    }
    report::crowd(&crowd(&sets, 100_000)?);
    Ok(())
}
