"""The command line: `python -m baton.build FOLDER -o OUT.wasm`."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ..manifest import describe
from . import forbidden, loading, project, tool
from .problem import Exit, Problem
from .section import append
from .stage import stage, trees
from .uses import used

SECTION = "baton:sources"


def main(arguments: list[str] | None = None) -> int:
    """Builds, and says what was built on stdout, as JSON if that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m baton.build", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the skill")
    parser.add_argument("-o", "--output", type=Path, help="the component; else NAME.wasm")
    parser.add_argument("--json", action="store_true", help="say what was built as JSON")
    parser.add_argument(
        "--agents",
        type=Path,
        help="write the code's agents, as parts of a baton.toml, to this file",
    )
    given = parser.parse_args(arguments)
    try:
        made = build(given.folder, given.output, given.agents)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.exit
    if given.json:
        print(json.dumps(made))
    else:
        print(f"{made['file']}: {made['name']} {made['version']}, {made['bytes']} bytes")
    return Exit.BUILT


def build(folder: Path, output: Path | None, agents: Path | None = None) -> dict[str, object]:
    """Builds the skill in the folder."""
    skill = project.read(folder.resolve())
    loaded = loading.load(skill)
    forbidden.check(loaded.sources)
    manifest = describe(
        loaded.skill,
        name=skill.name,
        version=skill.version,
        description=skill.description,
        depends=loaded.depends,
    )
    uses = used(trees(loaded), skill.uses)
    if agents:
        agents.write_text("\n".join(loaded.agents), encoding="utf-8")
    program = tool.find()
    file = output or Path(f"{manifest.name}.wasm")
    with tempfile.TemporaryDirectory(prefix="baton-build-") as staged:
        digest = stage(skill, loaded, manifest, uses, Path(staged))
        made = Path(staged) / "component.wasm"
        tool.componentize(program, Path(staged), made, loaded.sources)
        sources = {"sources": digest, "toolchain": tool.REQUIREMENT}
        component = append(made.read_bytes(), SECTION, sources)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(component)
    return {
        "name": manifest.name,
        "version": manifest.version,
        "file": str(file),
        "bytes": len(component),
        "sources": digest,
        "uses": uses,
    }


if __name__ == "__main__":
    sys.exit(main())
