"""The code in the documentation does what it says."""

import re
import unittest
from typing import Any

from baton import Skill
from baton.manifest import describe

from .support import HERE

GUIDE = HERE.parents[2] / "docs" / "skills" / "python.md"


@unittest.skipUnless(GUIDE.exists(), "the documentation is not beside the SDK")
class Guide(unittest.TestCase):
    def test_every_block_of_the_guide_runs_and_its_tests_pass(self) -> None:
        blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(blocks), 3)
        namespace: dict[str, Any] = {"__name__": "guide"}
        for block in blocks:
            exec(compile(block, str(GUIDE), "exec"), namespace)
        for skill in (namespace["FinanceSkill"], namespace["Desk"]):
            assert issubclass(skill, Skill)
            self.assertTrue(describe(skill).handoffs)
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(namespace["Escalating"])
        result = unittest.TestResult()
        tests.run(result)
        self.assertEqual((result.testsRun, result.failures, result.errors), (3, [], []))
