//! A package in Python. The SDK has its own driver, since what Python needs to
//! build a component is Python itself.

use std::{path::Path, process::Command};

use super::{
    BuildError, Built, Language,
    sdk::Sdk,
    tools::{self, python_here, run},
};

/// Builds the package in `folder`.
pub(super) fn build(folder: &Path) -> Result<Built, BuildError> {
    let folder = &tools::canonical(folder)?;
    let name = name(folder)?;
    let sdk = Sdk::for_folder(folder)?;
    let python = python_here(&sdk)?;
    let out = tempfile::tempdir().map_err(BuildError::NoPlace)?;
    let file = out.path().join("skill.wasm");
    let mut command = Command::new(python);
    command
        .args(["-m", "baton.build"])
        .arg(folder)
        .arg("-o")
        .arg(&file)
        .env("PYTHONPATH", sdk.language(Language::Python))
        // Nothing is left in the author's folder or in the SDK's.
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let output = run(&mut command, tools::PYTHON)?;
    if !output.status.success() {
        return Err(BuildError::Compile {
            output: tools::said(&output),
        });
    }
    let bytes = std::fs::read(&file).map_err(|why| BuildError::Read { path: file, why })?;
    Ok(Built::new(Language::Python, name, bytes))
}

fn name(folder: &Path) -> Result<String, BuildError> {
    let wrong = |output: String| BuildError::Package {
        folder: folder.to_owned(),
        output,
    };
    let path = folder.join(Language::Python.manifest());
    let text = std::fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|why| wrong(why.to_string()))?;
    manifest
        .get("project")
        .and_then(|project| project.get("name"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| wrong("its pyproject.toml has no `name` under [project]".to_owned()))
}
