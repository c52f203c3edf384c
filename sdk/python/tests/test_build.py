"""What the build reads off a folder, and what it refuses with which words."""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import unittest
from pathlib import Path

from baton.build import loading, project, stage, tool, uses
from baton.build.section import append

from .support import REFERENCE

#: Where `baton` is, whether it is installed or not.
SDK = str(stage.SDK.parent)

HEAD = "from baton import NLISkill, Skill, handoff, hook, tool\n"


def refused(code: str, pyproject: str = "", path: str = SDK) -> tuple[int, str]:
    """The exit code of a build of this code, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "skill.py").write_text(textwrap.dedent(code))
        if pyproject:
            (Path(folder) / "pyproject.toml").write_text(pyproject)
        command = [sys.executable, "-m", "baton.build", folder, "-o", f"{folder}/out.wasm"]
        env = os.environ | {"PYTHONPATH": path}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        return done.returncode, done.stderr.replace(f"{Path(folder).resolve()}/", "")


def used(code: str, *said: str) -> list[str]:
    """The imports of this code, without those that every component has."""
    found = uses.used([ast.parse(textwrap.dedent(code))], said)
    return [one for one in found if one not in ("log", "state", "types", "waiting")]


class Refused(unittest.TestCase):
    def test_a_syntax_error_is_shown_as_python_shows_it(self) -> None:
        code, said = refused("def broken(:\n    pass\n")
        self.assertEqual(code, 1)
        self.assertIn('File "skill.py", line 1\n    def broken(:\n', said)
        self.assertRegex(said, r"\n +\^\nSyntaxError: invalid syntax$")

    def test_a_wrong_signature_is_told_with_its_place_and_the_right_form(self) -> None:
        code, said = refused(
            HEAD + 'class S(Skill):\n    @handoff("a")\n    def c(self) -> bool: return True\n'
        )
        self.assertEqual(code, 1)
        self.assertIn("skill.py:3: `c` is a condition and has the wrong parameters", said)
        self.assertIn("write it as `def c(self, query: str) -> bool:`", said)

    def test_a_module_that_is_not_there_is_named_with_the_line(self) -> None:
        code, said = refused("import nowhere_to_be_found\n")
        self.assertEqual(code, 1)
        self.assertIn("skill.py:1: there is no module `nowhere_to_be_found`", said)
        self.assertIn("pip install nowhere_to_be_found", said)

    def test_a_native_package_is_refused_with_what_can_be_used(self) -> None:
        native = sorted(Path(sysconfig.get_config_var("DESTSHARED")).glob("_json*.so"))[0]
        with tempfile.TemporaryDirectory() as installed:
            package = Path(installed) / "site-packages" / "swift"
            package.mkdir(parents=True)
            shutil.copyfile(native, package / native.name)
            (package / "__init__.py").write_text("from . import _json\n")
            path = f"{package.parent}:{SDK}"
            code, said = refused(HEAD + "import swift\n" + _SKILL, path=path)
        self.assertEqual(code, 1)
        self.assertRegex(said, r"skill\.py:2: `swift` is a native package \(_json.*\.so\)")
        self.assertIn("pure Python", said)

    def test_what_would_trap_is_refused_with_advice(self) -> None:
        code, said = refused(
            HEAD
            + "import threading\nfrom urllib.request import urlopen\nfrom http import client\n"
            + "class S(Skill):\n    @tool\n    def t(self) -> str:\n"
            + '        return open("x").read()\n'
        )
        self.assertEqual(code, 1)
        self.assertEqual(len(said.splitlines()), 4)
        self.assertIn("skill.py:2: `threading` does not work in the sandbox: a component", said)
        self.assertIn("skill.py:3: `urllib.request` does not work in the sandbox: use `self.", said)
        self.assertIn("skill.py:8: `open` does not work in the sandbox: there are no files", said)

    def test_no_skill_or_several_are_told(self) -> None:
        self.assertIn("there is no class derived from `Skill`", refused("x = 1\n")[1])
        two = HEAD + _SKILL + _SKILL.replace("class S", "class Other")
        self.assertIn("S, Other are several skills, and a component is one", refused(two)[1])

    def test_code_that_fails_when_it_is_loaded_or_made_is_told_with_its_line(self) -> None:
        self.assertIn("skill.py:1: ZeroDivisionError", refused("1 / 0\n")[1])
        needs = HEAD + _SKILL + "    def __init__(self, other):\n        pass\n"
        self.assertIn("write `def __init__(self, config=None):`", refused(needs)[1])
        fails = HEAD + _SKILL + "    def __init__(self, config=None):\n        config.nothing\n"
        self.assertRegex(refused(fails)[1], r"skill\.py:6: S\(\) fails: AttributeError")

    def test_settings_that_are_none_are_refused(self) -> None:
        self.assertIn("knows no `us`", refused(HEAD, "[tool.baton]\nus = []\n")[1])
        self.assertIn("`uses` names `web`", refused(HEAD, '[tool.baton]\nuses = ["web"]\n')[1])
        self.assertIn("pyproject.toml: ", refused(HEAD, "[tool")[1])
        short = refused(HEAD, '[project]\nversion = "0.1"\n')
        self.assertIn("the version `0.1` has not three numbers", short[1])
        self.assertIn("main.py is not there", refused(HEAD, '[tool.baton]\nentry = "main.py"\n')[1])


class Uses(unittest.TestCase):
    def test_attributes_classes_and_modules_are_what_is_used(self) -> None:
        self.assertEqual(
            used("self.tickets.open('x')\nself.nli.query_agent"), ["agents", "tickets"]
        )
        self.assertEqual(used("self.payment = PaymentSkill()"), ["payments"])
        self.assertEqual(used("import time, uuid"), ["clock", "random"])
        self.assertEqual(used("from datetime import datetime"), ["clock"])
        self.assertEqual(used("self.get_context().messages"), ["conversation"])
        self.assertEqual(used("context['expert_consulted']"), ["conversation"])
        self.assertEqual(used("context['handoff_agent']; context['x'] = 1"), [])
        self.assertEqual(used("pass", "http"), ["http"])

    def test_an_attribute_of_the_authors_own_is_no_capability(self) -> None:
        self.assertEqual(used("self.tickets = []\nself.tickets.append(1)"), [])

    def test_a_configuration_that_is_only_passed_on_is_not_read(self) -> None:
        code = "class S(Skill):\n    def __init__(self, config=None):\n        "
        self.assertEqual(used(code + "super().__init__(config, dependencies=['nli'])"), [])
        self.assertEqual(used(code + "self.limit = config['limit']"), ["config"])

    def test_only_what_waits_imports_waiting(self) -> None:
        tree = [ast.parse("self.storage")]
        self.assertNotIn("waiting", uses.used(tree, []))
        self.assertIn("waiting", uses.used(tree, ["http"]))


class Parts(unittest.TestCase):
    def test_the_agents_of_the_code_are_written_for_the_operator(self) -> None:
        found = loading.load(project.read(REFERENCE / "customer_service")).agents
        self.assertEqual(len(found), 1)
        self.assertIn('[agents.customer-service]\nkind = "openai"', found[0])

    def test_a_section_has_its_length_before_it(self) -> None:
        made = append(b"component", "name", {"sources": "x" * 200})
        content = json.dumps({"sources": "x" * 200}).encode()
        size = 1 + 4 + len(content)
        head = bytes([0, size & 0x7F | 0x80, size >> 7, 4])
        self.assertEqual(made, b"component" + head + b"name" + content)

    def test_what_fails_in_the_component_is_told_without_the_tools_own_stack(self) -> None:
        sources = {Path("skill.py"): ast.parse("import json\nimport readline\n")}
        said = "Traceback …\nAssertionError: \n\nCaused by:\n    {}\n\nStack backtrace:\n   0: x"
        missing = said.format("ModuleNotFoundError: No module named 'readline'")
        self.assertEqual(
            tool.explained(missing, sources),
            "skill.py:2: the Python of components has no `readline`; it has what needs no"
            " operating system",
        )
        other = tool.explained(said.format("ValueError: no"), sources)
        self.assertEqual(other[-14:], "ValueError: no")

    def test_the_contract_is_beside_the_sdk(self) -> None:
        self.assertIn("world host", (stage.WIT / "worlds.wit").read_text())


_SKILL = """class S(Skill):
    @handoff("a")
    def c(self, query: str) -> bool: return True
"""
