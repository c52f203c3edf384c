"""What a skill is, in the words of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import declared
from .declared import Declaration
from .docstring import summary
from .schema import schema
from .skill import Skill, declarations
from .values import to_json


@dataclass(frozen=True)
class Pair:
    """A named JSON text."""

    name: str
    value: str


def pairs(values: Mapping[str, Any]) -> list[Pair]:
    """Named values as the contract has them."""
    return [Pair(name, to_json(value)) for name, value in values.items()]


@dataclass(frozen=True)
class Handoff:
    """`manifest.handoff`"""

    name: str
    target: str | None
    description: str
    priority: int
    timeout_ms: int | None
    scopes: list[str]
    triggers: list[str]
    decided_by: str
    reason: str
    mode: str
    ownership: str
    metadata: list[Pair]
    extra: list[Pair]


@dataclass(frozen=True)
class Hook:
    """`manifest.hook`"""

    name: str
    point: str
    order: int
    targets: list[str]
    access: str
    on_failure: str
    handoffs: str
    description: str
    extra: list[Pair]


@dataclass(frozen=True)
class Tool:
    """`manifest.tool`"""

    name: str
    description: str
    parameters: str
    effect: str
    scopes: list[str]
    extra: list[Pair]


@dataclass(frozen=True)
class Manifest:
    """`manifest.skill`"""

    name: str
    version: str
    description: str
    handoffs: list[Handoff]
    hooks: list[Hook]
    tools: list[Tool]
    wants: list[Pair]
    config_schema: str | None
    state_version: int
    depends: list[str]
    targets: list[str]
    extra: list[Pair] = field(default_factory=list)


def describe(
    skill: type[Skill],
    *,
    name: str | None = None,
    version: str | None = None,
    description: str | None = None,
    depends: tuple[str, ...] = (),
) -> Manifest:
    """The manifest of the class. What it does not say itself, its project does."""
    said = skill._baton_identity
    parts: list[Declaration] = [declaration for _, declaration in declarations(skill)]
    conditions = [one for one in parts if isinstance(one, declared.Handoff)]
    needed = [*said.depends, *depends]
    return Manifest(
        name=name or said.name,
        version=said.version or version or "0.1.0",
        description=said.description or summary(skill) or description or "",
        handoffs=[_handoff(one) for one in conditions],
        hooks=[_hook(one) for one in parts if isinstance(one, declared.Hook)],
        tools=[_tool(one) for one in parts if isinstance(one, declared.Tool)],
        wants=[],
        config_schema=to_json(schema(said.config)) if said.config else None,
        state_version=said.state_version,
        depends=list(dict.fromkeys(needed)),
        targets=list(dict.fromkeys(target for one in conditions for target in one.targets)),
    )


def _handoff(one: declared.Handoff) -> Handoff:
    return Handoff(
        name=one.name,
        target=one.target,
        description=one.description,
        priority=one.priority,
        timeout_ms=one.timeout_ms,
        scopes=list(one.scopes),
        triggers=list(one.triggers),
        decided_by="triggers" if one.by_keywords else "condition",
        reason=one.reason,
        mode=one.mode,
        ownership=one.ownership,
        metadata=pairs(one.metadata),
        extra=pairs({} if one.history == "full" else {"history": one.history}),
    )


def _hook(one: declared.Hook) -> Hook:
    return Hook(
        name=one.name,
        point=one.point,
        order=one.order,
        targets=list(one.targets),
        access=one.access,
        on_failure=one.on_failure,
        handoffs=one.handoffs,
        description=one.description,
        extra=[],
    )


def _tool(one: declared.Tool) -> Tool:
    return Tool(
        name=one.name,
        description=one.description,
        parameters=to_json(one.parameters),
        effect=one.effect,
        scopes=list(one.scopes),
        extra=[],
    )
