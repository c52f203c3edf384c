"""What a skill remembers of one conversation: its attributes, kept by the host
as JSON between its calls."""

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from .capability import Capability
from .host import current
from .values import from_json, to_json

if TYPE_CHECKING:
    from .skill import Skill

#: Attributes of the SDK's own.
OWN = "_baton_"


class State(Capability, MutableMapping[str, Any]):
    """`self.state["visits"]`: the same as `self.visits`, for names that come from
    elsewhere."""

    def __init__(self, skill: "Skill") -> None:
        self._skill = skill

    def __getitem__(self, name: str) -> Any:
        return remembered(self._skill)[name]

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self._skill, name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        delattr(self._skill, name)

    def __iter__(self) -> Iterator[str]:
        return iter(remembered(self._skill))

    def __len__(self) -> int:
        return len(remembered(self._skill))


def remembered(skill: "Skill") -> dict[str, Any]:
    """The attributes that are the skill's own."""
    return {
        name: value
        for name, value in vars(skill).items()
        if not name.startswith(OWN) and not isinstance(value, Capability)
    }


Memory = dict[str, Any]


def recall() -> Memory:
    """What was kept of this conversation."""
    kept = current().load()
    if not kept:
        return {}
    try:
        memory = from_json(kept.decode())
        if not isinstance(memory, dict):
            raise ValueError("it is no JSON object")
    except ValueError as why:
        current().unreadable(str(why))
        return {}
    return memory


class Defaults:
    """What a new instance has before anything is recalled. It is not kept, so a
    new version may have other defaults."""

    def __init__(self, skill: "Skill") -> None:
        self._values = remembered(skill)
        self._json = {name: _json(value) for name, value in self._values.items()}

    def keep(self, skill: "Skill", recalled: Memory) -> None:
        """Saves what differs from the defaults, if that has changed."""
        kept = {}
        for name, value in remembered(skill).items():
            json = _json(value)
            if json is None:
                if self._values.get(name) is not value:
                    current().write("error", f"`self.{name}` is no JSON value and was not kept")
            elif json != self._json.get(name):
                kept[name] = value
        if _json(kept) != _json(recalled):
            current().save(to_json(kept).encode() if kept else b"")


def _json(value: Any) -> str | None:
    try:
        return to_json(value)
    except (TypeError, ValueError):
        return None
