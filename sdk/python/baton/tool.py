"""`@tool`: a function that an agent, a person or a client calls by name."""

import inspect
import typing
from collections.abc import Callable
from typing import Any, overload

from . import declared
from .caller import Caller
from .declared import F, Texts, attach, one_of, texts, wrong
from .docstring import parameters as described
from .docstring import summary
from .names import kebab
from .schema import may_be_none, schema


@overload
def tool(function: F, /) -> F: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    effect: str = "write",
    scopes: Texts = (),
) -> Callable[[F], F]: ...


def tool(
    function: Any = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    effect: str = "write",
    scopes: Texts = (),
) -> Any:
    """Offers a function to others. Its parameters, with their types and what the
    docstring says of them, are the JSON Schema that callers see. One that changes
    nothing says `effect="read"`."""

    def declare(function: F) -> F:
        hints = _hints(function)
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters or parameters[0].name != "self":
            raise wrong(function, f"needs `self`: write `def {function.__name__}(self, …):`")
        caller = None
        arguments: dict[str, Any] = {}
        defaults: dict[str, Any] = {}
        for parameter in parameters[1:]:
            _check(function, parameter, hints)
            if hints[parameter.name] is Caller:
                caller = parameter.name
                continue
            arguments[parameter.name] = hints[parameter.name]
            if parameter.default is not parameter.empty:
                defaults[parameter.name] = parameter.default
            elif may_be_none(arguments[parameter.name]):
                defaults[parameter.name] = None
        return attach(
            function,
            declared.Tool(
                name=name or kebab(function.__name__),
                description=description or summary(function),
                parameters=_parameters(function, arguments, defaults),
                effect=one_of(function, "effect", effect, ("read", "write")),
                scopes=texts(function, "scopes", scopes),
                caller=caller,
                hints=arguments,
                defaults=defaults,
            ),
        )

    return declare if function is None else declare(function)


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError) as why:
        raise wrong(function, f"has a type hint that cannot be read: {why}") from None


def _check(
    function: Callable[..., Any], parameter: inspect.Parameter, hints: dict[str, Any]
) -> None:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise wrong(
            function,
            f"takes `{parameter}`: callers of a tool name each argument, so name them here",
        )
    if parameter.name not in hints:
        raise wrong(
            function,
            f"does not say what `{parameter.name}` is: write `{parameter.name}: str`, or"
            " another type, from which callers learn what to pass",
        )


def _parameters(
    function: Callable[..., Any], arguments: dict[str, Any], defaults: dict[str, Any]
) -> dict[str, Any]:
    texts_of = described(function)
    properties = {}
    for argument, hint in arguments.items():
        try:
            properties[argument] = schema(hint)
        except TypeError as why:
            raise wrong(function, f"has the parameter `{argument}`, of which {why}") from None
        if argument in texts_of:
            properties[argument]["description"] = texts_of[argument]
        if defaults.get(argument) is not None:
            properties[argument]["default"] = defaults[argument]
    required = [argument for argument in arguments if argument not in defaults]
    whole: dict[str, Any] = {"type": "object", "properties": properties}
    return whole | {"required": required} if required else whole
