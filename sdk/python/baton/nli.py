"""Asking other agents in plain language, as the capability `agents` does it, with
dictionaries."""

from collections.abc import Mapping
from typing import Any

from .agents import Agents
from .errors import CapabilityError


class NLISkill(Agents):
    """`result = await self.nli.query_agent("finance-expert", "Which bonds?")`"""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """`config` may say `timeout`, in seconds, for each query."""
        self._timeout = (config or {}).get("timeout")

    async def query_agent(
        self, agent: str, message: str, *, timeout: float | None = None
    ) -> dict[str, Any]:
        """Asks an agent. `success` tells whether it answered: then there are
        `response`, `insights` and `agent`, otherwise `error` and its `code`."""
        try:
            answer = await self.query(agent, message, timeout or self._timeout)
        except CapabilityError as why:
            return {"success": False, "error": why.message, "code": why.code, "agent": agent}
        return {
            "success": True,
            "response": answer.reply,
            "insights": answer.insights,
            "agent": answer.agent,
        }
