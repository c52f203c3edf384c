"""Calls a skill while the component is built, so that CPython has made up its mind
about the SDK's code.

The interpreter rewrites code as it runs, until it has seen enough of it. In a
component that starts anew for each turn it would begin anew, too, and each page on
which it writes has to be copied: a fifth of all that a decision copied.
"""

from collections.abc import Mapping
from typing import Any

from ..caller import Caller
from ..decorators import handoff, hook, tool
from ..skill import Skill
from .bindings import imported

#: More than the interpreter waits for.
CALLS = 64


class Rehearsal(Skill):
    """Never leaves the build. The author's own code is not called: it may not
    want to be."""

    @handoff("somebody")
    def condition(self, query: str) -> bool:
        """As most are."""
        return any(word in query.lower() for word in ("some", "words"))

    @handoff()
    async def dynamic(self, query: str) -> str | None:
        """As some are."""
        return "somebody" if "somebody" in query else None

    @hook("before_handoff")
    async def before(self, context: Any) -> Any:
        """Adds what is added most."""
        context["handoff_context"] = {"source_agent": context.agent_name}
        context["handoff_metadata"] = {"tier": context.peer_user_id}
        return context

    @tool
    async def call(self, caller: Caller, topic: str) -> dict[str, str]:
        """Takes and gives."""
        self.topic = topic
        return {"topic": topic}


def rehearse(exports: Mapping[str, Any]) -> None:
    """Calls the exports of a component that exports a `Rehearsal`."""
    types: Any = imported("types")
    query = types.Query("my words", "c", "u", "a", ["s"], 1, 0, [])
    pair = types.Pair("name", "1")
    context = types.HandoffContext(
        id="h",
        conversation="c",
        task="t",
        user="u",
        source="a",
        target="b",
        reason="specialization",
        original_task="text",
        summary="",
        state="",
        facts=["f"],
        decisions=[],
        findings=[pair],
        confidence=1.0,
        instructions="",
        chain=[],
        metadata=[],
        created=0,
        expires=None,
        trust=50,
        extra=[],
    )
    router, hook, tools = (exports[name]() for name in ("Router", "BeforeHandoff", "Tools"))
    caller = Caller("agent", "a", "u", "c")
    for _ in range(CALLS):
        router.evaluate(query, [0, 1])
        hook.run(0, context)
        tools.call("call", '{"topic": "tea"}', caller)
