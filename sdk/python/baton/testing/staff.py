"""The agents of a desk."""

from collections.abc import Mapping
from typing import Any, Self

from ..agents import Agent, Answer
from ..discovery import Found
from ..errors import CapabilityError
from ..host import Handle
from .base import Base


class Staff(Base):
    """Agents that answer, fail, or say nothing; and finding them."""

    def __init__(self) -> None:
        super().__init__()
        self._agents: dict[str, tuple[Agent, float | None, Answer | CapabilityError | None]] = {}
        self._found: list[Found] = []
        #: The queries made, each with the agent that was asked.
        self.queries: list[tuple[str, str]] = []
        #: The searches made, each with the most that it wanted.
        self.searches: list[tuple[str, int]] = []

    def answers(
        self,
        agent: str,
        reply: str,
        *,
        after: float = 0.0,
        insights: Mapping[str, Any] | None = None,
    ) -> Self:
        """Adds an agent that answers everything so, after so many seconds."""
        answer = Answer(agent, reply, dict(insights or {}))
        self._agents[agent] = (Agent(agent), after, answer)
        return self

    def fails(self, agent: str, why: str = "it is down", code: str = "unavailable") -> Self:
        """Adds an agent that fails."""
        self._agents[agent] = (Agent(agent, state="down"), 0.0, CapabilityError(code, why))
        return self

    def silent(self, agent: str) -> Self:
        """Adds an agent that never answers."""
        self._agents[agent] = (Agent(agent, state="busy"), None, None)
        return self

    def staffed(self, agent: Agent) -> Self:
        """Adds an agent of which this is known, and which answers nothing."""
        self._agents[agent.name] = (agent, None, None)
        return self

    def finds(self, agent: str, score: float) -> Self:
        """Adds an agent that every search finds with this score."""
        self._found.append(Found(agent, score))
        self._found.sort(key=lambda one: -one.score)
        return self

    def list_agents(self) -> list[Agent]:
        self._check("agents")
        return [agent for agent, _, _ in self._agents.values()]

    def describe_agent(self, name: str) -> Agent:
        self._check("agents")
        if name not in self._agents:
            raise CapabilityError("not-found", f"there is no agent `{name}`")
        return self._agents[name][0]

    def available(self, name: str) -> bool:
        return self.describe_agent(name).state == "ready"

    def start_query(self, agent: str, text: str, timeout_ms: int | None) -> Handle:
        self.describe_agent(agent)
        self.queries.append((agent, text))
        _, after, answer = self._agents[agent]
        if timeout_ms is not None and (after is None or after * 1000 > timeout_ms):
            after = timeout_ms / 1000
            answer = CapabilityError("timeout", f"`{agent}` did not answer in time")

        def result() -> Answer | None:
            if isinstance(answer, CapabilityError):
                raise answer
            return answer

        return self._start(result, after)

    def finish_query(self, handle: Handle) -> Answer:
        answer: Answer = self._finish(handle)
        return answer

    def start_find(self, intent: str, max_results: int) -> Handle:
        self._check("discovery")
        self.searches.append((intent, max_results))
        # As a host does it: nothing for an intent that says nothing.
        found = self._found[:max_results] if intent.strip() else []
        return self._start(lambda: found)

    def finish_find(self, handle: Handle) -> list[Found]:
        found: list[Found] = self._finish(handle)
        return found
