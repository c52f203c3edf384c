"""What decorators make of functions, and what they refuse."""

import asyncio
import json
import re
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, TypedDict

from baton import (
    Caller,
    DeclarationError,
    Grounds,
    HandoffError,
    Handover,
    Proposal,
    Query,
    Skill,
    ToolError,
    handoff,
    hook,
    tool,
)
from baton.names import kebab, skill_name
from baton.testing import Conversation, Desk


class Size(Enum):
    """How large."""

    SMALL = "small"
    LARGE = "large"


@dataclass
class Parcel:
    """What is sent."""

    weight: float
    size: Size = Size.SMALL
    note: str | None = None


class Place(TypedDict):
    """Where it goes."""

    city: str


class Shipping(Skill, name="parcels", version="1.2.0", state_version=3, depends=["tickets"]):
    """Ships parcels.

    Whatever their size.
    """

    @handoff(
        "carrier",
        name="ships",
        keywords=["ship"],
        scopes=["customer"],
        reason="delegation",
        mode="cold",
        ownership="returns",
        history="last:10",
        timeout="500ms",
        priority="low",
        metadata={"fragile": True},
    )
    def keywords(self, query: str) -> bool:
        """By keywords alone."""
        raise AssertionError("it is never called")

    @handoff(targets=["north", "south"], triggers=["parcel"])
    def where(self, query: Query) -> Proposal | None:
        """Finds the office."""
        word = query.word_starting("parc")
        return Proposal("north", 0.8, findings={"word": word}) if word else None

    @handoff("clerk")
    async def sure(self, query: Query) -> Grounds | None:
        """Says how sure it is."""
        await asyncio.sleep(1)
        return Grounds(confidence=0.5) if query.mentions("sure") else None

    @hook("after_handoff", order=2, targets=["carrier"], access="observe", on_failure="continue")
    def watch(self, context: Any) -> None:
        """Looks on."""

    @tool(effect="read", scopes=["customer"])
    def price(
        self,
        caller: Caller,
        parcel: Parcel,
        to: Place,
        speed: Literal["slow", "fast"] = "slow",
        tags: Annotated[list[str], "Words about it."] | None = None,
    ) -> dict[str, Any]:
        """What it costs.

        Args:
            parcel: What is sent.
            to (Place): Where it goes,
                as a city.
        """
        return {"who": caller.name, "size": parcel.size.value, "city": to["city"], "speed": speed}


class Declared(unittest.TestCase):
    def setUp(self) -> None:
        self.skill = Conversation(Shipping)
        self.manifest = self.skill.manifest()

    def test_what_the_class_says_is_in_the_manifest(self) -> None:
        manifest = self.manifest
        self.assertEqual((manifest.name, manifest.version), ("parcels", "1.2.0"))
        self.assertEqual(manifest.description, "Ships parcels.\nWhatever their size.")
        self.assertEqual((manifest.state_version, manifest.depends), (3, ["tickets"]))
        self.assertEqual(manifest.targets, ["north", "south"])

    def test_every_setting_of_a_handoff_arrives(self) -> None:
        ships = self.manifest.handoffs[0]
        self.assertEqual((ships.name, ships.target, ships.priority), ("ships", "carrier", -100))
        self.assertEqual((ships.decided_by, ships.timeout_ms), ("triggers", 500))
        self.assertEqual((ships.reason, ships.mode), ("delegation", "cold"))
        self.assertEqual((ships.ownership, ships.scopes), ("returns", ["customer"]))
        self.assertEqual(ships.extra[0].value, '"last:10"')
        self.assertEqual(ships.metadata[0].value, "true")

    def test_conditions_say_more_than_yes(self) -> None:
        self.assertEqual(self.skill.ask("sure")["sure"].confidence, 0.5)
        found = self.skill.ask("My parcel")["where"]
        self.assertEqual((found.target, found.findings), ("north", {"word": "parcel"}))

    def test_hints_and_docstrings_are_the_schema_of_a_tool(self) -> None:
        schema = json.loads(self.manifest.tools[0].parameters)
        self.assertEqual(schema["required"], ["parcel", "to"])
        self.assertEqual(list(schema["properties"]), ["parcel", "to", "speed", "tags"])
        parcel = schema["properties"]["parcel"]
        self.assertEqual(parcel["description"], "What is sent.")
        self.assertEqual(parcel["required"], ["weight"])
        self.assertEqual(parcel["properties"]["size"], {"enum": ["small", "large"]})
        self.assertEqual(schema["properties"]["to"]["description"], "Where it goes, as a city.")
        self.assertEqual(
            schema["properties"]["speed"], {"enum": ["slow", "fast"], "default": "slow"}
        )
        self.assertEqual(self.manifest.tools[0].description, "What it costs.")

    def test_arguments_arrive_as_their_types(self) -> None:
        said = self.skill.call("price", parcel={"weight": 2, "size": "large"}, to={"city": "Oslo"})
        self.assertEqual(
            said, {"who": "front-desk", "size": "large", "city": "Oslo", "speed": "slow"}
        )

    def test_arguments_that_do_not_fit_are_named(self) -> None:
        for arguments, why in (
            ({"to": {"city": "Oslo"}}, "argument `parcel` is missing"),
            ({"parcel": {}, "to": {"city": "Oslo"}}, "argument `parcel`: `weight` is missing"),
            ({"parcel": {"weight": "2"}, "to": {}}, "argument `parcel`: '2' is not a number"),
            ({"parcel": {"weight": 2, "size": "huge"}, "to": {}}, "'huge' is none of"),
            ({"parcel": {"weight": 2}, "to": {}}, "argument `to`: `city` is missing"),
        ):
            with self.assertRaisesRegex(ToolError, re.escape(why)) as refused:
                self.skill.call("price", **arguments)
            self.assertEqual(refused.exception.code, "invalid-arguments")

    def test_names_are_in_kebab_case(self) -> None:
        self.assertEqual(skill_name("CustomerServiceSkill"), "customer-service")
        self.assertEqual(skill_name("NLIRouter"), "nli-router")
        self.assertEqual(skill_name("Skill"), "skill")
        self.assertEqual(kebab("needs_finance_expert"), "needs-finance-expert")


