"""Agents by what they are good at. Needs the grant `discovery`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .capability import Capability
from .host import current
from .pending import Pending
from .record import Record


@dataclass(frozen=True)
class Found(Record):
    """An agent, and how likely it is the right one."""

    #: The agent's name.
    agent: str
    #: From 0 to 1: of ten agents found with 0.7, seven are the right ones.
    score: float
    #: The skill it offers that fits best.
    skill: str | None = None
    #: What it says of itself that is nearest to the intent.
    why: str | None = None
    #: `words`, or `meanings` where the operator has an encoder.
    by: str | None = None
    #: Why words had to do although there is an encoder.
    fallback: str | None = None

    @property
    def name(self) -> str:
        """The agent's name."""
        return self.agent


class Discovery(Capability):
    """`found = await self.discovery.find_agents("my parcel has not come")`"""

    def find_agents(self, intent: str, max_results: int = 5) -> Pending[list[Found]]:
        """The agents for what somebody wants, best first. Only those are found
        that the conversation may be handed to; its owner is none of them."""
        host = current()
        return Pending(host.start_find(intent, max_results), host.finish_find)


class DiscoverySkill(Discovery):
    """The capability under the name that it has among skills."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """There is nothing to configure."""
