"""The modules that are generated for the component's world. They exist nowhere
else, so nothing here has types."""

import importlib
from types import ModuleType
from typing import Any

from ..errors import CapabilityError


def imported(interface: str) -> ModuleType | None:
    """The module of an interface; none: the component does not import it."""
    try:
        return importlib.import_module(f"wit_world.imports.{interface}")
    except ImportError:
        return None


def needed(interface: str) -> Any:
    """The module of an interface that each component of this SDK imports."""
    return importlib.import_module(f"wit_world.imports.{interface}")


def exported(interface: str) -> Any:
    """The module of an interface that the component exports."""
    return importlib.import_module(f"wit_world.exports.{interface}")


_runtime = importlib.import_module("componentize_py_types")

#: The exception that is an error of the contract.
Err: Any = _runtime.Err


def ask(function: Any, *arguments: Any) -> Any:
    """What the host answers; its errors are exceptions of this SDK."""
    try:
        return function(*arguments)
    except Err as refused:
        raise CapabilityError(refused.value.code, refused.value.message) from None


class Absent:
    """In the place of an interface that the component does not import."""

    def __init__(self, interface: str) -> None:
        self._interface = interface

    def __getattr__(self, _: str) -> Any:
        raise CapabilityError(
            "not-granted",
            f"this component was built without `{self._interface}`, since its code does not seem"
            f' to use it: add `uses = ["{self._interface}"]` under [tool.baton] in its'
            " pyproject.toml",
        )
