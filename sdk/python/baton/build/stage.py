"""Puts together what the component is made of."""

import ast
import hashlib
import shutil
from pathlib import Path

from ..manifest import Manifest
from .forbidden import late_imports
from .loading import Loaded
from .project import Project
from .world import exports, world

#: The SDK itself.
SDK = Path(__file__).resolve().parent.parent

#: The contract.
WIT = Path(__file__).resolve().parent / "wit"

#: The module that `componentize-py` is given.
ENTRY = "baton_entry"

#: Parts of the SDK that have no place in a component.
_OUTSIDE = ("build", "testing", "client.py", "__pycache__")


def stage(project: Project, loaded: Loaded, manifest: Manifest, uses: list[str], to: Path) -> str:
    """Fills the folder `to` with `app` and `wit`; returns the digest of all of it."""
    app, wit = to / "app", to / "wit"
    shutil.copytree(SDK, app / "baton", ignore=lambda _, names: set(_OUTSIDE) & set(names))
    for file in loaded.sources:
        _copy(file, app / file.relative_to(project.folder))
    for top, file in loaded.packages.items():
        if file.name == "__init__.py":
            shutil.copytree(file.parent, app / top, ignore=lambda *_: {"__pycache__"})
        else:
            _copy(file, app / file.name)
    shutil.copytree(WIT, wit)
    (wit / "built.wit").write_text(world(manifest, uses), encoding="utf-8")
    entry = _entry(project, loaded, manifest)
    (app / f"{ENTRY}.py").write_text(entry, encoding="utf-8")
    return _digest(to)


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _entry(project: Project, loaded: Loaded, manifest: Manifest) -> str:
    module = project.entry.stem
    late = sorted({name for tree in loaded.sources.values() for name in late_imports(tree)})
    own = [_module(file, project.folder) for file in loaded.sources]
    names = {
        "name": manifest.name,
        "version": manifest.version,
        "description": manifest.description,
        "depends": tuple(manifest.depends),
    }
    said = ", ".join(f"{name}={value!r}" for name, value in names.items())
    lines = [
        "from baton.component import fault, stdlib",
        "stdlib.replace()",
        "import importlib",
        "from baton.component.exports import Component, serve",
        "from baton.component.warm import Rehearsal, rehearse",
        "from baton.manifest import describe",
        f"for name in {late!r}:",
        "    importlib.import_module(name)",
        f"for name, file in {own!r}:",
        "    fault.remember(file, importlib.import_module(name).__file__)",
        f"skill = importlib.import_module({module!r}).{loaded.skill.__name__}",
        f"exports = Component(skill, describe(skill, {said})).exports",
        "rehearse(Component(Rehearsal, describe(Rehearsal)).exports)",
        "serve()",
    ]
    for interface in exports(manifest):
        name = "".join(word.capitalize() for word in interface.split("-"))
        lines.append(f"{name} = exports[{name!r}]")
    # Whatever is there by now lives as long as the component, so the collector need
    # not look at it: that would copy every page of it for every instance.
    lines += ["import gc", "gc.collect()", "gc.freeze()"]
    return "\n".join(lines) + "\n"


def _module(file: Path, folder: Path) -> tuple[str, str]:
    path = file.relative_to(folder)
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.as_posix()


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = file.read_bytes()
        # The length keeps one file's end apart from the next one's name.
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def trees(loaded: Loaded) -> list[ast.Module]:
    """The author's code."""
    return list(loaded.sources.values())
