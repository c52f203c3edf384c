"""What all parts of a desk rest on: grants, time, and work that takes time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ..errors import CapabilityError
from ..host import Handle


@dataclass
class Work:
    """Under way until the desk's time has come; for ever without one."""

    ends: float | None
    result: Callable[[], Any]
    dropped: bool = False


class Base:
    """Nobody really waits at a desk: its time jumps to whatever ends next."""

    def __init__(self) -> None:
        self._denied: set[str] | None = set()
        #: Seconds that the skill has waited.
        self.elapsed = 0.0

    def without(self, *capabilities: str) -> Self:
        """Takes capabilities away: `conversation`, `agents`, `discovery`,
        `payments`, `tickets`, `storage`, `handoffs` or `http`."""
        if self._denied is not None:
            self._denied.update(capabilities)
        return self

    def denying(self) -> Self:
        """Grants none, as a skill finds it before the operator has granted any."""
        self._denied = None
        return self

    def _check(self, capability: str) -> None:
        if self._denied is None or capability in self._denied:
            raise CapabilityError("not-granted", f"`{capability}` is not granted")

    def _start(self, result: Callable[[], Any], after: float | None = 0.0) -> Work:
        return Work(None if after is None else self.elapsed + after, result)

    def _finish(self, work: Handle) -> Any:
        if work.ends is None:
            # A real host has a limit of its own for what never ends.
            raise CapabilityError("timeout", "there was no answer in time")
        self.elapsed = max(self.elapsed, work.ends)
        return work.result()

    def ready(self, handle: Handle) -> bool:
        """Whether it has ended."""
        return handle.ends is not None and handle.ends <= self.elapsed

    def wait_any(self, handles: Sequence[Handle], timeout_ms: int | None) -> list[int]:
        """Moves the time to the first that ends, or by the timeout."""
        limit = None if timeout_ms is None else self.elapsed + timeout_ms / 1000
        ends = [work.ends for work in handles if work.ends is not None]
        first = min(ends, default=None)
        if first is None or limit is not None and first > limit:
            if limit is None:
                # What never ends is finished all the same, by the host's limit.
                return list(range(len(handles)))
            self.elapsed = limit
            return []
        self.elapsed = max(self.elapsed, first)
        return [at for at, work in enumerate(handles) if self.ready(work)]

    def drop(self, handle: Handle) -> None:
        """Breaks the work off."""
        handle.dropped = True
