"""A condition for one agent."""

from baton import Skill
from baton.decorators import handoff


class BasicSkill(Skill):
    @handoff("target-agent-name")
    def handoff_condition(self, query: str) -> bool:
        """Return True when handoff needed"""
        return "specific keyword" in query
