import unittest

from skill import EXPERTS, Research

from baton.testing import Conversation, Desk


class Researching(unittest.TestCase):
    def test_every_expert_is_asked_the_same_and_its_perspective_joined(self) -> None:
        desk = Desk()
        for expert in EXPERTS:
            desk.answers(expert, f"{expert} on tea", after=2)
        report = Conversation(Research, desk).call("research_topic", topic="tea")
        self.assertEqual(report["perspectives"], {one: f"{one} on tea" for one in EXPERTS})
        self.assertEqual(desk.queries, [(one, "Tell me about tea") for one in EXPERTS])
        self.assertEqual(desk.elapsed, 2)

    def test_an_expert_who_fails_leaves_a_gap_and_the_others_stand(self) -> None:
        desk = Desk().answers(EXPERTS[0], "Leaves.").fails(EXPERTS[1])
        report = Conversation(Research, desk).call("research_topic", topic="tea")
        self.assertEqual(list(report["perspectives"].values()), ["Leaves.", None, None])
