"""What a condition answers when yes, or a name, does not say enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Grounds:
    """Why a condition with a declared target says yes."""

    #: How sure it is, from 0 to 1.
    confidence: float = 1.0
    #: Another reason than the handoff declares.
    reason: str = ""
    #: What the target is to do, beyond the user's message.
    instructions: str = ""
    #: What the condition found out, for the target to build on.
    findings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """Whom a condition without a declared target would hand over to, and why."""

    target: str
    confidence: float = 1.0
    reason: str = ""
    instructions: str = ""
    findings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def on(cls, target: str, grounds: Grounds) -> "Proposal":
        """To this agent, on these grounds."""
        return cls(
            target, grounds.confidence, grounds.reason, grounds.instructions, grounds.findings
        )
