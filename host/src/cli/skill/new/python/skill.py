"""Hands refunds to the specialist, with the number of the order."""

import re

from baton import Context, Skill, ToolError, handoff, hook, tool


class SkillName(Skill):
    """Hands refunds to the specialist, with the number of the order."""

    @handoff("specialist", triggers=["refund", "money back"])
    def wants_refund(self, query: str) -> bool:
        """Whoever wants money back gets the specialist."""
        return "refund" in query.lower() or "money back" in query.lower()

    @hook("before_handoff")
    def note_order(self, context: Context) -> Context:
        """Tells the specialist which order it is about."""
        order = order_in(context["original_task"])
        if order is None:
            context["instructions"] = "Ask for the number of the order first."
        else:
            context["findings"]["order"] = order
        return context

    @tool(effect="read")
    def find_order(self, text: str) -> int:
        """Finds the number of an order in a text.

        Args:
            text: What somebody wrote.
        """
        order = order_in(text)
        if order is None:
            raise ToolError("no number of an order is in it", code="invalid-arguments")
        return order


def order_in(text: str) -> int | None:
    """The first number of four digits or more."""
    found = re.search(r"[0-9]{4,}", text)
    return int(found.group()) if found else None
