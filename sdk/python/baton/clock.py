"""What time it is. It stands still within a turn. Needs no grant."""

from datetime import datetime, timedelta, timezone

from .capability import Capability
from .host import current

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Clock(Capability):
    """`self.clock.now()`"""

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z at which the user's message came."""
        return current().now()

    def datetime(self) -> datetime:
        """The same as a date with time, in UTC."""
        return _EPOCH + timedelta(milliseconds=self.now())
