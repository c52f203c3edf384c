//! What the parser cannot see: names that must exist, fields that a kind needs.

use std::{ops::Range, path::Path};

use serde_spanned::Spanned;

use super::{AgentSection, Config, GrantsSetting, Kind, PathsEntry, Problem, RuleSection};
use crate::{
    handoff::{ToolRef, WrongToolRef},
    id::AgentName,
    nearest::nearest,
    skill::{ALL_GRANTS, Grant, GrantWord, MAX_MEMORY, UnknownGrant},
};

pub(super) fn check(config: &Config, folder: &Path) -> Result<(), Problem> {
    agent(config, &config.entry)?;
    if let Some(fallback) = &config.fallback {
        agent(config, fallback)?;
        let section = config.agents.get(fallback.get_ref());
        let own = section.iter().flat_map(|s| &s.get_ref().alternatives);
        if let Some(itself) = own
            .into_iter()
            .find(|name| name.get_ref() == fallback.get_ref())
        {
            return Err(Problem::new(
                format!("the fallback `{}` points at itself", fallback.get_ref()),
                itself.span(),
            )
            .help("name another agent, or leave `alternatives` out"));
        }
    }
    for (name, section) in &config.agents {
        typed(name, section)?;
        agent_section(config, name, section, folder)?;
    }
    let policy = &config.policy;
    let roles = [&policy.supervisor, &policy.decider, &policy.human];
    for role in roles.into_iter().flatten() {
        agent(config, role)?;
    }
    for rule in &config.rules {
        check_rule(config, rule)?;
    }
    for (source, targets) in config.policy.paths.iter().chain(&config.policy.escalations) {
        agent(config, source)?;
        for target in targets {
            if let PathsEntry::Agent(name) = target.get_ref() {
                known_agent(config, name, target.span())?;
            }
        }
    }
    for section in config.skills.values() {
        if let GrantsSetting::Listed(grants) = &section.get_ref().grants {
            grants.iter().try_for_each(known_grant)?;
        }
        for target in section.get_ref().targets.iter().flatten() {
            agent(config, target)?;
        }
        memory(section.get_ref().limits.memory_mib.as_ref())?;
    }
    super::secrets::check(config)?;
    if let Some(section) = &config.payments {
        super::payments::check(section)?;
    }
    memory(config.limits.memory_mib.as_ref())?;
    if let Some(store) = &config.store {
        known_store(store)?;
    }
    config.discovery.check(folder)?;
    config.serve.check()?;
    config.traces.check()?;
    if let Some(tls) = &config.serve.tls {
        exists(&tls.certificate, folder)?;
        exists(&tls.key, folder)?;
    }
    for (_, template) in config.templates.files() {
        exists(template, folder)?;
    }
    for named in [&config.users, &config.skills_folder].into_iter().flatten() {
        exists(named, folder)?;
    }
    Ok(())
}

fn agent(config: &Config, name: &Spanned<AgentName>) -> Result<(), Problem> {
    known_agent(config, name.get_ref(), name.span())
}

fn known_agent(config: &Config, name: &AgentName, at: Range<usize>) -> Result<(), Problem> {
    if config.agents.contains_key(name) {
        return Ok(());
    }
    let problem = Problem::new(format!("there is no agent `{name}`"), at);
    Err(
        match nearest(name.as_str(), config.agents.keys(), AgentName::as_str) {
            Some(meant) => problem.help(format!("did you mean `{meant}`?")),
            None => problem.help(format!("add a section [agents.{name}]")),
        },
    )
}

/// The kinds of models.
const MODELS: &[Kind] = &[Kind::Openai, Kind::Anthropic];

