"""What would trap in the sandbox, with what to use instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .problem import Problem

_WEB = "use `self.http`, with the grant `http:HOST`"
_ALONE = "a component is alone; `asyncio.gather` does several things at the same time"
_FILES = "there are no files; read them while the module is loaded, or use `self.storage`"

#: Modules that load or run nowhere but in an operating system.
MODULES = {
    "aiohttp": _WEB,
    "ctypes": "there is no native code",
    "http.client": _WEB,
    "multiprocessing": _ALONE,
    "requests": _WEB,
    "signal": "there are no processes",
    "socket": _WEB,
    "sqlite3": "use `self.storage`",
    "ssl": _WEB,
    "subprocess": "there are no processes",
    "tempfile": _FILES,
    "threading": _ALONE,
    "urllib.request": _WEB,
}

#: Functions without a module.
FUNCTIONS = {"open": _FILES, "input": "nobody sits at a terminal"}


def check(sources: dict[Path, ast.Module]) -> None:
    """Refuses what cannot work, at the place where it is written."""
    wrong = [f"{file}:{line}: {what}" for file in sources for line, what in _in(sources[file])]
    if wrong:
        raise Problem("\n".join(wrong))


def _in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for one in names:
                    yield from _module(node.lineno, one.name)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from _module(node.lineno, module)
                for one in names:
                    yield from _module(node.lineno, f"{module}.{one.name}")
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _calls(function)


def _module(line: int, name: str) -> Iterator[tuple[int, str]]:
    if name in MODULES:
        yield line, f"`{name}` does not work in the sandbox: {MODULES[name]}"


def _calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
                yield node.lineno, f"`{name}` does not work in the sandbox: {FUNCTIONS[name]}"


def late_imports(tree: ast.Module) -> Iterator[str]:
    """Modules that are imported within functions, when there are no files any
    more: the build imports them before."""
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Import(names=names):
                    yield from (one.name for one in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module
