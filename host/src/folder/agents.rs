//! The agents as the configuration describes them, one of its kind each.

use std::{path::Path, sync::Arc, time::Duration};

use super::{OpenError, components::Components, names};
use crate::{
    agent::{
        A2a, EndpointConfig, Human, Knowledge, Model, Protocol, Records, RemoteConfig, Script,
        Scripted, Webhook, WebhookConfig,
    },
    component::ComponentAgent,
    config::{AgentSection, Config, Kind, Problem, ScriptKind, Span},
    handoff::{Agent, AgentCard, Templates, ToolRef, WrongToolRef},
    id::{AgentName, OPERATOR, Scope},
};

/// How long an agent may take if nothing is said. Models think for half a
/// minute; customers do not wait for a whole one.
pub(super) const AGENT_TIMEOUT: Duration = Duration::from_secs(30);

/// What agents of several kinds are made of.
pub(super) struct Parts<'a> {
    pub(super) folder: &'a Path,
    pub(super) templates: &'a Arc<Templates>,
    pub(super) components: &'a Components<'a>,
}

/// The agents of `[agents]`.
pub(super) fn agents(config: &Config, parts: &Parts<'_>) -> Result<Vec<Arc<dyn Agent>>, OpenError> {
    config
        .agents
        .iter()
        .map(|(name, section)| {
            agent(name, section.get_ref(), parts).map_err(|why| {
                let message = format!("cannot set up the agent `{name}`: {why}");
                config
                    .wrong(parts.folder, Problem::new(message, section.span()))
                    .into()
            })
        })
        .collect()
}

fn agent(
    name: &AgentName,
    section: &AgentSection,
    parts: &Parts<'_>,
) -> Result<Arc<dyn Agent>, String> {
    let Parts {
        folder,
        templates,
        components,
    } = *parts;
    let timeout = section
        .timeout
        .map_or(AGENT_TIMEOUT, |Span(timeout)| timeout);
    let scopes = match (section.kind, section.scopes.as_slice()) {
        // It tells of everybody's conversations.
        (Kind::Records, []) => vec![Scope::from(OPERATOR)],
        (_, scopes) => scopes.to_vec(),
    };
    let card = AgentCard {
        name: name.clone(),
        kind: section.kind.as_str(),
        description: section.description.clone(),
        examples: section.examples.clone(),
        skills: section.offers.iter().map(|offer| offer.0.clone()).collect(),
        scopes,
        timeout,
        escalation: names(&section.escalation),
        at_once: section.at_once.map(|n| n as usize),
        alternatives: section
            .alternatives
            .iter()
            .map(|a| a.get_ref().clone())
            .collect(),
    };
    let missing = |field: &str| format!("`{field}` is missing");
    Ok(match section.kind {
        Kind::Knowledge => {
            let path = section.path.as_ref().ok_or_else(|| missing("path"))?;
            let otherwise = section.otherwise.clone();
            let agent = Knowledge::load(card, folder, path.get_ref(), otherwise);
            Arc::new(agent.map_err(|error| error.to_string())?)
        }
        Kind::Openai | Kind::Anthropic => Arc::new(model(card, section, timeout, templates)?),
        Kind::A2a => {
            let card_url = section.card.as_ref().ok_or_else(|| missing("card"))?;
            let remote = RemoteConfig {
                card: card_url.get_ref().clone(),
                url: section.url.as_ref().map(|url| url.get_ref().clone()),
                api_key_env: section.api_key_env.clone(),
                idempotent: section.idempotent.unwrap_or_default(),
            };
            let agent = A2a::new(card, &remote).map_err(|error| error.to_string())?;
            Arc::new(agent.with_templates(templates.clone()))
        }
        Kind::Http => {
            let url = section.url.as_ref().ok_or_else(|| missing("url"))?;
            let secret_env = section.secret_env.as_ref();
            let webhook = WebhookConfig {
                url: url.get_ref().clone(),
                secret_env: secret_env.ok_or_else(|| missing("secret-env"))?.clone(),
            };
            let agent = Webhook::new(card, &webhook).map_err(|error| error.to_string())?;
            Arc::new(agent.with_templates(templates.clone()))
        }
        Kind::Human => {
            let standard = "I have passed this on to a colleague, who will answer here. \
                            Your ticket is {ticket}.";
            let text = section.acknowledgement.as_deref().unwrap_or(standard);
            Arc::new(Human::new(card, text.to_owned()))
        }
        Kind::Records => Arc::new(Records::new(card)),
        Kind::Component => {
            let file = section.file.as_ref().ok_or_else(|| missing("file"))?;
            let file = components.file(name, section, file.get_ref(), timeout);
            Arc::new(ComponentAgent::new(card, file, templates.clone()))
        }
        Kind::Scripted => {
            let text = section
                .reply
                .clone()
                .unwrap_or_else(|| format!("This is {name}."));
            let script = match section.script.unwrap_or_default() {
                ScriptKind::Reply => Script::Reply(text),
                ScriptKind::Fail => Script::Fail(text),
                ScriptKind::Hang => Script::Hang,
                ScriptKind::Busy => Script::Busy,
                ScriptKind::Panic => Script::Panic,
                ScriptKind::HandTo => {
                    let target = section.hand_to.as_ref().ok_or_else(|| missing("hand-to"))?;
                    Script::HandTo(target.get_ref().clone(), section.reason)
                }
                ScriptKind::CallTool => call_tool(section)?,
            };
            let delay = section.delay.map_or(Duration::ZERO, |Span(delay)| delay);
            Arc::new(Scripted::new(card, script, delay).with_templates(templates.clone()))
        }
    })
}

