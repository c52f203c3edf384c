"""`@hook`: what happens before and after a handoff, or the call of a tool."""

import inspect
from collections.abc import Callable
from typing import Any

from . import declared
from .declared import F, Texts, attach, one_of, texts, wrong
from .docstring import summary
from .names import kebab

POINTS = {
    "before_handoff": "before-handoff",
    "after_handoff": "after-handoff",
    "before_tool": "before-tool",
    "after_tool": "after-tool",
}


def hook(
    point: str,
    *,
    name: str | None = None,
    description: str | None = None,
    order: int = 0,
    targets: Texts = (),
    access: str = "amend",
    on_failure: str | None = None,
    handoffs: str = "own",
) -> Callable[[F], F]:
    """Runs at `"before_handoff"` or `"after_handoff"`, on handoffs that this skill
    chose (`handoffs="all"`: on everybody's, a grant), to these targets.

    At `"before_tool"` or `"after_tool"` it runs on calls of its own tools, whose name and
    arguments are in the context's metadata as `tool` and `arguments`.

    When it fails before a handoff, that is refused, or goes on with
    `on_failure="continue"`. With `access="observe"` nothing it changes is used.
    """

    def declare(function: F) -> F:
        _check_signature(function)
        return attach(
            function,
            declared.Hook(
                name=name or kebab(function.__name__),
                point=POINTS[one_of(function, "point", point, tuple(POINTS))],
                order=order,
                targets=texts(function, "targets", targets),
                access=one_of(function, "access", access, ("amend", "observe")),
                on_failure=one_of(
                    function,
                    "on_failure",
                    on_failure or ("refuse" if point.startswith("before") else "continue"),
                    ("refuse", "continue"),
                ),
                handoffs=one_of(function, "handoffs", handoffs, ("own", "all")),
                description=description or summary(function),
            ),
        )

    if callable(point):
        raise wrong(point, 'needs its point: write `@hook("before_handoff")`')
    return declare


def _check_signature(function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if (
        len(parameters) != 2
        or parameters[0].name != "self"
        or any(one.kind not in kinds for one in parameters)
    ):
        right = f"write it as `async def {function.__name__}(self, context):`"
        raise wrong(function, f"is a hook and has the wrong parameters: {right}")
