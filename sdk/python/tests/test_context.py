"""What hooks read and write as `context["…"]`."""

import unittest
from typing import Any

from baton import Context, ContextError, Handover, Outcome, Skill, handoff, hook, tool
from baton.testing import Conversation, Desk

HANDOVER = Handover(
    "expert",
    "Why?",
    user="ada",
    findings={"known": 1},
    metadata={"tier": "gold"},
    facts=["old"],
    instructions="Be kind.",
)


def before() -> Context:
    return Context.of_handoff(HANDOVER)


def after() -> Context:
    return Context.of_handoff(HANDOVER, Outcome(True, "expert", "Because.", {"n": 1}))


class Reading(unittest.TestCase):
    def test_the_handoff_is_read_by_the_words_of_the_contract_and_of_authors(self) -> None:
        context = before()
        self.assertEqual(context["handoff_agent"], "expert")
        self.assertEqual(context["target"], context.target)
        self.assertEqual(context.agent_name, "front-desk")
        self.assertEqual(context.peer_user_id, "ada")
        self.assertEqual(context["handoff_context"], {"known": 1})
        self.assertEqual(context["handoff_metadata"], {"tier": "gold"})
        self.assertIn("original_task", list(context))

    def test_the_result_is_there_after_a_handoff_only(self) -> None:
        self.assertEqual(after()["handoff_result"]["response"], "Because.")
        with Desk(), self.assertRaises(KeyError):
            before()["handoff_result"]

    def test_what_was_noted_in_an_earlier_turn_is_read(self) -> None:
        with Desk().noting("expert_consulted", True):
            self.assertTrue(before()["expert_consulted"])
            self.assertIsNone(before().get("nothing"))

    def test_the_present_message_is_the_last(self) -> None:
        with Desk().user_says("Hello"):
            self.assertEqual([one["content"] for one in before().messages], ["Hello", "Why?"])
        with Desk().denying():
            self.assertEqual([one["content"] for one in before().messages], ["Why?"])

    def test_an_unknown_attribute_is_an_error_that_names_it(self) -> None:
        with self.assertRaisesRegex(AttributeError, "a before-hook has no `targte`"):
            before().targte


class Writing(unittest.TestCase):
    def test_identity_source_chain_and_trust_are_not_a_hooks_to_change(self) -> None:
        for name in ("handoff_agent", "target", "id", "source_agent", "chain", "trust", "user"):
            with self.assertRaisesRegex(ContextError, f"'{name}' is not for a before-hook to chan"):
                before()[name] = "other"

    def test_a_result_cannot_be_set_before_a_handoff_nor_without_a_reply(self) -> None:
        with self.assertRaisesRegex(ContextError, "only be set after"):
            before()["handoff_result"] = {"response": "x"}
        with self.assertRaisesRegex(ContextError, "needs the reply"):
            after()["handoff_result"] = {"success": True}

    def test_what_is_added_in_place_is_a_change_too(self) -> None:
        context = before()
        context["handoff_context"]["new"] = 2
        context["handoff_metadata"]["tier"] = "silver"
        context["facts"].append("new")
        context["decisions"] = ["decided"]
        context["instructions"] += " Be brief."
        patch = context.patch()
        self.assertEqual(patch.findings, {"new": 2})
        self.assertEqual(patch.metadata, {"tier": "silver"})
        self.assertEqual((patch.facts, patch.decisions), (["new"], ["decided"]))
        self.assertEqual(patch.instructions, "Be brief.")

    def test_before_a_tool_its_arguments_are_changed_in_the_metadata(self) -> None:
        told = {"tool": "clerk/refund", "arguments": {"order": 7, "euros": 250}}
        context = Context.of_handoff(Handover("billing", "My money", metadata=told))
        self.assertEqual(context["handoff_metadata"]["tool"], "clerk/refund")
        context["handoff_metadata"]["arguments"] = {"order": 7, "euros": 100}
        metadata = context.patch().metadata
        self.assertEqual(metadata, {"arguments": {"order": 7, "euros": 100}})

    def test_an_untouched_context_changes_nothing(self) -> None:
        for context in (before(), after()):
            dict(context)
            patch = context.patch()
            self.assertFalse(any(vars(patch).values()))

    def test_another_reply_replaces_the_targets(self) -> None:
        context = after()
        context["handoff_result"]["response"] = "Better."
        replace = context.patch().replace
        assert replace
        self.assertEqual(
            (replace.reply, replace.agent, replace.fallback), ("Better.", "expert", False)
        )

    def test_what_is_no_json_is_refused_where_it_is_written(self) -> None:
        for name in ("handoff_context", "note"):
            with self.assertRaisesRegex(TypeError, "object is no JSON value"):
                before()[name] = {"x": object()}
        with self.assertRaisesRegex(ContextError, "list of texts"):
            before()["facts"] = "a fact"

    def test_nothing_can_be_taken_away_but_what_was_just_noted(self) -> None:
        context = before()
        context["note"] = 1
        del context["note"]
        self.assertEqual(context.patch().conversation, {})
        with self.assertRaisesRegex(ContextError, "only added to"):
            del context["handoff_metadata"]


class Everywhere(Skill):
    """Uses its context in each kind of function."""

    @handoff("expert")
    def writes(self, query: str) -> bool:
        """Wants to write."""
        if "write" in query:
            self.get_context()["note"] = 1
        return self.get_context().peer_user_id == "ada"

    @tool
    def notes(self, what: str) -> Any:
        """Notes."""
        self.get_context()["note"] = what
        return self.get_context().agent_name

    @hook("before_handoff")
    def wrong(self, context: Any) -> Any:
        """Returns what a hook cannot."""
        return {"handoff_agent": "other"}


class ByFunction(unittest.TestCase):
    def test_a_condition_cannot_write(self) -> None:
        with self.assertRaisesRegex(ContextError, "only reads"):
            Conversation(Everywhere).ask("write")

    def test_a_tool_notes_at_once(self) -> None:
        skill = Conversation(Everywhere)
        self.assertEqual(skill.call("notes", what="x"), "front-desk")
        self.assertEqual(skill.desk.noted, {"note": "x"})

    def test_a_hook_returns_its_context_or_nothing(self) -> None:
        with self.assertRaisesRegex(TypeError, "must return its context"):
            Conversation(Everywhere).hook("wrong", HANDOVER)
