"""Work that goes on while the skill does something else."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from .errors import CapabilityError
from .host import Handle, current
from .loop import Loop

T = TypeVar("T")


class Pending(Generic[T]):
    """Under way since it was called for. `await` it, or `wait()` for it where
    nothing can be awaited; what is neither awaited nor waited for is broken off."""

    def __init__(self, handle: Handle, finish: Callable[[Handle], T]) -> None:
        self._handle = handle
        self._finish = finish
        self._taken = False

    def ready(self) -> bool:
        """Whether `wait` would return at once."""
        return current().ready(self._handle)

    def wait(self) -> T:
        """The result; waits for it if need be."""
        self._take()
        return self._finish(self._handle)

    def cancel(self) -> None:
        """Breaks the work off."""
        self._take()
        current().drop(self._handle)

    def _take(self) -> None:
        if self._taken:
            raise CapabilityError("wrong-handle", "its result was taken, or it was broken off")
        self._taken = True

    def __await__(self) -> Generator[Any, None, T]:
        loop = asyncio._get_running_loop()
        if isinstance(loop, Loop):
            future = loop.watch(self._handle)
            try:
                yield from future
            except asyncio.CancelledError:
                self.cancel()
                raise
            finally:
                loop.unwatch(future)
        return self.wait()


def milliseconds(seconds: float | None) -> int | None:
    """Python counts in seconds, the contract in whole milliseconds."""
    return None if seconds is None else max(0, round(seconds * 1000))
