"""What Python's library asks of an operating system, answered by the host. Without
this, each of these would trap.

It is imported before the author's code, which so takes these for the originals.
"""

import builtins
import datetime
import os
import random
import sys
import time
from typing import Any

from ..host import current, install
from ..random import Random


class _Building:
    """Answers while the component is built: what is printed then is nobody's, and
    what is drawn or dated then would be the same for ever."""

    def write(self, level: str, message: str) -> None:
        """Is dropped."""

    def load(self) -> None:
        """Nothing is remembered yet."""

    def save(self, value: bytes) -> None:
        """Nor is it kept."""

    def now(self) -> int:
        return 0

    def random_bytes(self, length: int) -> bytes:
        return bytes(length)

    def random_number(self) -> int:
        return 0


def _print(*values: object, sep: str | None = None, end: str | None = None, **_: Any) -> None:
    line = (" " if sep is None else sep).join(map(str, values))
    if line := (line + (end or "")).rstrip("\n"):
        current().write("info", line)


def _now() -> float:
    return current().now() / 1000


def _now_ns() -> int:
    return current().now() * 1_000_000


def _sleep(_: float) -> None:
    """Time stands still within a turn, so there is nothing to wait for."""


class _Date(datetime.date):
    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(_now())


class _DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        if tz is None:
            return cls.fromtimestamp(_now(), datetime.timezone.utc).replace(tzinfo=None)
        return cls.fromtimestamp(_now(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now()

    @classmethod
    def today(cls) -> Any:
        return cls.now()


class _Stream:
    """`sys.stdout` and `sys.stderr`."""

    def __init__(self, level: str) -> None:
        self._level = level

    def write(self, text: str) -> int:
        if line := text.rstrip("\n"):
            current().write(self._level, line)
        return len(text)

    def flush(self) -> None:
        """A line is written at once."""


def _urandom(size: int, /) -> bytes:
    return current().random_bytes(size)


def replace() -> None:
    """Puts all of them in place."""
    building: Any = _Building()
    install(building)
    builtins.print = _print
    streams: Any = sys
    streams.stdout, streams.stderr = _Stream("info"), _Stream("warn")
    for name in ("time", "monotonic", "perf_counter", "process_time"):
        setattr(time, name, _now)
        setattr(time, f"{name}_ns", _now_ns)
    setattr(time, "sleep", _sleep)
    setattr(datetime, "date", _Date)
    setattr(datetime, "datetime", _DateTime)
    os.urandom = _urandom
    chance = Random()
    for name in random.__all__:
        if hasattr(getattr(random, name), "__self__"):
            setattr(random, name, getattr(chance, name))
