import unittest

from skill import KEPT, Insights

from baton import Caller, Handover, Outcome
from baton.testing import Conversation, Desk

HANDOVER = Handover("expert", "Why?", user="ada")


def answered(number: int) -> Outcome:
    return Outcome(True, "expert", "Because.", insights={"number": number})


class Learning(unittest.TestCase):
    def test_what_an_expert_found_out_is_kept_and_told_next_time(self) -> None:
        skill = Conversation(Insights)
        patch = skill.hook("process_result", HANDOVER, answered(7))
        self.assertEqual(patch.conversation["expert_response"], "Because.")
        told = skill.hook("recall", HANDOVER)
        self.assertEqual(told.findings, {"earlier: number": 7, "earlier: reply": "Because."})
        for other in (Handover("other", "?", user="ada"), Handover("expert", "?", user="bob")):
            self.assertEqual(skill.hook("recall", other).findings, {})
        self.assertEqual(skill.hook("recall", Handover("expert", "?")).findings, {})

    def test_a_failure_teaches_nothing(self) -> None:
        skill = Conversation(Insights)
        patch = skill.hook("process_result", HANDOVER, Outcome(False, "expert", error="down"))
        self.assertEqual((patch.conversation, skill.desk.values), ({}, {}))

    def test_the_oldest_give_way_and_nothing_is_kept_twice(self) -> None:
        skill = Conversation(Insights)
        for number in range(30):
            skill.hook("process_result", HANDOVER, answered(number))
        kept = skill.call("insights", Caller("agent", "desk", "ada"), expert="expert")
        self.assertEqual(len(kept), KEPT)
        self.assertEqual([one["about"] for one in kept].count("reply"), 1)
        self.assertEqual(kept[-2]["what"], 29)

    def test_without_storage_the_answer_stands_and_the_operator_reads_why(self) -> None:
        for desk in (Desk().denying(), Desk().storage_quota(1, 8)):
            patch = Conversation(Insights, desk).hook("process_result", HANDOVER, answered(7))
            self.assertTrue(patch.conversation["expert_consulted"])
            self.assertEqual(desk.log[0][0], "warn")
