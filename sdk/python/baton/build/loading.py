"""Imports the author's code in ordinary Python, to find the skill in it."""

import ast
import contextlib
import importlib
import sys
import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ..agent import BaseAgent
from ..answering import Answering
from ..errors import BatonError
from ..skill import Skill, declarations
from .problem import Problem
from .project import Project

#: Where extension modules are that come with Python itself.
_STDLIB = Path(sysconfig.get_path("stdlib")).resolve()
_PLATFORM = Path(sysconfig.get_path("platstdlib")).resolve()
_SITE = {"site-packages", "dist-packages"}


@dataclass(frozen=True)
class Loaded:
    """The skill, and all the code that it needs."""

    skill: type[Skill]
    #: Files of the author, each with its syntax tree.
    sources: dict[Path, ast.Module]
    #: Packages and modules of others, by name.
    packages: dict[str, Path]
    #: What it cannot work without, said when it is made.
    depends: tuple[str, ...]
    #: Their parts of `baton.toml`.
    agents: list[str]


def load(project: Project) -> Loaded:
    """Imports the project's code."""
    before = set(sys.modules)
    sys.path.insert(0, str(project.folder))
    module = _import(project)
    new = {name: one for name, one in sys.modules.items() if name not in before}
    new[project.entry.stem] = module
    sources = _sources(project, new)
    packages = _packages(project, new, sources)
    skill = _find(project, module)
    agents = [one.config() for one in vars(module).values() if isinstance(one, BaseAgent)]
    return Loaded(skill, sources, packages, _made(skill), agents)


def _import(project: Project) -> ModuleType:
    try:
        # What it prints is not what the build says.
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(project.entry.stem)
    except SyntaxError as wrong:
        raise Problem("".join(traceback.format_exception_only(wrong)).rstrip()) from None
    except BatonError as wrong:
        raise Problem(str(wrong)) from None
    except ModuleNotFoundError as missing:
        place = _place(missing, project.folder)
        raise Problem(
            f"{place}: there is no module `{missing.name}`. A skill may use its own files,"
            " Python's library, and packages of pure Python that are installed where it is"
            f" built: `pip install {(missing.name or '').partition('.')[0]}`"
        ) from None
    except Exception as wrong:
        said = "".join(traceback.format_exception_only(wrong)).rstrip()
        raise Problem(f"{_place(wrong, project.folder)}: {said}") from None


def _place(wrong: BaseException, folder: Path) -> str:
    """The author's line that went wrong last."""
    frames = traceback.extract_tb(wrong.__traceback__)
    own = [one for one in frames if Path(one.filename).is_relative_to(folder)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else str(folder)


def _sources(project: Project, modules: dict[str, ModuleType]) -> dict[Path, ast.Module]:
    said = [getattr(one, "__file__", None) for one in modules.values()]
    files = [Path(file) for file in said if file]
    own = [one for one in files if one.is_relative_to(project.folder) and not _is_installed(one)]
    return {one: ast.parse(one.read_text(encoding="utf-8")) for one in sorted(set(own))}


def _packages(
    project: Project, modules: dict[str, ModuleType], sources: dict[Path, ast.Module]
) -> dict[str, Path]:
    packages, native = {}, {}
    for name, module in modules.items():
        file = getattr(module, "__file__", None)
        top = name.partition(".")[0]
        if not file or Path(file) in sources or _is_stdlib(Path(file)) or top == "baton":
            continue
        if not file.endswith(".py"):
            native[top] = Path(file)
        elif name == top:
            packages[top] = Path(file)
    # What the author has written says more than what that imports in its turn.
    for top in sorted(native, key=lambda top: imported_at(sources, top) is None):
        place = imported_at(sources, top) or "a package that the skill imports"
        raise Problem(
            f"{place}: `{top}` is a native package ({native[top].name}), which no component can"
            " load. Use a package of pure Python, Python's library, or a service behind"
            " `self.http`"
        )
    return packages


def _is_installed(file: Path) -> bool:
    return bool(_SITE.intersection(file.parts))


def _is_stdlib(file: Path) -> bool:
    resolved = file.resolve()
    inside = resolved.is_relative_to(_STDLIB) or resolved.is_relative_to(_PLATFORM)
    return inside and not _is_installed(resolved)


def imported_at(sources: dict[Path, ast.Module], top: str) -> str | None:
    """Where the author imports this package, if the author does."""
    for file, tree in sources.items():
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(name.partition(".")[0] == top for name in names):
                return f"{file}:{getattr(node, 'lineno', 1)}"
    return None


def _find(project: Project, module: ModuleType) -> type[Skill]:
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, Skill)
        and one.__module__ == module.__name__
        and declarations(one)
        and (project.skill is None or one.__name__ == project.skill)
    ]
    # What another is derived from is a part of that.
    found = [one for one in found if not any(one in other.__mro__[1:] for other in found)]
    if len(found) == 1:
        return found[0]
    if not found:
        wanted = f"class `{project.skill}`" if project.skill else "class derived from `Skill`"
        raise Problem(
            f"{project.entry}: there is no {wanted} with a `@handoff`, `@hook` or `@tool` in it"
        )
    names = ", ".join(one.__name__ for one in found)
    raise Problem(
        f"{project.entry}: {names} are several skills, and a component is one. Say which under"
        f' [tool.baton] in pyproject.toml, `class = "{found[0].__name__}"`'
    )


def _made(skill: type[Skill]) -> tuple[str, ...]:
    try:
        return Answering(skill).made()._baton_depends
    except BatonError as wrong:
        raise Problem(str(wrong)) from None
    except Exception as wrong:
        places = traceback.extract_tb(wrong.__traceback__)
        place = f"{places[-1].filename}:{places[-1].lineno}"
        raise Problem(
            f"{place}: {skill.__name__}() fails: {type(wrong).__name__}: {wrong}"
        ) from None
