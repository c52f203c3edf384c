"""The call of a skill that is being answered."""

from collections.abc import Callable

from .context import Context
from .errors import BatonError


class Within:
    """A call goes on within the block. Its context is made when somebody asks for
    it, which few conditions do."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._make = context
        self._made: Context | None = None

    def __enter__(self) -> None:
        _present.append(self)

    def __exit__(self, *_: object) -> None:
        _present.pop()

    def context(self) -> Context:
        """The same one, however often it is asked for."""
        if self._made is None:
            self._made = self._make()
        return self._made


# A skill answers one call at a time.
_present: list[Within] = []


def present() -> Context:
    """The context of the call."""
    if not _present:
        raise BatonError(
            "there is a context only while the skill is called; in a test, sit down at a desk,"
            " `with baton.testing.Desk():`"
        )
    return _present[-1].context()
