"""What the operator configured under `[skills.NAME.config]`. Needs no grant."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from .arguments import convert
from .capability import Capability
from .errors import CapabilityError
from .host import current
from .values import from_json

T = TypeVar("T")


class Config(Capability, Mapping[str, Any]):
    """`self.config.get("limit", 3)`. A secret is only ever its reference,
    `secret:NAME`. What a skill is made with in Python comes before."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self._given = dict(given or {})

    def __getitem__(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        json = current().configured(name)
        if json is None:
            raise KeyError(name)
        return from_json(json)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def read(self, kind: type[T]) -> T:
        """All of it, as a dataclass or `TypedDict`: `self.config.read(Settings)`."""
        try:
            made: T = convert(self._all(), kind)
        except ValueError as why:
            raise CapabilityError("invalid", f"the configuration: {why}") from None
        return made

    def _all(self) -> dict[str, Any]:
        configured = current().configuration()
        return {name: from_json(json) for name, json in configured.items()} | self._given
