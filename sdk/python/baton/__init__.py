"""Write Baton skills in Python.

A skill is a class whose functions say when a conversation goes to another agent
(`@handoff`), what happens before and after (`@hook`), and what others may call
(`@tool`):

    from baton import Skill, handoff

    class FinanceSkill(Skill):
        @handoff("finance-expert", triggers=["stock", "portfolio"])
        def needs_finance_expert(self, query: str) -> bool:
            return "stock" in query.lower() or "portfolio" in query.lower()

`python -m baton.build FOLDER -o finance.wasm` makes a component of it.
"""

from .agent import BaseAgent
from .caller import Caller
from .context import Context
from .decorators import handoff, hook, tool
from .errors import (
    BatonError,
    CapabilityError,
    ContextError,
    DeclarationError,
    HandoffError,
    ToolError,
)
from .handover import Handover, Outcome
from .message import Message
from .payments import Money
from .proposal import Grounds, Proposal
from .query import Query
from .skills import DiscoverySkill, NLISkill, PaymentSkill, Skill

__all__ = [
    "BaseAgent",
    "BatonError",
    "Caller",
    "CapabilityError",
    "Context",
    "ContextError",
    "DeclarationError",
    "DiscoverySkill",
    "Grounds",
    "HandoffError",
    "Handover",
    "Message",
    "Money",
    "NLISkill",
    "Outcome",
    "PaymentSkill",
    "Proposal",
    "Query",
    "Skill",
    "ToolError",
    "handoff",
    "hook",
    "tool",
]
