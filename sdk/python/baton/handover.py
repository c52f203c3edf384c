"""What the target of a handoff receives, and how the handoff ended."""

from dataclasses import dataclass, field
from typing import Any

from .record import Record


@dataclass(frozen=True)
class Handover(Record):
    """What is handed over."""

    target: str
    original_task: str
    id: str = "handoff"
    conversation: str = "conversation"
    task: str = "task"
    user: str | None = None
    source: str = "front-desk"
    reason: str = "specialization"
    summary: str = ""
    state: str = ""
    facts: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    findings: dict[str, Any] = field(default_factory=dict)
    confidence: float = 1.0
    instructions: str = ""
    chain: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    created: int = 0
    expires: int | None = None
    trust: int = 50


@dataclass(frozen=True)
class Outcome(Record):
    """How it ended."""

    success: bool
    #: The agent that gave the reply.
    agent: str
    reply: str = ""
    insights: dict[str, Any] = field(default_factory=dict)
    #: Why it failed; none on success.
    error: str | None = None
    #: The reply comes from somebody other than the target.
    fallback: bool = False
    milliseconds: int = 0

    def result(self) -> dict[str, Any]:
        """As `context["handoff_result"]` tells it."""
        return {
            "success": self.success,
            "response": self.reply,
            "insights": dict(self.insights),
            "agent": self.agent,
            "error": self.error,
            "fallback": self.fallback,
            "milliseconds": self.milliseconds,
        }


@dataclass(frozen=True)
class Replacement(Record):
    """A reply that an after-hook puts in the place of the target's."""

    reply: str
    #: Who is to be named as its author; none: the skill itself.
    agent: str | None
    fallback: bool


@dataclass
class Patch(Record):
    """What a hook adds to a handoff. Nothing that is there is taken away."""

    facts: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    findings: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    #: Appended to the instructions.
    instructions: str | None = None
    #: Metadata of the conversation, kept for later turns.
    conversation: dict[str, Any] = field(default_factory=dict)
    replace: Replacement | None = None
