//! A component for people.

use std::collections::BTreeMap;

use baton::{
    contract::{
        HandoffDeclaration, HookDeclaration, HookPoint, Manifest, OnFailure, Reach, Skill,
        ToolDeclaration,
    },
    skill::{Installed, Limits, WasmSkill},
    view::{
        grant::grant_command,
        skill::{kept_instances, notes},
    },
};
use serde_json::Value;

use crate::cli::{
    style::{FAINT, GOOD, NOTE, STRONG, paint},
    text::{bytes, list, one_line, span},
    wrap::wrap,
};

/// Everything worth knowing before a skill is put into a folder. `installed`:
/// it is in one, and what it may do there is known.
pub fn show(skill: &WasmSkill, installed: Option<&Installed>, width: Option<usize>) -> String {
    let manifest = skill.manifest();
    let facts = skill.facts();
    let mut page = Page {
        lines: Vec::new(),
        width,
    };
    page.lines.push(format!(
        "{} {}",
        paint(STRONG, &manifest.name),
        manifest.version
    ));
    page.text(&manifest.description);
    page.heading("Component");
    page.fact("digest", &skill.digest().to_string());
    page.fact("size", &bytes(facts.size));
    page.fact(
        "memory",
        &format!("{} after describing itself", bytes(facts.memory)),
    );
    page.fact("exports", &list(&facts.exports, "nothing"));
    page.fact("imports", &list(&facts.imports, "nothing"));
    if !facts.inert.is_empty() {
        page.fact(
            "in name only",
            &format!("{}; calling them traps", list(&facts.inert, "")),
        );
    }
    wants(&mut page, skill, installed);
    for handoff in &manifest.handoffs {
        condition(&mut page, handoff, manifest);
    }
    for hook in &manifest.hooks {
        self::hook(&mut page, hook);
    }
    for tool in &manifest.tools {
        self::tool(&mut page, tool);
    }
    limits(&mut page, &skill.permit().limits, installed.is_some());
    page.lines.join("\n")
}

/// Lines under headings.
struct Page {
    lines: Vec<String>,
    width: Option<usize>,
}

impl Page {
    fn heading(&mut self, text: &str) {
        self.lines.push(format!("\n{}", paint(STRONG, text)));
    }

    fn named(&mut self, what: &str, name: &impl ToString) {
        self.lines.push(format!(
            "\n{} {}",
            paint(STRONG, what),
            paint(STRONG, name.to_string())
        ));
    }

    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.lines
                .push(wrap(&format!("  {}", one_line(text)), self.width));
        }
    }

    fn fact(&mut self, name: &str, text: &str) {
        let text = one_line(text);
        let begin = format!("  {:<12} ", name);
        // Further lines stand under the text, not under the name.
        let width = self.width.map(|width| width.saturating_sub(begin.len()));
        let text = wrap(&text, width).replace('\n', &format!("\n{:1$}", "", begin.len()));
        self.lines.push(format!("{}{text}", paint(FAINT, begin)));
    }
}

fn wants(page: &mut Page, skill: &WasmSkill, installed: Option<&Installed>) {
    page.heading("Wants");
    let (wants, granted) = (skill.wants_in_words(), &skill.permit().grants);
    if wants.is_empty() {
        page.text("nothing that must be granted");
    }
    let nothing = BTreeMap::new();
    let waiting = installed.map_or(&nothing, |installed| &installed.standing.waiting);
    for want in &wants {
        let line = format!("  {:<12} {}", want.grant, one_line(&want.plain));
        let waits = waiting.keys().any(|word| word.grant() == want.grant);
        page.lines.push(match installed {
            None => line,
            Some(_) if granted.allows(want.grant) => format!("{line} {}", paint(GOOD, "(granted)")),
            Some(_) if waits => format!("{line} {}", paint(NOTE, "(waits)")),
            Some(_) => format!("{line} {}", paint(NOTE, "(not granted)")),
        });
    }
    let name = &skill.manifest().name;
    let missing = wants.iter().filter(|want| !granted.allows(want.grant));
    let missing: Vec<&String> = missing.flat_map(|want| &want.words).collect();
    if !missing.is_empty() {
        let command = grant_command(name, &missing);
        let all = list(
            wants
                .iter()
                .flat_map(|want| &want.words)
                .map(|word| format!("{word:?}")),
            "",
        );
        page.lines.push(paint(
            FAINT,
            format!(
                "  To grant it, run\n    {command}\n  or, in baton.toml:\n    [skills.{name}]\n    grants = [{all}]"
            ),
        ));
    }
    let wanted = skill.wants();
    let kinds = granted.kinds();
    let unused = kinds.difference(&wanted).map(|grant| grant.as_str());
    let unused = list(unused, "");
    if !unused.is_empty() {
        page.lines
            .push(paint(NOTE, format!("  granted, and not wanted: {unused}")));
    }
    let depends = list(&skill.manifest().depends, "");
    if !depends.is_empty() {
        page.fact("depends on", &depends);
    }
    if let Some(kept) = kept_instances(skill.permit().instances) {
        page.text(kept);
    }
    for note in installed.into_iter().flat_map(notes) {
        page.lines
            .push(paint(NOTE, wrap(&format!("  {note}"), page.width)));
    }
}

