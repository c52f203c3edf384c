"""JSON, in which everything crosses between a skill and its host."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> Any:
    """What `json` does not know by itself, in what it does."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(
        f"{type(value).__name__} is no JSON value: use text, numbers, lists, dictionaries"
        " or dataclasses"
    )


def to_json(value: Any) -> str:
    """The value's JSON text. What JSON cannot express, `nan` too, is an error."""
    return json.dumps(value, default=plain, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> Any:
    """The value of a JSON text."""
    return json.loads(text)