fn agent_section(
    config: &Config,
    name: &AgentName,
    spanned: &Spanned<AgentSection>,
    folder: &Path,
) -> Result<(), Problem> {
    let section = spanned.get_ref();
    for alternative in &section.alternatives {
        agent(config, alternative)?;
        if alternative.get_ref() == name {
            return Err(Problem::new(
                format!("`{name}` is named as its own alternative"),
                alternative.span(),
            )
            .help("name another agent, or leave it out"));
        }
    }
    for step in &section.escalation {
        agent(config, step)?;
    }
    if let Some(target) = &section.hand_to {
        agent(config, target)?;
    }
    // Field, whether it is there, and the kinds it belongs to.
    let fields: [(&str, bool, &[Kind], bool); 22] = [
        ("path", section.path.is_some(), &[Kind::Knowledge], true),
        (
            "otherwise",
            section.otherwise.is_some(),
            &[Kind::Knowledge],
            false,
        ),
        ("card", section.card.is_some(), &[Kind::A2a], true),
        (
            "url",
            section.url.is_some(),
            &[Kind::Openai, Kind::Anthropic, Kind::A2a, Kind::Http],
            matches!(section.kind, Kind::Openai | Kind::Http),
        ),
        ("model", section.model.is_some(), MODELS, true),
        ("triage", section.triage.is_some(), MODELS, false),
        (
            "api-key-env",
            section.api_key_env.is_some(),
            &[Kind::Openai, Kind::Anthropic, Kind::A2a],
            false,
        ),
        (
            "idempotent",
            section.idempotent.is_some(),
            &[Kind::A2a],
            false,
        ),
        (
            "secret-env",
            section.secret_env.is_some(),
            &[Kind::Http],
            true,
        ),
        ("parameters", section.parameters.is_some(), MODELS, false),
        (
            "instructions",
            section.instructions.is_some(),
            MODELS,
            false,
        ),
        (
            "acknowledgement",
            section.acknowledgement.is_some(),
            &[Kind::Human],
            false,
        ),
        ("script", section.script.is_some(), &[Kind::Scripted], false),
        (
            "hand-to",
            section.hand_to.is_some(),
            &[Kind::Scripted],
            false,
        ),
        ("reason", section.reason.is_some(), &[Kind::Scripted], false),
        ("reply", section.reply.is_some(), &[Kind::Scripted], false),
        (
            "max-tool-steps",
            section.max_tool_steps.is_some(),
            MODELS,
            false,
        ),
        (
            "max-tool-tokens",
            section.max_tool_tokens.is_some(),
            MODELS,
            false,
        ),
        (
            "max-tool-time",
            section.max_tool_time.is_some(),
            MODELS,
            false,
        ),
        ("call", section.call.is_some(), &[Kind::Scripted], false),
        (
            "arguments",
            section.arguments.is_some(),
            &[Kind::Scripted],
            false,
        ),
        ("delay", section.delay.is_some(), &[Kind::Scripted], false),
    ];
    for (field, there, kinds, needed) in fields {
        let ours = kinds.contains(&section.kind);
        let mine = section.kind.as_str();
        if there && !ours {
            let theirs: Vec<String> = kinds
                .iter()
                .map(|k| format!("\"{}\"", k.as_str()))
                .collect();
            let theirs = theirs.join(" or ");
            return Err(Problem::new(
                format!("`{field}` belongs to agents of kind {theirs}, and `{name}` is \"{mine}\""),
                spanned.span(),
            )
            .help(format!("remove `{field}`, or change `kind`")));
        }
        if needed && ours && !there {
            return Err(Problem::new(
                format!("`{name}` is of kind \"{mine}\" and needs `{field}`"),
                spanned.span(),
            )
            .help(format!("add `{field} = …` to this section")));
        }
    }
    tools(name, section)?;
    section
        .path
        .as_ref()
        .map_or(Ok(()), |path| exists(path, folder))
}

