"""Requests that wait for a person. Needs the grant `tickets`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .capability import Capability
from .host import current
from .record import Record


@dataclass(frozen=True)
class Ticket(Record):
    """A request."""

    id: str
    #: `open`, `claimed` or `closed`.
    state: str
    reason: str
    #: Milliseconds since 1970-01-01T00:00Z.
    created: int = 0


class Tickets(Capability):
    """`ticket = self.tickets.open("Wants to cancel", {"order": "4321"})`"""

    def open(self, reason: str, details: Mapping[str, Any] | None = None) -> Ticket:
        """Opens a ticket about the present conversation, for the turn's user."""
        return current().open_ticket(reason, details or {})

    def list_open(self) -> list[Ticket]:
        """The tickets of the turn's user that are not closed."""
        return current().list_tickets()
