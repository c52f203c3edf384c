"""Which capabilities a skill uses, read off its code: they become the imports of
the component, and so what it wants of an operator."""

import ast
from collections.abc import Iterable

from ..context import CLOSED, OPEN, SYNONYMS

#: The interfaces that a skill can want.
CAPABILITIES = (
    "agents",
    "clock",
    "config",
    "conversation",
    "discovery",
    "handoffs",
    "http",
    "payments",
    "random",
    "storage",
    "tickets",
)

#: Attributes of `self` that are capabilities.
ATTRIBUTES = {name: name for name in CAPABILITIES} | {"nli": "agents", "payment": "payments"}

#: Classes that stand for a capability wherever they are made.
CLASSES = {"NLISkill": "agents", "DiscoverySkill": "discovery", "PaymentSkill": "payments"}

#: Modules of the standard library that the SDK answers by a capability.
MODULES = {
    "datetime": "clock",
    "time": "clock",
    "random": "random",
    "secrets": "random",
    "uuid": "random",
}

#: Those with work that goes on while the skill does something else.
WAITING = ("agents", "discovery", "http", "payments")

#: What a context knows without being asked; the rest is metadata of the
#: conversation.
_KNOWN = {*CLOSED, *OPEN, *SYNONYMS, "handoff_result"} - {"messages"}


def used(trees: Iterable[ast.Module], said: Iterable[str]) -> list[str]:
    """The interfaces to import, those included that nothing has to be granted for."""
    found = set(said)
    for tree in trees:
        own = _own_attributes(tree)
        for node in ast.walk(tree):
            found.update(_of(node, own))
    if found.intersection(WAITING):
        found.add("waiting")
    return sorted(found | {"log", "state", "types"})


def _of(node: ast.AST, own: set[str]) -> Iterable[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if name not in own:
            if name in ATTRIBUTES:
                yield ATTRIBUTES[name]
        case ast.Attribute(attr="messages"):
            yield "conversation"
        case ast.Attribute(value=ast.Name(id="os"), attr="urandom"):
            yield "random"
        case ast.Call(func=ast.Name(id=name)) if name in CLASSES:
            yield CLASSES[name]
        case ast.Import(names=names):
            yield from (MODULES[one.name] for one in names if one.name in MODULES)
        case ast.ImportFrom(module=str(module), level=0) if module in MODULES:
            yield MODULES[module]
        case ast.Subscript(
            value=ast.Name(id="context"), slice=ast.Constant(value=str(name)), ctx=ast.Load()
        ) if name not in _KNOWN:
            yield "conversation"
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="context"), attr="get"),
            args=[ast.Constant(value=str(name)), *_],
        ) if name not in _KNOWN:
            yield "conversation"
        case ast.FunctionDef(name="__init__") if _reads_config(node):
            yield "config"


def _own_attributes(tree: ast.Module) -> set[str]:
    """Attributes that the author sets to something of their own."""
    own = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            match target, value:
                case ast.Attribute(), ast.Call(func=ast.Name(id=name)) if name in CLASSES:
                    pass
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute), _:
                    own.add(attribute)
    return own


def _reads_config(init: ast.FunctionDef) -> bool:
    """Whether the parameter `config` is used for more than being passed on."""
    passed_on = {
        id(argument)
        for node in ast.walk(init)
        if isinstance(node, ast.Call) and _is_super_init(node.func)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
    }
    return any(
        isinstance(node, ast.Name) and node.id == "config" and id(node) not in passed_on
        for node in ast.walk(init)
    )


def _is_super_init(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            return True
    return False
