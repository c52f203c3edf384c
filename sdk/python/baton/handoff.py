"""`@handoff`: under which condition a conversation goes to another agent."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from . import declared
from .declared import F, Texts, attach, one_of, texts, wrong
from .docstring import summary
from .names import kebab

PRIORITIES = {"high": 100, "normal": 0, "low": -100}
REASONS = (
    "specialization",
    "escalation",
    "delegation",
    "completion",
    "failure",
    "recovery",
    "load-shedding",
    "supervision",
)
MODES = ("warm", "cold", "supervised", "broadcast", "delegation")
OWNERSHIPS = ("moves", "returns")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000}

RIGHT = "write it as `def {name}(self, query: str) -> {answer}:`"


def handoff(
    target: str | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    triggers: Texts = (),
    keywords: Texts = (),
    targets: Texts = (),
    priority: str | int | None = None,
    timeout: str | float | None = None,
    scopes: Texts = (),
    reason: str = "specialization",
    mode: str = "warm",
    ownership: str = "moves",
    history: str = "full",
) -> Callable[[F], F]:
    """A condition: with a target it answers yes or no, without it names an agent
    or none.

    `triggers` is a promise: the condition can only hold when one of them occurs in
    the text, in any case; for all other messages the skill is not called.
    `keywords` are reason enough by themselves, and the function is never called.
    `targets` are the agents that a condition without a target can name.
    `metadata` may say `priority` and `timeout`, too.
    """
    if callable(target):
        raise wrong(target, "needs parentheses: write `@handoff()`")

    def declare(function: F) -> F:
        noted = dict(metadata or {})
        said_priority = noted.pop("priority", None) if priority is None else priority
        said_timeout = noted.pop("timeout", None) if timeout is None else timeout
        _check_signature(function, target)
        if keywords and triggers:
            raise wrong(function, "has keywords and triggers: keywords are triggers already")
        if keywords and target is None:
            raise wrong(function, "decides by keywords, so it needs a target")
        return attach(
            function,
            declared.Handoff(
                name=name or kebab(function.__name__),
                target=target,
                description=description or summary(function),
                priority=_priority(function, said_priority),
                timeout_ms=_timeout(function, said_timeout),
                scopes=texts(function, "scopes", scopes),
                triggers=texts(function, "triggers", keywords or triggers),
                by_keywords=bool(keywords),
                reason=one_of(function, "reason", reason, REASONS),
                mode=one_of(function, "mode", mode, MODES),
                ownership=one_of(function, "ownership", ownership, OWNERSHIPS),
                history=history,
                metadata=noted,
                targets=texts(function, "targets", targets),
            ),
        )

    return declare


def _check_signature(function: Callable[..., Any], target: str | None) -> None:
    answer = "bool" if target else "str | None"
    right = RIGHT.format(name=function.__name__, answer=answer)
    signature = inspect.signature(function)
    named = [
        one
        for one in signature.parameters.values()
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    if len(signature.parameters) != 2 or len(named) != 2 or named[0].name != "self":
        raise wrong(function, f"is a condition and has the wrong parameters: {right}")
    says = signature.return_annotation
    if target and says in (str, "str"):
        why = "has a target, so it answers yes or no; without a target it may name an agent"
        raise wrong(function, f"{why}: {right}")
    if not target and says in (bool, "bool"):
        why = "has no target, so it names an agent; to answer yes or no it needs one"
        raise wrong(function, f'{why}: write `@handoff("agent-name")`, or {right}')


def _priority(function: Callable[..., Any], said: object) -> int:
    if said is None:
        return 0
    if isinstance(said, str) and said in PRIORITIES:
        return PRIORITIES[said]
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    raise wrong(function, f'cannot have the priority {said!r}: "high", "normal", "low" or a number')


def _timeout(function: Callable[..., Any], said: object) -> int | None:
    if said is None:
        return None
    if isinstance(said, (int, float)) and not isinstance(said, bool) and said > 0:
        return round(said * 1000)
    if isinstance(said, str) and (match := re.fullmatch(r"(\d+)(ms|s|m)", said)):
        return int(match[1]) * _UNITS[match[2]]
    raise wrong(function, f'cannot have the timeout {said!r}: seconds, or a text such as "30s"')
