"""Skills built into components and run by the program.

It needs the program, by its path in BATON, and componentize-py beside this Python."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from baton import BaseAgent, BatonError
from baton.build import tool
from baton.build.__main__ import SECTION
from baton.build.problem import Problem

from .support import HERE, REFERENCE

CONFIG = """
entry = "front-desk"
fallback = "front-desk"

[serve]
listen = "127.0.0.1:0"

[agents.front-desk]
kind = "scripted"
reply = "The desk."
[agents.expert]
kind = "scripted"
reply = "Expertise."
[agents.data-analyst]
kind = "scripted"
reply = "Numbers."
[agents.report-writer]
kind = "scripted"
reply = "A report."
[agents.slow]
kind = "scripted"
reply = "At last."
delay = "700ms"
[agents.science-expert]
kind = "scripted"
reply = "Science."
delay = "700ms"
[agents.history-expert]
kind = "scripted"
reply = "History."
delay = "700ms"
[agents.culture-expert]
kind = "scripted"
reply = "Culture."
delay = "700ms"

[skills.research]
grants = ["agents"]
[skills.probe]
grants = ["agents", "storage", "handoffs", "tickets"]
config = { limit = 5 }
"""

SKILLS = {
    "workflow": REFERENCE / "workflow",
    "research": REFERENCE / "research",
    "probe": HERE / "probe",
}


def missing() -> str | None:
    """Why these tests cannot run here."""
    if not os.environ.get("BATON"):
        return "BATON does not say where the program is"
    try:
        tool.find()
    except Problem as why:
        return str(why)
    return None


@unittest.skipIf(missing(), missing() or "")
class Components(unittest.TestCase):
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        held = tempfile.TemporaryDirectory(prefix="baton-python-")
        cls.addClassCleanup(held.cleanup)
        cls.folder = Path(held.name)
        (cls.folder / "skills").mkdir()
        (cls.folder / "baton.toml").write_text(CONFIG)
        for name, source in SKILLS.items():
            # In processes of their own: each imports a `skill`.
            out = cls.folder / "skills" / f"{name}.wasm"
            command = [sys.executable, "-m", "baton.build", str(source), "-o", str(out)]
            subprocess.run(command, check=True, capture_output=True)

    def baton(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [os.environ["BATON"], "-C", str(self.folder), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def run_message(self, text: str, *more: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.baton("--json", "run", *more, text).stdout)
        return answer

    def call(self, skill: str, name: str, **arguments: Any) -> Any:
        called = self.baton("--json", "tool", "call", skill, name, json.dumps(arguments))
        return json.loads(called.stdout)

    def test_what_a_hook_remembers_decides_in_the_next_turn(self) -> None:
        first = self.run_message("analyze this")
        self.assertEqual((first["agent"], first["reply"]), ("data-analyst", "Numbers."))
        again = self.run_message("and now a report", "--conversation", first["conversation"])
        self.assertEqual(again["agent"], "report-writer")
        self.assertEqual(self.run_message("and now a report")["agent"], "front-desk")

    def test_three_experts_asked_at_once_answer_in_the_time_of_one(self) -> None:
        self.call("research", "research-topic", topic="warm up the cache")
        began = time.monotonic()
        found = self.call("research", "research-topic", topic="tea")
        self.assertLess(time.monotonic() - began, 2 * 0.7)
        self.assertEqual(found["perspectives"]["culture-expert"], "Culture.")

    def test_a_task_group_and_a_timeout_work_on_the_hosts_time(self) -> None:
        self.assertEqual(self.call("probe", "group", agent="slow"), ["At last."] * 3)
        wait = "impatient"
        self.assertEqual(self.call("probe", wait, agent="slow", seconds=0.1), "gave up")
        self.assertEqual(self.call("probe", wait, agent="slow", seconds=20), "At last.")

    def test_clocks_chance_and_print_are_the_hosts(self) -> None:
        times = self.call("probe", "times")
        self.assertTrue(times["same"] and times["time"], times)
        self.assertEqual(times["started"], 0)
        drawn = self.call("probe", "chance")
        self.assertEqual(drawn[3:], ["[...]", True])
        self.assertNotEqual(drawn[:3], self.call("probe", "chance")[:3])
        said = self.baton("--log", "info", "tool", "call", "probe", "times")
        self.assertIn("looking at the clock", said.stderr)

    def test_capabilities_answer(self) -> None:
        said = self.call("probe", "capabilities")
        self.assertEqual(said["limit"], 5)
        self.assertEqual(said["stored"], {"a": [1]})
        self.assertEqual(said["keys"], ["key", "visits"])
        self.assertIn("expert", said["agents"])
        self.assertTrue(said["available"])
        self.assertEqual((said["handoffs"], said["tickets"]), ([], []))

    def test_a_fault_names_the_authors_file_line_and_code_and_the_message_is_answered(
        self,
    ) -> None:
        done = self.baton("run", "please fail")
        self.assertIn("The desk.", done.stdout)
        self.assertRegex(
            done.stderr,
            r"ValueError: cannot read please fail; helper\.py:5, in fail: raise ValueError.*;"
            r" skill\.py:\d+, in fails: helper\.fail\(query\)",
        )

    def test_an_exception_in_a_tool_is_told_to_its_caller(self) -> None:
        done = self.baton("tool", "call", "probe", "broken", '{"text": "x"}', code=1)
        self.assertIn("ValueError: cannot read x (failed)", done.stderr)
        wrong = self.baton("tool", "call", "probe", "broken", '{"text": 1}', code=1)
        self.assertIn("`arguments.text` is a number and must be a string", wrong.stderr)

    def test_a_hook_that_meddles_is_told_so(self) -> None:
        answer = self.run_message("expert, please")
        self.assertEqual(answer["reply"], "Expertise.")
        shown = self.baton("--json", "context", "show", answer["route"][0]["handoff"])
        self.assertIn("'handoff_agent' is not for a before-hook to change", shown.stdout)

    def test_a_hook_refuses_and_the_desk_answers(self) -> None:
        answer = self.run_message("expert, please refuse")
        self.assertNotEqual(answer["reply"], "Expertise.")
        self.assertIn("not today", json.dumps(answer["route"]))

    def test_its_imports_are_its_wants_and_it_says_what_it_was_built_from(self) -> None:
        file = self.folder / "skills" / "probe.wasm"
        inspected = json.loads(self.baton("--json", "skill", "inspect", str(file)).stdout)
        manifest = inspected["manifest"]
        self.assertEqual((manifest["name"], manifest["version"]), ("probe", "0.3.1"))
        self.assertEqual(sorted(inspected["wants"]), ["agents", "handoffs", "storage", "tickets"])
        self.assertFalse([one for one in inspected["imports"] if "baton:skill/" not in one])
        self.assertIn(SECTION.encode(), file.read_bytes()[-300:])

    def test_an_agent_of_python_talks_with_a_running_desk(self) -> None:
        command = [os.environ["BATON"], "-C", str(self.folder), "serve"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as desk:
            try:
                assert desk.stdout
                line = next(one for one in map(bytes.decode, desk.stdout) if "http" in one)
                url = re.search(r"http://[\d.:]+", line)
                assert url, line
                agent = BaseAgent(name="desk", model="openai/gpt-4o")
                with mock.patch.dict(os.environ, {"BATON_URL": url[0]}):
                    said = asyncio.run(agent.run([{"role": "user", "content": "expert?"}]))
                    self.assertEqual(said, "Expertise.")
                    stranger = BaseAgent(name="nobody", model="openai/gpt-4o")
                    with self.assertRaisesRegex(BatonError, "refused"):
                        asyncio.run(stranger.run([{"role": "user", "content": "expert?"}]))
            finally:
                desk.terminate()


class Missing(unittest.TestCase):
    def test_without_the_tool_the_command_that_installs_it_is_told(self) -> None:
        with (
            mock.patch.object(sys, "executable", "/nowhere/python"),
            mock.patch("shutil.which", return_value=None),
            self.assertRaisesRegex(Problem, "pip install componentize-py==") as told,
        ):
            tool.find()
        self.assertEqual(told.exception.exit, 3)

    def test_a_running_desk_is_needed_to_talk_with_one(self) -> None:
        agent = BaseAgent(name="desk", model="openai/gpt-4o")
        with (
            mock.patch.dict(os.environ, {"BATON_URL": "http://127.0.0.1:9"}),
            self.assertRaisesRegex(BatonError, "baton serve"),
        ):
            asyncio.run(agent.run([]))
