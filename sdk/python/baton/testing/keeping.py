"""What a desk has configured, stored and on record, and its clock."""

from typing import Any, Self

from ..errors import CapabilityError
from ..handoffs import PastHandoff
from ..storage import Entry, Usage
from ..values import from_json, to_json
from .base import Base

#: As much as a host lets a skill keep, if the test says nothing else.
QUOTA = (10_000, 10 << 20)

_MASK = (1 << 64) - 1


class Keeping(Base):
    """A test sees at once what a host would store with the turn's answer."""

    def __init__(self) -> None:
        super().__init__()
        self._config: dict[str, str] = {}
        self._values: dict[str, tuple[str, int]] = {}
        self._version = 0
        self._quota = QUOTA
        self._time = 0
        self._drawn = 0
        self._past: list[PastHandoff] = []

    def configured(self, name: str, value: Any = ...) -> Any:
        """Adds something that the operator has configured."""
        # The host's function has the same name, and no value.
        if value is ...:
            return self._config.get(name)
        self._config[name] = to_json(value)
        return self

    def kept(self, key: str, value: Any) -> Self:
        """Adds a value that was stored before."""
        self._put(key, to_json(value))
        return self

    def storage_quota(self, keys: int, size: int) -> Self:
        """Lets the skill keep no more than this."""
        self._quota = (keys, size)
        return self

    def at(self, time: int) -> Self:
        """Sets the clock, in milliseconds since 1970."""
        self._time = time
        return self

    def handed_over(self, source: str, target: str, state: str = "completed") -> Self:
        """Adds a handoff to the conversation's past."""
        number = str(len(self._past) + 1)
        self._past.append(PastHandoff(number, source, target, "specialization", 1.0, 0, state))
        return self

    @property
    def values(self) -> dict[str, Any]:
        """What is stored."""
        return {key: from_json(value) for key, (value, _) in sorted(self._values.items())}

    def configuration(self) -> dict[str, str]:
        return dict(self._config)

    def now(self) -> int:
        return self._time

    def random_number(self) -> int:
        # The same numbers in every run of a test (splitmix64).
        self._drawn = (self._drawn + 0x9E3779B97F4A7C15) & _MASK
        number = self._drawn
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB & _MASK
        return number ^ (number >> 31)

    def random_bytes(self, length: int) -> bytes:
        length = min(length, 64 << 10)
        drawn = b"".join(
            self.random_number().to_bytes(8, "little") for _ in range((length + 7) // 8)
        )
        return drawn[:length]

    def stored(self, key: str) -> Entry | None:
        self._check("storage")
        if key not in self._values:
            return None
        value, version = self._values[key]
        return Entry(from_json(value), version, 80)

    def store(self, key: str, value: str) -> None:
        self._check("storage")
        self._put(key, value)

    def forget(self, key: str) -> None:
        self._check("storage")
        self._values.pop(key, None)

    def stored_keys(self, prefix: str, after: str | None, limit: int) -> list[str]:
        self._check("storage")
        keys = [key for key in sorted(self._values) if key.startswith(prefix)]
        return [key for key in keys if after is None or key > after][: min(limit, 1000)]

    def compare_and_set(self, key: str, version: int | None, value: str) -> int | None:
        self._check("storage")
        before = self._values.get(key)
        if (before[1] if before else None) != version:
            return None
        return self._put(key, value)

    def storage_used(self) -> Usage:
        self._check("storage")
        size = sum(
            len(key.encode()) + len(value.encode()) for key, (value, _) in self._values.items()
        )
        return Usage(len(self._values), size, *self._quota)

    def past_handoffs(self, before: str | None, limit: int) -> list[PastHandoff]:
        self._check("handoffs")
        ids = [past.id for past in self._past]
        end = ids.index(before) if before in ids else len(ids) if before is None else 0
        return self._past[max(0, end - min(limit, 100)) : end]

    def active_handoffs(self) -> list[PastHandoff]:
        self._check("handoffs")
        return [past for past in self._past if past.state == "active"]

    def _put(self, key: str, value: str) -> int:
        if not key or len(key.encode()) > 256 or not key.isprintable():
            raise CapabilityError("invalid", "no key")
        before = self._values.get(key)
        self._version += 1
        self._values[key] = (value, self._version)
        keys = len(self._values)
        size = sum(
            len(key.encode()) + len(value.encode()) for key, (value, _) in self._values.items()
        )
        if keys > self._quota[0] or size > self._quota[1]:
            if before:
                self._values[key] = before
            else:
                del self._values[key]
            raise CapabilityError("limit", "more than the skill may keep")
        return self._version