class Refused(unittest.TestCase):
    def refused(self, why: str, declare: Callable[[], Any]) -> None:
        with self.assertRaisesRegex(DeclarationError, rf"^{re.escape(__file__)}:\d+: .*{why}"):
            declare()

    def test_the_wrong_parameters_are_told_with_the_place_and_the_right_form(self) -> None:
        self.refused(
            r"write it as `def _lonely\(self, query: str\) -> bool:`",
            lambda: handoff("a")(_lonely),
        )
        self.refused(
            r"write it as `async def _lonely\(self, context\)",
            lambda: hook("before_handoff")(_lonely),
        )
        self.refused("needs `self`", lambda: tool(_lonely))
        self.refused("callers of a tool name each argument", lambda: tool(_many))
        self.refused("write `topic: str`", lambda: tool(_untyped))
        self.refused("cannot be told in JSON", lambda: tool(_socket))

    def test_a_condition_must_answer_what_it_is_asked(self) -> None:
        self.refused("has a target, so it answers yes or no", lambda: handoff("a")(_names))
        self.refused("has no target, so it names an agent", lambda: handoff()(_judges))

    def test_settings_that_are_none_are_refused(self) -> None:
        self.refused('reason="whim"', lambda: handoff("a", reason="whim")(_judges))
        self.refused("the priority 'urgent'", lambda: handoff("a", priority="urgent")(_judges))
        self.refused("the timeout 'soon'", lambda: handoff("a", timeout="soon")(_judges))
        self.refused("a list of texts as triggers", lambda: handoff("a", triggers="b")(_judges))
        self.refused("choose one of", lambda: hook("sometime")(_judges))
        self.refused("needs parentheses", lambda: handoff(_judges))  # type: ignore[arg-type]
        self.refused("decorated twice", lambda: handoff("a")(Shipping.keywords))


def _lonely() -> bool:
    return True


def _many(self: Any, *topics: str) -> None: ...


def _untyped(self, topic):  # type: ignore[no-untyped-def]
    ...


def _socket(self: Any, where: Callable[[], int]) -> None: ...


def _names(self: Any, query: str) -> str:
    return "a"


def _judges(self: Any, query: str) -> bool:
    return True


class Failing(Skill):
    """Fails in each way."""

    @handoff("a")
    def named(self, query: Any) -> Any:
        """Answers with a name."""
        return "b"

    @hook("before_handoff")
    def refuses(self, context: Any) -> None:
        """Refuses."""
        raise HandoffError("not now", code="unavailable")

    @hook("before_handoff")
    def lacks(self, context: Any) -> None:
        """Lacks a grant."""
        self.tickets.open("x")

    @tool
    def tries(self, how: str) -> Any:
        """Fails."""
        if how == "grant":
            self.tickets.open("x")
        elif how == "handoff":
            raise HandoffError("no")
        elif how == "tool":
            raise ToolError("say more", code="invalid-arguments")
        return object()


class Faults(unittest.TestCase):
    def setUp(self) -> None:
        self.skill = Conversation(Failing, Desk().denying())

    def test_a_name_is_no_answer_to_yes_or_no(self) -> None:
        with self.assertRaisesRegex(TypeError, "answers yes or no, so it cannot return 'b'"):
            self.skill.ask("x")

    def test_errors_of_hooks_are_refusals(self) -> None:
        for name, code in (("refuses", "unavailable"), ("lacks", "not-allowed")):
            with self.assertRaises(HandoffError) as refused:
                self.skill.hook(name, Handover("a", "?"))
            self.assertEqual(refused.exception.code, code)

    def test_errors_of_tools_are_told_to_callers(self) -> None:
        for how, code in (
            ("grant", "not-allowed"),
            ("handoff", "failed"),
            ("tool", "invalid-arguments"),
        ):
            with self.assertRaises(ToolError) as failed:
                self.skill.call("tries", how=how)
            self.assertEqual(failed.exception.code, code)
        with self.assertRaisesRegex(TypeError, "object is no JSON value"):
            self.skill.call("tries", how="value")
        with self.assertRaisesRegex(ToolError, "no tool `other`"):
            self.skill.call("other")
