"""The handoffs of the present conversation. Needs the grant `handoffs`."""

from dataclasses import dataclass

from .capability import Capability
from .host import current
from .record import Record


@dataclass(frozen=True)
class PastHandoff(Record):
    """A handoff that was made, or is being made."""

    id: str
    source: str
    target: str
    reason: str
    confidence: float
    #: Milliseconds since 1970-01-01T00:00Z.
    created: int
    #: `active`, `completed` or `failed`.
    state: str


class Handoffs(Capability):
    """`any(past.target == "billing" for past in self.handoffs.recent(10))`"""

    def recent(self, limit: int = 100) -> list[PastHandoff]:
        """At most `limit` of the newest handoffs, oldest first. At most 100."""
        return current().past_handoffs(None, limit)

    def before(self, id: str, limit: int = 100) -> list[PastHandoff]:
        """At most `limit` handoffs before the one with this id, oldest first."""
        return current().past_handoffs(id, limit)

    def active(self) -> list[PastHandoff]:
        """Those whose target has not answered yet."""
        return current().active_handoffs()
