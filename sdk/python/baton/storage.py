"""Values that the skill keeps beyond a conversation, for itself alone. Needs the
grant `storage`.

Conditions may read; hooks and tools may write. What `set` and `delete` do is
stored together with the turn's answer, or not at all when the turn is cut off.
`compare_and_set` and `update` write at once, for what several conversations
change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .capability import Capability
from .errors import CapabilityError
from .host import current
from .record import Record
from .values import from_json, to_json

#: How often `update` reads again because another conversation was first. As
#: many as could ever write the same key at once and take turns.
TRIES = 32


@dataclass(frozen=True)
class Entry(Record):
    """A value, and what is known of it."""

    value: Any
    #: Raised by every write; none: written in this turn.
    version: int | None
    #: From 0 to 100.
    trust: int


@dataclass(frozen=True)
class Usage(Record):
    """How much is stored, and how much may be."""

    keys: int
    bytes: int
    max_keys: int
    max_bytes: int


class Storage(Capability):
    """`visits = self.storage.update("visits", lambda before: (before or 0) + 1)`"""

    def get(self, key: str, default: Any = None) -> Any:
        """The value under this key."""
        entry = self.entry(key)
        return default if entry is None else entry.value

    def entry(self, key: str) -> Entry | None:
        """The value under this key with its version and trust."""
        return current().stored(key)

    def set(self, key: str, value: Any) -> None:
        """Keeps a value under this key."""
        current().store(key, to_json(value))

    def delete(self, key: str) -> None:
        """Forgets the value under this key."""
        current().forget(key)

    def keys(self, prefix: str = "", after: str | None = None, limit: int = 1000) -> list[str]:
        """At most `limit` keys that begin with `prefix`, in order, those after
        `after`. At most 1000."""
        return current().stored_keys(prefix, after, limit)

    def compare_and_set(self, key: str, version: int | None, value: Any) -> int | None:
        """Writes at once, if the version is still the one that was read (none:
        there was no value). The version it has now; none: somebody was first."""
        return current().compare_and_set(key, version, to_json(value))

    def update(self, key: str, change: Callable[[Any], Any]) -> Any:
        """Changes a value at once, and again from the start when somebody else was
        first. The value that was written; `change` is given none where there was
        no value."""
        for _ in range(TRIES):
            before = self.entry(key)
            value = change(before.value if before else None)
            version = before.version if before else None
            if self.compare_and_set(key, version, value) is not None:
                return from_json(to_json(value))
        raise CapabilityError("unavailable", f"`{key}` is changed by others all the time")

    def used(self) -> Usage:
        """How much is stored, and how much may be."""
        return current().storage_used()
