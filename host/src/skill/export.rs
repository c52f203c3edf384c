//! The functions that a component exports, found and type-checked once.

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, Lift, Lower, types::ComponentItem,
};

use super::{
    bindings::{
        baton::skill::types as wit,
        exports::baton::{
            agent::agent as wit_agent,
            skill::{manifest as wit_manifest, tools as wit_tools},
        },
    },
    refusal::{AGENT_CONTRACT, CONTRACT, CONTRACT_VERSION, Refusal},
};
use crate::contract::{DecidedBy, HookPoint, Manifest};

/// The functions of the contract that a component exports.
#[derive(Clone, Copy, Default)]
pub(super) struct Exports {
    pub(super) evaluate: Option<ComponentExportIndex>,
    pub(super) before: Option<ComponentExportIndex>,
    pub(super) after: Option<ComponentExportIndex>,
    pub(super) tool: Option<ComponentExportIndex>,
    pub(super) describe: Option<ComponentExportIndex>,
}

impl Exports {
    /// A manifest must not name what the component does not export.
    pub(super) fn expect(&self, manifest: &Manifest) -> Result<(), Refusal> {
        let asks = |d: &DecidedBy| *d == DecidedBy::Condition;
        let has_hook = |point| manifest.hooks.iter().any(|hook| hook.point == point);
        let needed = [
            (
                manifest.handoffs.iter().any(|h| asks(&h.decided_by)),
                self.evaluate,
                "router",
            ),
            (
                has_hook(HookPoint::BeforeHandoff) || has_hook(HookPoint::BeforeTool),
                self.before,
                "before-handoff",
            ),
            (
                has_hook(HookPoint::AfterHandoff) || has_hook(HookPoint::AfterTool),
                self.after,
                "after-handoff",
            ),
            (!manifest.tools.is_empty(), self.tool, "tools"),
        ];
        for (named, export, interface) in needed {
            if named && export.is_none() {
                return Err(Refusal::Contract(format!(
                    "its manifest names functions of {CONTRACT}/{interface}, which it does not export"
                )));
            }
        }
        Ok(())
    }
}

/// Finds the functions and checks their types, so that calls need not.
pub(super) fn find_exports(component: &Component) -> Result<Exports, Refusal> {
    type HookResult = Result<wit::Patch, wit::Refusal>;
    Ok(Exports {
        describe: function::<(), wit_manifest::Skill>(component, CONTRACT, "manifest", "describe")?,
        evaluate: function::<(&wit::Query<'_>, &[u32]), Vec<wit::Verdict>>(
            component, CONTRACT, "router", "evaluate",
        )?,
        before: function::<(u32, &wit::HandoffContext<'_>), HookResult>(
            component,
            CONTRACT,
            "before-handoff",
            "run",
        )?,
        after: function::<(u32, &wit::HandoffContext<'_>, &wit::Outcome<'_>), HookResult>(
            component,
            CONTRACT,
            "after-handoff",
            "run",
        )?,
        tool: function::<(&str, &str, &wit_tools::Caller<'_>), Result<String, wit_tools::ToolError>>(
            component, CONTRACT, "tools", "call",
        )?,
    })
}

/// The functions that an agent exports.
#[derive(Clone, Copy)]
pub(super) struct AgentExports {
    pub(super) describe: Option<ComponentExportIndex>,
    pub(super) answer: Option<ComponentExportIndex>,
}

/// Finds the functions of an agent and checks their types.
pub(super) fn find_agent(component: &Component) -> Result<AgentExports, Refusal> {
    Ok(AgentExports {
        describe: function::<(), wit_agent::Description>(
            component,
            AGENT_CONTRACT,
            "agent",
            "describe",
        )?,
        answer: function::<(&wit_agent::Request<'_>,), Result<wit_agent::Reply, wit_agent::Failure>>(
            component,
            AGENT_CONTRACT,
            "agent",
            "answer",
        )?,
    })
}

/// Finds the function of an interface and checks its type.
fn function<P, R>(
    component: &Component,
    contract: &str,
    interface: &str,
    function: &str,
) -> Result<Option<ComponentExportIndex>, Refusal>
where
    P: ComponentNamedList + Lower,
    (R,): ComponentNamedList + Lift,
{
    let name = format!("{contract}/{interface}@{CONTRACT_VERSION}");
    let Some((_, instance)) = component.get_export(None, &name) else {
        return Ok(None);
    };
    let Some((item, index)) = component.get_export(Some(&instance), function) else {
        let why = format!("{name} has no function `{function}`");
        return Err(Refusal::Contract(why));
    };
    check_type::<P, R>(component, &item)
        .map_err(|why| Refusal::Contract(format!("{interface}.{function}: {why}")))?;
    Ok(Some(index))
}

fn check_type<P, R>(component: &Component, item: &ComponentItem) -> Result<(), String>
where
    P: ComponentNamedList + Lower,
    (R,): ComponentNamedList + Lift,
{
    let ComponentItem::ComponentFunc(function) = item else {
        return Err("it is not a function".to_owned());
    };
    let ty = component.component_type();
    function
        .typecheck::<P, (R,)>(&ty.instance_type())
        .map_err(|error| format!("{error:#}"))
}
