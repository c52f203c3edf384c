"""What tests share."""

import importlib.util
from pathlib import Path
from types import ModuleType

from baton import Skill

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"


def module(folder: Path) -> ModuleType:
    """The module of a skill's folder."""
    name = f"{folder.name}_skill"
    spec = importlib.util.spec_from_file_location(name, folder / "skill.py")
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def example(name: str) -> type[Skill]:
    """The skill of an example of the reference, which is the last class in it."""
    here = vars(module(REFERENCE / name)).values()
    own = [one for one in here if isinstance(one, type) and one.__module__ == f"{name}_skill"]
    return own[-1]
