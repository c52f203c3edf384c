"""What a skill remembers of a conversation."""

import unittest
from typing import Any

from baton import HandoffError, Handover, Skill, handoff, hook, tool
from baton.testing import Conversation, Desk


class Counter(Skill):
    """Counts."""

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        self.count = 0
        self.seen: list[str] = []
        self.unkept = object()

    @handoff("a")
    def condition(self, query: str) -> bool:
        """Sets what is dropped."""
        self.count += 100
        return self.count > 100

    @handoff("b")
    def other(self, query: str) -> bool:
        """Sees nothing of that."""
        return self.count >= 100

    @tool
    def add(self, what: str) -> int:
        """Counts one more."""
        self.count += 1
        self.seen.append(what)
        return self.count

    @tool
    def by_name(self) -> dict[str, Any]:
        """Looks at it by name."""
        self.state["more"] = 1
        return {name: self.state[name] for name in self.state if name != "unkept"}

    @tool
    def wrong(self) -> None:
        """Sets what cannot be kept."""
        self.handle = object()

    @tool
    def forget(self) -> None:
        """Starts over."""
        self.count, self.seen = 0, []

    @hook("before_handoff")
    def fails(self, context: Any) -> None:
        """Fails after it has counted."""
        self.count += 1
        raise ValueError("no")

    @hook("before_handoff")
    def refuses(self, context: Any) -> None:
        """Refuses after it has counted."""
        self.count += 1
        raise HandoffError("no")


class Remembering(unittest.TestCase):
    def test_attributes_last_and_defaults_are_not_kept(self) -> None:
        skill = Conversation(Counter)
        self.assertEqual([skill.call("add", what=one) for one in "ab"], [1, 2])
        self.assertEqual(skill.desk.memory, b'{"count": 2, "seen": ["a", "b"]}')
        skill.call("forget")
        self.assertIsNone(skill.desk.memory)

    def test_what_a_condition_sets_is_dropped_even_for_the_next_condition(self) -> None:
        skill = Conversation(Counter)
        self.assertEqual(skill.ask("x"), {})
        self.assertIsNone(skill.desk.memory)
        skill.call("add", what="a")
        self.assertEqual(list(skill.ask("x")), ["condition"])

    def test_names_from_elsewhere_are_attributes_too(self) -> None:
        skill = Conversation(Counter)
        self.assertEqual(skill.call("by_name"), {"count": 0, "seen": [], "more": 1})
        self.assertEqual(skill.desk.memory, b'{"more": 1}')

    def test_what_is_no_json_is_not_kept_and_the_operator_is_told(self) -> None:
        skill = Conversation(Counter)
        skill.call("wrong")
        self.assertIsNone(skill.desk.memory)
        self.assertEqual(
            skill.desk.log, [("error", "`self.handle` is no JSON value and was not kept")]
        )

    def test_a_memory_that_cannot_be_read_is_reported_and_begun_anew(self) -> None:
        for memory in (b"[1]", b"{", b"\xff"):
            skill = Conversation(Counter, Desk().remembering(memory))
            self.assertEqual(skill.call("add", what="a"), 1)
            self.assertEqual(len(skill.desk.unread), 1)
            self.assertEqual(skill.desk.memory, b'{"count": 1, "seen": ["a"]}')

    def test_a_refusal_is_remembered_and_a_fault_is_not(self) -> None:
        skill = Conversation(Counter)
        with self.assertRaises(ValueError):
            skill.hook("fails", Handover("a", "?"))
        self.assertIsNone(skill.desk.memory)
        with self.assertRaises(HandoffError):
            skill.hook("refuses", Handover("a", "?"))
        self.assertEqual(skill.desk.memory, b'{"count": 1}')