/// Tools are named as they are called, and only for agents that can call.
fn tools(name: &AgentName, section: &AgentSection) -> Result<(), Problem> {
    for tool in section.tools.iter().flatten() {
        if section.kind != Kind::Scripted && !MODELS.contains(&section.kind) {
            let kind = section.kind.as_str();
            let message = format!("`{name}` is of kind \"{kind}\", which calls no tools");
            return Err(Problem::new(message, tool.span())
                .help("remove `tools`, or choose the kind \"openai\" or \"anthropic\""));
        }
        tool_ref(tool)?;
    }
    match &section.call {
        Some(call) if matches!(tool_ref(call)?, ToolRef::All(_)) => Err(Problem::new(
            format!("`{}` is a skill, not one of its tools", call.get_ref()),
            call.span(),
        )
        .help("write \"skill/tool\"")),
        _ => Ok(()),
    }
}

fn tool_ref(text: &Spanned<String>) -> Result<ToolRef, Problem> {
    let parsed = text.get_ref().parse();
    parsed.map_err(|error: WrongToolRef| {
        Problem::new(error.to_string(), text.span()).help("`baton tool list` shows them")
    })
}

fn check_rule(config: &Config, rule: &Spanned<RuleSection>) -> Result<(), Problem> {
    let section = rule.get_ref();
    agent(config, &section.target)?;
    section
        .owner
        .as_ref()
        .map_or(Ok(()), |owner| agent(config, owner))?;
    let nothing = section.keywords.is_empty()
        && section.confidence_below.is_none()
        && section.max_steps.is_none();
    if nothing {
        return Err(
            Problem::new("this rule would hold for every message", rule.span())
                .help("add `keywords`, `confidence-below` or `max-steps`"),
        );
    }
    match section.confidence_below {
        Some(below) if !(0.0..=1.0).contains(&below) => Err(Problem::new(
            format!("{below} is no confidence"),
            rule.span(),
        )
        .help("choose from 0 to 1")),
        _ => Ok(()),
    }
}

/// Names stand in tables, commands and messages.
fn typed(name: &AgentName, section: &Spanned<AgentSection>) -> Result<(), Problem> {
    let typed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.as_str().is_empty() && name.as_str().chars().all(typed) {
        return Ok(());
    }
    let message = format!("{:?} is no name for an agent", name.as_str());
    Err(Problem::new(message, section.span()).help("use letters, digits, `-`, `_` and `.`"))
}

fn known_grant(grant: &Spanned<String>) -> Result<(), Problem> {
    let wrong = match grant.get_ref().parse::<GrantWord>() {
        Ok(_) => return Ok(()),
        Err(wrong) => wrong,
    };
    let problem = Problem::new(wrong.to_string(), grant.span());
    let UnknownGrant::NoSuch(name) = wrong else {
        return Err(problem);
    };
    let meant = nearest(&name, &ALL_GRANTS, |grant| grant.as_str());
    Err(problem.help(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "the grants are {}",
            ALL_GRANTS.map(Grant::example).join(", ")
        ),
    }))
}

fn known_store(store: &Spanned<String>) -> Result<(), Problem> {
    let text = store.get_ref();
    if text == "memory:"
        || text
            .strip_prefix("sqlite:")
            .is_some_and(|file| !file.is_empty())
    {
        return Ok(());
    }
    Err(Problem::new(format!("`{text}` is no store"), store.span())
        .help("write \"sqlite:FILE\", or \"memory:\" to keep nothing"))
}

fn memory(memory: Option<&Spanned<u32>>) -> Result<(), Problem> {
    let most = MAX_MEMORY >> 20;
    match memory {
        Some(mib) if *mib.get_ref() as usize > most || *mib.get_ref() == 0 => Err(Problem::new(
            format!("{} MiB are not possible", mib.get_ref()),
            mib.span(),
        )
        .help(format!("choose from 1 to {most}"))),
        _ => Ok(()),
    }
}

pub(super) fn exists(path: &Spanned<std::path::PathBuf>, folder: &Path) -> Result<(), Problem> {
    let place = folder.join(path.get_ref());
    if place.exists() {
        return Ok(());
    }
    Err(Problem::new(
        format!("{} does not exist", path.get_ref().display()),
        path.span(),
    )
    .help("paths start at the folder of this file"))
}
