"""A condition that names the agent."""

from baton import Skill
from baton.decorators import handoff


class RouterSkill(Skill):
    @handoff()  # No target specified
    def route_dynamically(self, query: str) -> str:
        """Return agent name dynamically"""
        if "legal" in query:
            return "legal-advisor"
        elif "medical" in query:
            return "medical-assistant"
        elif "technical" in query:
            return "tech-support"
        return None  # No handoff needed
