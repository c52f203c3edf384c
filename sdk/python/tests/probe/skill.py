import asyncio
import os
import random
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import helper

from baton import Context, ContextError, HandoffError, Skill
from baton.decorators import handoff, hook, tool

STARTED = time.time()
print("this is said while the component is built, to nobody")


@dataclass
class Settings:
    """What an operator sets."""

    limit: int = 3


class Probe(Skill, config=Settings):
    @handoff("expert")
    def fails(self, query: str) -> bool:
        """Fails where it is asked to."""
        if "fail" in query:
            helper.fail(query)
        return query.startswith("expert")

    @hook("before_handoff")
    def meddles(self, context: Context) -> None:
        """Refuses where it is asked to, and wants to change the target."""
        if "refuse" in context["original_task"]:
            raise HandoffError("not today", code="unavailable")
        try:
            context["handoff_agent"] = "other"
        except ContextError as why:
            context["handoff_metadata"] = {"why": str(why)}

    @tool
    def times(self) -> dict[str, Any]:
        """What time it is, by all clocks."""
        print("looking at", "the clock", sep=" ")
        time.sleep(60)
        now = datetime.now(timezone.utc)
        same = abs(now.timestamp() * 1000 - self.clock.now()) < 1
        return {"now": now.isoformat(), "same": same, "time": time.time() > 0, "started": STARTED}

    @tool
    def chance(self) -> list[Any]:
        """Draws."""
        import textwrap

        drawn = [random.randint(1, 10**9), str(uuid.uuid4()), os.urandom(4).hex()]
        return [*drawn, textwrap.shorten("one two three", 7), self.random.below(10) < 10]

    @tool
    async def impatient(self, agent: str, seconds: float) -> str:
        """Waits so long."""
        try:
            answer = await asyncio.wait_for(self.agents.query(agent, "?"), seconds)
            return answer.reply
        except TimeoutError:
            return "gave up"

    @tool
    async def group(self, agent: str) -> list[str]:
        """Asks three at once."""
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(self.nli.query_agent(agent, "?")) for _ in range(3)]
        return [task.result()["response"] for task in asked]

    @tool
    def capabilities(self) -> dict[str, Any]:
        """Uses what needs no task."""
        self.storage.set("key", {"a": [1]})
        self.storage.update("visits", lambda before: (before or 0) + 1)
        return {
            "limit": self.config.get("limit"),
            "stored": self.storage.get("key"),
            "visits": self.storage.get("visits"),
            "keys": self.storage.keys(),
            "agents": [one.name for one in self.agents.list()],
            "available": self.agents.available("expert"),
            "handoffs": self.handoffs.recent(5),
            "tickets": self.tickets.list_open(),
        }

    @tool
    def broken(self, text: str) -> None:
        """Fails."""
        helper.fail(text)
