"""The world of one component: it imports what the skill uses, and exports what the
skill has."""

from ..manifest import Manifest

#: The name of the world. Modules are made of it, so it is not the skill's.
NAME = "built"


def world(manifest: Manifest, uses: list[str]) -> str:
    """Its text, in the package of the contract."""
    lines = [f"import {one};" for one in uses]
    lines += [f"export {one};" for one in exports(manifest)]
    inside = "\n".join(f"  {line}" for line in lines)
    return f"package baton:skill@0.1.0;\n\nworld {NAME} {{\n{inside}\n}}\n"


def exports(manifest: Manifest) -> list[str]:
    """The interfaces that the skill has."""
    points = {hook.point for hook in manifest.hooks}
    there = {
        "manifest": True,
        # Keywords alone are decided by the host.
        "router": any(one.decided_by == "condition" for one in manifest.handoffs),
        "before-handoff": bool(points & {"before-handoff", "before-tool"}),
        "after-handoff": bool(points & {"after-handoff", "after-tool"}),
        "tools": bool(manifest.tools),
    }
    return [name for name, wanted in there.items() if wanted]