/// Where Anthropic's own models are.
const ANTHROPIC: &str = "https://api.anthropic.com/v1";

fn model(
    card: AgentCard,
    section: &AgentSection,
    timeout: Duration,
    templates: &Arc<Templates>,
) -> Result<Model, String> {
    let protocol = match section.kind {
        Kind::Anthropic => Protocol::Anthropic,
        _ => Protocol::OpenAi,
    };
    let url = match (&section.url, protocol) {
        (Some(url), _) => url.get_ref(),
        (None, Protocol::Anthropic) => ANTHROPIC,
        (None, Protocol::OpenAi) => return Err("`url` is missing".to_owned()),
    };
    let model = section.model.as_ref().ok_or("`model` is missing")?;
    let mut endpoint = EndpointConfig::new(url, model);
    endpoint.protocol = protocol;
    endpoint.api_key_env.clone_from(&section.api_key_env);
    endpoint.timeout = timeout;
    endpoint.tariff = section.price_per_million;
    if let Some(parameters) = &section.parameters {
        endpoint.parameters = match serde_json::to_value(parameters) {
            Ok(serde_json::Value::Object(parameters)) => parameters,
            _ => return Err("`parameters` cannot be written as JSON".to_owned()),
        };
    }
    let instructions = section.instructions.clone().unwrap_or_default();
    let triage = section.triage.as_ref().map(|triage| EndpointConfig {
        model: triage.clone(),
        tariff: section.triage_price_per_million,
        ..endpoint.clone()
    });
    let agent = Model::new(card, instructions, endpoint).map_err(|error| error.to_string())?;
    let agent = agent.with_templates(templates.clone());
    match triage {
        Some(triage) => agent.with_triage(triage).map_err(|error| error.to_string()),
        None => Ok(agent),
    }
}

fn call_tool(section: &AgentSection) -> Result<Script, String> {
    let call = section.call.as_ref().ok_or("`call` is missing")?;
    let ToolRef::One(tool) = call
        .get_ref()
        .parse()
        .map_err(|e: WrongToolRef| e.to_string())?
    else {
        return Err("`call` names no tool".to_owned());
    };
    let arguments = match serde_json::to_value(section.arguments.clone().unwrap_or_default()) {
        Ok(serde_json::Value::Object(arguments)) => arguments,
        _ => return Err("`arguments` cannot be written as JSON".to_owned()),
    };
    let reply = section
        .reply
        .clone()
        .unwrap_or_else(|| "{result}".to_owned());
    Ok(Script::CallTool(tool, arguments, reply))
}
