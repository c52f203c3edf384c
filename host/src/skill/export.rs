//! The functions that a component exports, found and type-checked once.

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, Lift, Lower, types::ComponentItem,
};

use super::{
    bindings::{
        baton::skill::types as wit,
        exports::baton::skill::{manifest as wit_manifest, tools as wit_tools},
    },
    refusal::{CONTRACT, CONTRACT_VERSION, Refusal},
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
    let find = |interface: &str, function: &str| {
        let name = format!("{CONTRACT}/{interface}@{CONTRACT_VERSION}");
        let (_, instance) = component.get_export(None, &name)?;
        let found = component.get_export(Some(&instance), function);
        Some(found.ok_or_else(|| Refusal::Contract(format!("{name} has no function `{function}`"))))
    };
    macro_rules! checked {
        ($interface:literal, $function:literal, $params:ty, $result:ty) => {
            match find($interface, $function) {
                None => None,
                Some(Err(refusal)) => return Err(refusal),
                Some(Ok((item, index))) => {
                    check_type::<$params, $result>(component, &item).map_err(|why| {
                        Refusal::Contract(format!("{}.{}: {why}", $interface, $function))
                    })?;
                    Some(index)
                }
            }
        };
    }
    type HookResult = Result<wit::Patch, wit::Refusal>;
    Ok(Exports {
        describe: checked!("manifest", "describe", (), wit_manifest::Skill),
        evaluate: checked!(
            "router",
            "evaluate",
            (&wit::Query<'_>, &[u32]),
            Vec<wit::Verdict>
        ),
        before: checked!(
            "before-handoff",
            "run",
            (u32, &wit::HandoffContext<'_>),
            HookResult
        ),
        after: checked!(
            "after-handoff",
            "run",
            (u32, &wit::HandoffContext<'_>, &wit::Outcome<'_>),
            HookResult
        ),
        tool: checked!(
            "tools",
            "call",
            (&str, &str, &wit_tools::Caller<'_>),
            Result<String, wit_tools::ToolError>
        ),
    })
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
