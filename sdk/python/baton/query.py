"""The user's message as a condition sees it."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+")


class Query(str):
    """The text, and where in which conversation it was said."""

    _said: tuple[str, str | None, str, Sequence[str], int, int]

    def __new__(
        cls,
        text: str,
        *,
        conversation: str = "conversation",
        user: str | None = None,
        owner: str = "front-desk",
        scopes: Sequence[str] = (),
        turn: int = 1,
        time: int = 0,
    ) -> "Query":
        query = super().__new__(cls, text)
        query._said = (conversation, user, owner, scopes, turn, time)
        return query

    @property
    def conversation(self) -> str:
        """Its id."""
        return self._said[0]

    @property
    def user(self) -> str | None:
        """Who wrote it; none for an unknown visitor."""
        return self._said[1]

    @property
    def owner(self) -> str:
        """The agent that owns the conversation at present."""
        return self._said[2]

    @property
    def scopes(self) -> Sequence[str]:
        """What the caller was authorized for."""
        return self._said[3]

    @property
    def turn(self) -> int:
        """Position of this turn in its conversation, from 1."""
        return self._said[4]

    @property
    def time(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z."""
        return self._said[5]

    @property
    def text(self) -> str:
        """What was said, and nothing else."""
        return str(self)

    def mentions(self, part: str) -> bool:
        """Whether `part` occurs anywhere, in any case: "bill" is in "Billing"."""
        return part.lower() in self.lower()

    def mentions_any(self, parts: Iterable[str]) -> bool:
        """Whether one of `parts` occurs anywhere, in any case."""
        lower = self.lower()
        return any(part.lower() in lower for part in parts)

    def words(self) -> list[str]:
        """What stands between spaces and punctuation."""
        return _WORD.findall(self)

    def word_starting(self, *stems: str) -> str | None:
        """The first word that begins with one of `stems`, in any case: "ship"
        finds "Shipping", but not "friendship"."""
        lowered = tuple(stem.lower() for stem in stems)
        return next((word for word in self.words() if word.lower().startswith(lowered)), None)
