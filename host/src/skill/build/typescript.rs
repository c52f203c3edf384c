//! A package in TypeScript or JavaScript. The SDK has its own driver, since what
//! bundles and compiles JavaScript comes from npm.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::{
    BuildError, Built, Language,
    sdk::Sdk,
    tools::{self, node_here, run},
};

/// The driver, in the SDK's folder.
const DRIVER: &str = "build/build.mjs";

/// Builds the package in `folder`.
pub(super) fn build(folder: &Path) -> Result<Built, BuildError> {
    let folder = &tools::canonical(folder)?;
    let name = name(folder)?;
    let sdk = Sdk::for_folder(folder)?;
    let node = node_here(&sdk)?;
    let out = tempfile::tempdir().map_err(BuildError::NoPlace)?;
    let file = out.path().join("skill.wasm");
    let mut command = Command::new(node);
    command
        .arg(sdk.language(Language::TypeScript).join(DRIVER))
        .arg(folder)
        .arg("-o")
        .arg(&file);
    let output = run(&mut command, tools::NODE)?;
    if !output.status.success() {
        return Err(BuildError::Compile {
            output: tools::said(&output),
        });
    }
    let bytes = std::fs::read(&file).map_err(|why| BuildError::Read { path: file, why })?;
    Ok(Built::new(Language::TypeScript, name, bytes))
}

fn name(folder: &Path) -> Result<String, BuildError> {
    let wrong = |output: String| BuildError::Package {
        folder: folder.to_owned(),
        output,
    };
    let path = folder.join(Language::TypeScript.manifest());
    let text = std::fs::read_to_string(&path).map_err(|why| BuildError::Read { path, why })?;
    let manifest: Value = serde_json::from_str(&text).map_err(|why| wrong(why.to_string()))?;
    manifest["name"]
        .as_str()
        // Of `@shop/finance` the skill is the last part.
        .and_then(|name| name.rsplit('/').next())
        .map(str::to_owned)
        .ok_or_else(|| wrong("its package.json has no `name`".to_owned()))
}
