"""A condition with metadata."""

from baton import Skill
from baton.decorators import handoff


class Complexity:
    """What the example calls and does not define."""

    def is_complex_query(self, query: str) -> bool:
        return len(query.split()) > 8


class SpecialistSkill(Complexity, Skill):
    @handoff("specialist", metadata={"priority": "high", "timeout": 30})
    def needs_specialist(self, query: str) -> bool:
        """High-priority handoff to specialist"""
        return self.is_complex_query(query)
