//! Why a file is not a skill, and how that is found out from its first bytes
//! and from what it exports and imports.

use super::{manifest::ManifestError, wasi};
use crate::id::SkillName;

/// The contract this host speaks.
pub const CONTRACT: &str = "baton:skill";
/// Its version.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// The contract of agents that are components.
pub const AGENT_CONTRACT: &str = "baton:agent";

/// Why a file is not a skill, or not one that works here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is a folder.
    #[error("it is a folder; only files of this folder itself are loaded")]
    Folder,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// There is nothing in it.
    #[error("it is empty; is it still being written?")]
    Empty,
    /// It is something else.
    #[error("it is not WebAssembly; a skill is a component that `baton skill build` makes")]
    NotWebAssembly,
    /// It is a module, not a component.
    #[error("it is a core module and not a component; build it with `baton skill build`")]
    CoreModule,
    /// It ends too early.
    #[error("it ends in the middle; is it still being written, or was a copy broken off?")]
    Truncated,
    /// It is damaged, or uses what this engine does not know.
    #[error("it is no valid component: {0}")]
    Invalid(String),
    /// It is a program.
    #[error("it is a command-line program (WASI command) and not a skill: it exports wasi:cli/run")]
    Command,
    /// It is a component of something else.
    #[error("it is a component, but no skill: it does not export {CONTRACT}/manifest{0}")]
    NotASkill(String),
    /// It is an agent, where a skill belongs.
    #[error(
        "it is an agent and not a skill; name its file in a section [agents.NAME] with kind = \"component\""
    )]
    Agent,
    /// It is a skill, where an agent belongs.
    #[error("it is a skill and not an agent; skills belong into the skills folder")]
    Skill,
    /// It is a component of something else, where an agent belongs.
    #[error("it is a component, but no agent: it does not export {AGENT_CONTRACT}/agent{0}")]
    NotAnAgent(String),
    /// It was built for another version of the contract.
    #[error(
        "it was built for {contract}@{built_for} and this host speaks {CONTRACT_VERSION}; build it again with the SDK of this host"
    )]
    OtherContract {
        /// The contract.
        contract: &'static str,
        /// The version.
        built_for: String,
    },
    /// It wants what does not exist here.
    #[error("it imports {0}, which this host does not offer")]
    UnknownImport(String),
    /// Its functions are not what their names promise.
    #[error("it does not keep to the contract: {0}")]
    Contract(String),
    /// It could not say what it is.
    #[error("it could not describe itself: {0}")]
    Describe(String),
    /// What it says of itself makes no sense.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// What is configured for it is not what it reads.
    #[error("{0}")]
    Config(String),
    /// There is one of that name already.
    #[error("the skill `{skill}` is already loaded from {file}; remove one of the two")]
    Duplicate {
        /// The name.
        skill: SkillName,
        /// The other file.
        file: String,
    },
}

/// Every WebAssembly file begins with these four bytes, and then two numbers:
/// version 1 of layer 0 is a module, version 13 of layer 1 a component.
pub(super) fn expect_component(bytes: &[u8]) -> Result<(), Refusal> {
    const MAGIC: &[u8] = b"\0asm";
    match bytes {
        [] => Err(Refusal::Empty),
        _ if bytes.len() < 8 && (bytes.starts_with(MAGIC) || MAGIC.starts_with(bytes)) => {
            Err(Refusal::Truncated)
        }
        _ if !bytes.starts_with(MAGIC) => Err(Refusal::NotWebAssembly),
        [_, _, _, _, _, _, 0, 0, ..] => Err(Refusal::CoreModule),
        _ => Ok(()),
    }
}

/// A skill exports a manifest of its contract.
pub(super) fn expect_skill(exports: &[String]) -> Result<(), Refusal> {
    expect_export(exports, CONTRACT, "manifest", |listed| {
        match built_for(exports, AGENT_CONTRACT, "agent").is_empty() {
            true => Refusal::NotASkill(listed),
            false => Refusal::Agent,
        }
    })
}

