"""`componentize-py`, which puts CPython and the code into a component."""

import shutil
import subprocess
import sys
from pathlib import Path

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


def componentize(program: str, staged: Path, out: Path) -> None:
    """Makes the component. It imports nothing of WASI: what Python would ask an
    operating system for, the SDK asks the host for."""
    command = [program, "--wit-path", str(staged / "wit"), "--world", NAME, "--quiet"]
    command += ["componentize", "--stub-wasi", "--python-path", str(staged / "app")]
    command += ["--output", str(out), ENTRY]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        said = (made.stderr or made.stdout).replace(f"{staged / 'app'}/", "").strip()
        raise Problem(f"componentize-py could not build it:\n{said}")
