"""What the decorators declare about a function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import DeclarationError

#: A decorator gives back the very function.
F = TypeVar("F", bound=Callable[..., Any])

Texts = Sequence[str]

#: Where a declaration is kept, on the function itself.
MARK = "__baton__"


@dataclass(frozen=True)
class Handoff:
    """A condition."""

    name: str
    target: str | None
    description: str
    priority: int
    timeout_ms: int | None
    scopes: Texts
    triggers: Texts
    #: The triggers are reason enough, and the function is never called.
    by_keywords: bool
    reason: str
    mode: str
    ownership: str
    history: str
    metadata: Mapping[str, Any]
    targets: Texts


@dataclass(frozen=True)
class Hook:
    """A function that runs before or after a handoff."""

    name: str
    #: `before-handoff`, `after-handoff`, `before-tool` or `after-tool`.
    point: str
    order: int
    targets: Texts
    access: str
    on_failure: str
    handoffs: str
    description: str


@dataclass(frozen=True)
class Tool:
    """A function that others call."""

    name: str
    description: str
    #: JSON Schema of the arguments.
    parameters: Mapping[str, Any]
    effect: str
    scopes: Texts
    #: The parameter that receives who calls.
    caller: str | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


Declaration = Handoff | Hook | Tool


def place(function: Callable[..., Any]) -> str:
    """Where the function is written, as compilers say it."""
    code = function.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def wrong(function: Callable[..., Any], what: str) -> DeclarationError:
    """Why this function cannot be what it is declared to be."""
    return DeclarationError(f"{place(function)}: `{function.__name__}` {what}")


def one_of(function: Callable[..., Any], setting: str, value: str, known: Sequence[str]) -> str:
    """The value, if it is one of those that are known."""
    if value not in known:
        choices = ", ".join(f'"{one}"' for one in known)
        raise wrong(function, f'cannot have {setting}="{value}": choose one of {choices}')
    return value


def texts(function: Callable[..., Any], setting: str, value: Texts) -> list[str]:
    """A list of texts; a lone text would be a list of letters."""
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise wrong(function, f'needs a list of texts as {setting}: {setting}=["…"]')
    return list(value)


def attach(function: F, declaration: Declaration) -> F:
    """Keeps the declaration with the function."""
    if hasattr(function, MARK):
        raise wrong(function, "is decorated twice: a function is one handoff, hook or tool")
    setattr(function, MARK, declaration)
    return function


def declaration(value: object) -> Declaration | None:
    """What was declared about it, if anything was."""
    found = getattr(value, MARK, None)
    return found if isinstance(found, (Handoff, Hook, Tool)) else None