fn condition(page: &mut Page, handoff: &HandoffDeclaration, manifest: &Manifest) {
    page.named("Condition", &handoff.name);
    page.text(&handoff.description);
    match (&handoff.target, manifest.targets.as_slice()) {
        (Some(target), _) => page.fact("target", target.as_str()),
        (None, []) => page.fact("target", "it names one; which ones is not said"),
        (None, known) => page.fact("target", &format!("one of {}", list(known, ""))),
    }
    if handoff.triggers.is_empty() {
        page.fact("asked", "for every message, as it has no triggers");
    } else {
        let triggers = list(
            handoff
                .triggers
                .iter()
                .map(|trigger| format!("{trigger:?}")),
            "",
        );
        page.fact("asked", &format!("if the message has {triggers}"));
    }
    page.fact("priority", &handoff.priority.to_string());
    if let Some(timeout) = handoff.timeout {
        page.fact("timeout", &format!("{} for the target", span(timeout)));
    }
    if !handoff.scopes.is_empty() {
        page.fact("scopes", &list(&handoff.scopes, ""));
    }
    page.fact(
        "how",
        &format!(
            "{}, {}, the conversation {}",
            handoff.reason, handoff.mode, handoff.ownership
        ),
    );
    if !handoff.metadata.is_empty() {
        page.fact(
            "metadata",
            &Value::Object(handoff.metadata.clone()).to_string(),
        );
    }
}

fn hook(page: &mut Page, hook: &HookDeclaration) {
    page.named("Hook", &hook.name);
    page.text(&hook.description);
    let point = match hook.point {
        HookPoint::BeforeHandoff => "before",
        HookPoint::AfterHandoff => "after",
    };
    let whose = match hook.handoffs {
        Reach::Own => "its own handoffs",
        Reach::All => "everybody's handoffs",
    };
    let targets = list(&hook.targets, "anybody");
    page.fact(
        "runs",
        &format!("{point} {whose} to {targets}, order {}", hook.order),
    );
    page.fact("may", hook.access.as_str());
    page.fact(
        "if it fails",
        match hook.on_failure {
            OnFailure::Refuse => "the handoff is refused",
            OnFailure::Continue => "the handoff goes on",
        },
    );
}

fn tool(page: &mut Page, tool: &ToolDeclaration) {
    page.named("Tool", &tool.name);
    page.text(&tool.description);
    page.fact("effect", tool.effect.as_str());
    if !tool.scopes.is_empty() {
        page.fact("scopes", &list(&tool.scopes, ""));
    }
    page.fact("takes", &parameters(&tool.parameters));
}

/// The parameters in the schema of a tool: `order: string, note?: string`.
pub fn parameters(schema: &Value) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let Some(properties) = schema["properties"].as_object() else {
        return "nothing".to_owned();
    };
    let parameters = properties.iter().map(|(name, property)| {
        let optional = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        format!("{}{optional}: {}", one_line(name), type_of(property))
    });
    list(parameters, "nothing")
}

fn type_of(property: &Value) -> String {
    match &property["type"] {
        Value::String(name) => one_line(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(one_line)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "anything".to_owned(),
    }
}

fn limits(page: &mut Page, limits: &Limits, installed: bool) {
    page.heading(if installed {
        "Limits"
    } else {
        "Limits, unless baton.toml says otherwise"
    });
    let times = [
        ("evaluate", limits.evaluate),
        ("hook", limits.hook),
        ("tool", limits.tool),
    ];
    for (name, time) in times {
        let (compute, wall) = (span(time.compute), span(time.wall));
        page.fact(name, &format!("{compute} of computing, {wall} in all"));
    }
    page.fact("memory", &bytes(limits.memory));
    page.fact(
        "host calls",
        &format!(
            "{} in one call, {} across in each",
            limits.host_calls,
            bytes(limits.data)
        ),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tools_parameters_are_shown_with_type_and_whether_they_may_be_left_out() {
        let schema = json!({
            "type": "object",
            "properties": { "order": { "type": "string" }, "amount": { "type": ["number", "null"] } },
            "required": ["order"],
        });
        assert_eq!(
            parameters(&schema),
            "amount?: number or null, order: string"
        );
    }

    #[test]
    fn a_tool_without_parameters_takes_nothing() {
        assert_eq!(parameters(&json!({ "type": "object" })), "nothing");
    }
}
