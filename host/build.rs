//! Puts the SDKs and the contract into the program, so that whoever has only
//! the program can write skills.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The folders of the repository that are needed to build skills.
const FOLDERS: &[&str] = &["sdk", "wit"];

/// What is in them and not needed for that: what tools leave there, and tests.
const LEFT_OUT: &[&str] = &[
    "__pycache__",
    "build-lib",
    "contract",
    "dist",
    "node_modules",
    "target",
    "tests",
];

fn main() -> io::Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&repository, Path::new(folder), &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let place = repository.join(&file).canonicalize()?;
        let name = file.to_string_lossy().replace('\\', "/");
        table += &format!("    ({name:?}, include_bytes!({place:?})),\n");
    }
    table += "]\n";
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("sdk-files.rs"), table)
}

fn collect(repository: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for item in fs::read_dir(repository.join(folder))? {
        let item = item?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || LEFT_OUT.contains(&&*name) || name.ends_with(".egg-info") {
            continue;
        }
        let path = folder.join(&*name);
        // What is linked to is taken as if it were there.
        if item.path().is_dir() {
            collect(repository, &path, files)?;
        } else {
            // Not the folder: it would be watched with what tools leave there. A new
            // file is named in another one, which changes by that.
            println!("cargo::rerun-if-changed={}", item.path().display());
            files.push(path);
        }
    }
    Ok(())
}
