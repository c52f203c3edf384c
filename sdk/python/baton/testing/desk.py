"""The whole desk."""

from collections.abc import Awaitable
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TypeVar

from .. import call, loop
from ..context import Context, During
from ..host import seat
from .keeping import Keeping
from .staff import Staff
from .talk import Talk
from .till import Till

T = TypeVar("T")


class Desk(Staff, Keeping, Till, Talk):
    """A desk with nobody at it yet, which grants every capability. `with desk:`
    sits down; within, functions of a skill can be called as they are."""

    def __init__(self, user: str | None = "user", agent: str = "front-desk") -> None:
        super().__init__()
        self._user = user
        self._agent = agent
        self._memory: bytes | None = None
        self._stack = ExitStack()
        #: The lines written to the log, each with its level.
        self.log: list[tuple[str, str]] = []
        #: Why what was remembered could not be read, each time.
        self.unread: list[str] = []

    def remembering(self, memory: bytes) -> Self:
        """What the skill finds in its memory, as the bytes it kept."""
        self._memory = memory
        return self

    @property
    def memory(self) -> bytes | None:
        """What the skill has kept for its next call."""
        return self._memory

    def run(self, work: Awaitable[T]) -> T:
        """What comes of an `async` function, as the host would run it."""
        with seat(self):
            return loop.run(work)

    def __enter__(self) -> Self:
        self._stack.enter_context(seat(self))
        context = Context(During.TOOL, agent=self._agent, user=self._user)
        self._stack.enter_context(call.Within(lambda: context))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, level: str, message: str) -> None:
        self.log.append((level, message))

    def load(self) -> bytes | None:
        return self._memory

    def save(self, value: bytes) -> None:
        self._memory = value or None

    def unreadable(self, why: str) -> None:
        self.unread.append(why)
