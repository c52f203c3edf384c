"""Other agents: who there is, and asking them beside the conversation. Needs the
grant `agents`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .capability import Capability
from .errors import CapabilityError
from .host import current
from .pending import Pending, milliseconds
from .record import Record


@dataclass(frozen=True)
class Agent(Record):
    """What is known of an agent."""

    name: str
    description: str = ""
    examples: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    #: `ready`, `busy` or `down`.
    state: str = "ready"
    #: In the word of the operator's configuration: `human`, `knowledge`, …
    kind: str | None = None
    #: Who takes its place when it fails, in order.
    alternatives: list[str] = field(default_factory=list)
    #: To whom it escalates, in order.
    escalation: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer(Record):
    """What an agent answered."""

    agent: str
    reply: str
    insights: dict[str, Any] = field(default_factory=dict)


class Agents(Capability):
    """`answer = await self.agents.query("price-list", "How much?")`"""

    def describe(self, name: str) -> Agent:
        """What is known of one agent."""
        return current().describe_agent(name)

    def available(self, name: str) -> bool:
        """Whether a handoff to it would be accepted now."""
        return current().available(name)

    def query(self, agent: str, text: str, timeout: float | None = None) -> Pending[Answer]:
        """Asks an agent, from now on; gives up after `timeout` seconds."""
        host = current()
        handle = host.start_query(agent, text, milliseconds(timeout))
        return Pending(handle, host.finish_query)

    def query_all(self, questions: "Iterable[tuple[str, str]]") -> "list[Answer | CapabilityError]":
        """Asks several agents at the same time, for where nothing can be awaited.
        The answers stand in the order of the questions."""
        started: list[Pending[Answer] | CapabilityError] = []
        for agent, text in questions:
            try:
                started.append(self.query(agent, text))
            except CapabilityError as why:
                started.append(why)
        return [_finished(one) for one in started]

    def list(self) -> list[Agent]:
        """All agents that this skill may ask."""
        return current().list_agents()


def _finished(started: "Pending[Answer] | CapabilityError") -> "Answer | CapabilityError":
    if isinstance(started, CapabilityError):
        return started
    try:
        return started.wait()
    except CapabilityError as why:
        return why
