"""JSON values as what type hints say they are."""

import dataclasses
import enum
import typing
from collections.abc import Mapping
from typing import Any

from .declared import Tool
from .errors import ToolError
from .schema import LISTS, MAPS, fields, is_structure, is_union
from .values import from_json


def take(tool: Tool, arguments: str) -> dict[str, Any]:
    """The arguments of a call, by name, as the function takes them."""
    try:
        given = from_json(arguments)
    except ValueError as why:
        raise _wrong(f"the arguments are no JSON: {why}") from None
    if not isinstance(given, dict):
        raise _wrong("the arguments must be a JSON object")
    taken = {}
    for name, hint in tool.hints.items():
        if name in given:
            try:
                taken[name] = convert(given[name], hint)
            except ValueError as why:
                raise _wrong(f"argument `{name}`: {why}") from None
        elif name in tool.defaults:
            taken[name] = tool.defaults[name]
        else:
            raise _wrong(f"argument `{name}` is missing")
    return taken


def _wrong(why: str) -> ToolError:
    return ToolError(why, code="invalid-arguments")


def convert(value: Any, hint: Any) -> Any:
    """The value as the hint has it, or a `ValueError` that says why it does not
    fit."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return convert(value, arguments[0])
    if hint is Any or hint is object:
        return value
    if is_union(hint):
        return _convert_union(value, arguments)
    if origin is typing.Literal:
        return _one_of(value, arguments)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        _one_of(value, tuple(one.value for one in hint))
        return hint(value)
    if is_structure(hint):
        return _convert_structure(value, hint)
    kind = origin or hint
    if kind in LISTS:
        inner = arguments[0] if arguments else Any
        made = [convert(one, inner) for one in _expect(value, list, "a list")]
        return made if kind not in (tuple, set, frozenset) else kind(made)
    if kind in MAPS:
        inner = arguments[1] if arguments else Any
        given = _expect(value, dict, "an object")
        return {name: convert(one, inner) for name, one in given.items()}
    return _convert_plain(value, kind)


def _convert_plain(value: Any, kind: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number")
    wording = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return _expect(value, kind if kind is not None else type(None), wording.get(kind, "null"))


def _convert_union(value: Any, hints: tuple[Any, ...]) -> Any:
    reasons = []
    for hint in hints:
        try:
            return convert(value, hint)
        except ValueError as why:
            if hint is not type(None):
                reasons.append(str(why))
    raise ValueError(" and ".join(reasons))


def _convert_structure(value: Any, hint: Any) -> Any:
    given: Mapping[str, Any] = _expect(value, dict, "an object")
    hints, required = fields(hint)
    if missing := sorted(required - given.keys()):
        raise ValueError(f"`{missing[0]}` is missing")
    made = {name: convert(given[name], one) for name, one in hints.items() if name in given}
    if dataclasses.is_dataclass(hint):
        for name in hints.keys() - made.keys():
            field = next(one for one in dataclasses.fields(hint) if one.name == name)
            if field.default is field.default_factory is dataclasses.MISSING:
                made[name] = None
    return hint(**made)


def _one_of(value: Any, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        listed = ", ".join(repr(one) for one in choices)
        raise ValueError(f"{value!r} is none of {listed}")
    return value


def _expect(value: Any, kind: type, wording: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is not {wording}")
    return value