/// An agent exports itself under its contract.
pub(super) fn expect_agent(exports: &[String]) -> Result<(), Refusal> {
    expect_export(exports, AGENT_CONTRACT, "agent", |listed| match built_for(
        exports, CONTRACT, "manifest",
    )
    .is_empty()
    {
        true => Refusal::NotAnAgent(listed),
        false => Refusal::Skill,
    })
}

fn expect_export(
    exports: &[String],
    contract: &'static str,
    interface: &str,
    otherwise: impl FnOnce(String) -> Refusal,
) -> Result<(), Refusal> {
    let versions = built_for(exports, contract, interface);
    if versions.contains(&CONTRACT_VERSION) {
        return Ok(());
    }
    if let Some(built_for) = versions.first() {
        return Err(Refusal::OtherContract {
            contract,
            built_for: (*built_for).to_owned(),
        });
    }
    if exports.iter().any(|name| name.starts_with("wasi:cli/run")) {
        return Err(Refusal::Command);
    }
    let listed = match exports {
        [] => ", nor anything else".to_owned(),
        _ => format!("; it exports {}", exports.join(", ")),
    };
    Err(otherwise(listed))
}

/// The versions of an interface that are exported.
fn built_for<'a>(exports: &'a [String], contract: &str, interface: &str) -> Vec<&'a str> {
    let version = |name: &'a String| {
        let rest = name.strip_prefix(contract)?.strip_prefix('/')?;
        rest.strip_prefix(interface)?.strip_prefix('@')
    };
    exports.iter().filter_map(version).collect()
}

/// The imports that are there in name only. Runtimes of several languages
/// import WASI by habit; but for clocks and chance, calling it traps, as a skill
/// has no authority.
pub(super) fn expect_imports(imports: &[String]) -> Result<Vec<String>, Refusal> {
    const OFFERED: [&str; 14] = [
        "waiting",
        "log",
        "state",
        "conversation",
        "agents",
        "tickets",
        "payments",
        "storage",
        "config",
        "clock",
        "random",
        "handoffs",
        "http",
        "discovery",
    ];
    let web = wasi::is_wanted(imports);
    let mut inert = Vec::new();
    for name in imports {
        if name.starts_with("wasi:") {
            if !wasi::offers(name, web) {
                inert.push(name.clone());
            }
            continue;
        }
        let (path, version) = name.split_once('@').unwrap_or((name, ""));
        let known = path
            .strip_prefix(CONTRACT)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|interface| OFFERED.contains(&interface));
        if !known || version != CONTRACT_VERSION {
            return Err(Refusal::UnknownImport(name.clone()));
        }
    }
    Ok(inert)
}

/// The interface in `baton:skill/router@0.1.0`.
pub(super) fn interface(name: &str) -> &str {
    let path = name.split_once('@').map_or(name, |(path, _)| path);
    path.rsplit_once('/')
        .map_or(path, |(_, interface)| interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exports(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn each_kind_of_component_is_known_by_what_it_exports() {
        let skill = exports(&["baton:skill/manifest@0.1.0"]);
        let agent = exports(&["baton:agent/agent@0.1.0"]);
        assert_eq!(expect_skill(&skill), Ok(()));
        assert_eq!(expect_skill(&agent), Err(Refusal::Agent));
        assert_eq!(expect_agent(&agent), Ok(()));
        assert_eq!(expect_agent(&skill), Err(Refusal::Skill));
        let other = exports(&["wasi:http/handler@0.2.0"]);
        assert!(matches!(expect_agent(&other), Err(Refusal::NotAnAgent(_))));
        assert!(matches!(expect_skill(&other), Err(Refusal::NotASkill(_))));
    }

    #[test]
    fn an_agent_of_another_version_of_the_contract_is_told_apart_from_none() {
        let why = expect_agent(&exports(&["baton:agent/agent@0.2.0"])).unwrap_err();
        let why = why.to_string();
        assert!(why.contains("built for baton:agent@0.2.0"), "{why}");
    }
}
