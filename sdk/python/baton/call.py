"""The call of a skill that is being answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from .context import Context
from .errors import BatonError

# A skill answers one call at a time.
_present: list[Context] = []


def present() -> Context:
    """The context of the call."""
    if not _present:
        raise BatonError(
            "there is a context only while the skill is called; in a test, sit down at a desk,"
            " `with baton.testing.Desk():`"
        )
    return _present[-1]


@contextmanager
def within(context: Context) -> Iterator[None]:
    """A call with this context goes on within the block."""
    _present.append(context)
    try:
        yield
    finally:
        _present.pop()
