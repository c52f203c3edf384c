"""JSON Schema of type hints, whole in one piece: those who read it, models
foremost, follow no references."""

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from .docstring import summary

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    None: {"type": "null"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
    list: {"type": "array"},
    dict: {"type": "object"},
}

LISTS = (list, Sequence, tuple, set, frozenset)
MAPS = (dict, Mapping)


def may_be_none(hint: Any) -> bool:
    """Whether `None` fits the hint, so that the argument may be left out."""
    return is_union(hint) and type(None) in typing.get_args(hint)


def is_union(hint: Any) -> bool:
    """`A | B` and `Optional[A]`."""
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def schema(hint: Any) -> dict[str, Any]:
    """The schema of what fits the hint."""
    if isinstance(hint, typing.Hashable) and hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        described = [one for one in arguments[1:] if isinstance(one, str)]
        return schema(arguments[0]) | ({"description": described[0]} if described else {})
    if is_union(hint):
        return {"anyOf": [schema(one) for one in arguments]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in LISTS:
        return {"type": "array", "items": schema(arguments[0])}
    if origin in MAPS:
        return {"type": "object", "additionalProperties": schema(arguments[1])}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [one.value for one in hint]}
    if is_structure(hint):
        return _structure(hint)
    raise TypeError(
        f"`{getattr(hint, '__name__', hint)}` cannot be told in JSON: use str, int, float, bool,"
        " list, dict, Literal, an Enum, a TypedDict or a dataclass"
    )


def is_structure(hint: Any) -> bool:
    """A dataclass or a `TypedDict`."""
    return isinstance(hint, type) and (dataclasses.is_dataclass(hint) or typing.is_typeddict(hint))


def fields(hint: Any) -> tuple[dict[str, Any], set[str]]:
    """The fields of a structure with their hints, and those that must be there."""
    hints = typing.get_type_hints(hint, include_extras=True)
    if typing.is_typeddict(hint):
        return hints, set(hint.__required_keys__)
    required = {
        one.name
        for one in dataclasses.fields(hint)
        if one.default is dataclasses.MISSING
        and one.default_factory is dataclasses.MISSING
        and not may_be_none(hints[one.name])
    }
    return {one.name: hints[one.name] for one in dataclasses.fields(hint)}, required


def _structure(hint: Any) -> dict[str, Any]:
    hints, required = fields(hint)
    written: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema(one) for name, one in hints.items()},
        "required": [name for name in hints if name in required],
    }
    # Dataclasses are given a docstring that only repeats their fields.
    said = summary(hint)
    if said and not said.startswith(f"{hint.__name__}("):
        written["description"] = said
    return written
