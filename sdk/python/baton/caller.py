"""Who calls a tool."""

from dataclasses import dataclass, field

from .record import Record


@dataclass(frozen=True)
class Caller(Record):
    """A parameter of this type receives who calls; it is no argument."""

    #: `agent`, `person` or `client`.
    kind: str
    name: str
    user: str | None = None
    conversation: str | None = None
    scopes: list[str] = field(default_factory=list)
