"""The user's message as a condition sees it."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+")


class Query(str):
    """The text, and where in which conversation it was said."""

    conversation: str
    #: Who wrote it; none for an unknown visitor.
    user: str | None
    #: The agent that owns the conversation at present.
    owner: str
    #: What the caller was authorized for.
    scopes: Sequence[str]
    #: Position of this turn in its conversation, from 1.
    turn: int
    #: Milliseconds since 1970-01-01T00:00Z.
    time: int

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
        query.conversation = conversation
        query.user = user
        query.owner = owner
        query.scopes = scopes
        query.turn = turn
        query.time = time
        return query

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
