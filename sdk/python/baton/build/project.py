"""The folder of a skill, and what its `pyproject.toml` says."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .problem import Problem
from .uses import CAPABILITIES

#: The file that has the skill's class, where nothing else is said.
ENTRY = "skill.py"

#: What hosts take for a version, which Python's own need not be.
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")

KNOWN = ("entry", "class", "name", "uses")


@dataclass(frozen=True)
class Project:
    """What is known before any code is read."""

    folder: Path
    entry: Path
    version: str | None = None
    description: str | None = None
    #: Which class is the skill, where there are several.
    skill: str | None = None
    #: The skill's name, where it is not the class's.
    name: str | None = None
    #: Capabilities that its code uses in a way that cannot be seen.
    uses: list[str] = field(default_factory=list)


def read(folder: Path) -> Project:
    """Reads the folder."""
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder")
    file = folder / "pyproject.toml"
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except tomllib.TOMLDecodeError as why:
        raise Problem(f"{file}: {why}") from None
    project: dict[str, Any] = written.get("project", {})
    said: dict[str, Any] = written.get("tool", {}).get("baton", {})
    for setting in said:
        if setting not in KNOWN:
            raise Problem(f"{file}: [tool.baton] knows no `{setting}`; it knows {', '.join(KNOWN)}")
    version = project.get("version")
    if version is not None and not _SEMANTIC.fullmatch(version):
        raise Problem(
            f"{file}: the version `{version}` has not three numbers, as in 0.1.0: a skill's"
            " version is a semantic one"
        )
    uses = said.get("uses", [])
    for one in uses:
        if one not in CAPABILITIES:
            known = ", ".join(CAPABILITIES)
            raise Problem(f"{file}: `uses` names `{one}`, which is none of {known}")
    return Project(
        folder=folder,
        entry=_entry(folder, said.get("entry")),
        version=version,
        description=project.get("description"),
        skill=said.get("class"),
        name=said.get("name"),
        uses=uses,
    )


def _entry(folder: Path, said: str | None) -> Path:
    entry = folder / (said or ENTRY)
    if entry.is_file():
        return entry
    others = [one for one in folder.glob("*.py") if not one.name.startswith("test_")]
    if said is None and len(others) == 1:
        return others[0]
    raise Problem(
        f"{entry} is not there: write the skill into it, or name its file under [tool.baton]"
        ' in pyproject.toml, `entry = "…"`'
    )
