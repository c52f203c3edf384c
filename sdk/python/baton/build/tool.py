"""`componentize-py`, which puts CPython and the code into a component."""

import ast
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from .loading import imported_at
from .problem import Exit, Problem
from .stage import ENTRY
from .world import NAME

#: What `pip` is told, and so the version that these builds are known to work with.
REQUIREMENT = (Path(__file__).resolve().parent / "requirements.txt").read_text().strip()
VERSION = REQUIREMENT.partition("==")[2]


def find() -> str:
    """The program, beside this Python or in the path."""
    beside = Path(sys.executable).parent / "componentize-py"
    program = str(beside) if beside.exists() else shutil.which("componentize-py")
    if program is None:
        raise Problem(f"componentize-py is missing: {_install()}", Exit.TOOL)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = said.stdout.split()[-1] if said.stdout.split() else "none"
    if version != VERSION:
        raise Problem(f"{program} is version {version}: {_install()}", Exit.TOOL)
    return program


def _install() -> str:
    return f"{sys.executable} -m pip install {REQUIREMENT}"


def componentize(program: str, staged: Path, out: Path, sources: dict[Path, ast.Module]) -> None:
    """Makes the component. It imports nothing of WASI: what Python would ask an
    operating system for, the SDK asks the host for."""
    command = [program, "--wit-path", str(staged / "wit"), "--world", NAME, "--quiet"]
    command += ["componentize", "--stub-wasi", "--python-path", str(staged / "app")]
    command += ["--output", str(out), ENTRY]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise Problem(explained((made.stderr or made.stdout).strip(), sources))


def explained(said: str, sources: dict[Path, ast.Module]) -> str:
    """What went wrong in it, without its own stack."""
    cause = re.search(r"^Caused by:\n(.*?)(?:\n\s*\nStack backtrace:|\Z)", said, re.S | re.M)
    what = textwrap.dedent(cause[1]).strip() if cause else said
    if missing := re.search(r"No module named '([\w.]+)'", what):
        place = imported_at(sources, missing[1].partition(".")[0])
        return (
            f"{place or 'a package that the skill imports'}: the Python of components has no"
            f" `{missing[1]}`; it has what needs no operating system"
        )
    return f"the skill can be loaded here, but not in a component: {what}"
