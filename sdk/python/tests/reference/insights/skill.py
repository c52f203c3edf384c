"""A hook that keeps what experts found out."""

from baton import Skill
from baton.decorators import handoff, hook


class Helpers(Skill):
    """What the example calls and does not define."""

    @handoff("expert")
    def needs_expert(self, query: str) -> bool:
        return "expert" in query

    async def store_expert_knowledge(self, expert, insights):
        self.storage.set(f"expert/{expert}", insights)


class InsightsSkill(Helpers):
    @hook("after_handoff")
    async def process_handoff_result(self, context):
        """Process results from target agent"""
    
        result = context["handoff_result"]
    
        # Extract and store insights
        if result.get("success"):
            insights = result.get("insights", {})
            await self.store_expert_knowledge(
                expert=context["handoff_agent"],
                insights=insights
            )
    
        # Update conversation context
        context["expert_consulted"] = True
        context["expert_response"] = result.get("response")
    
        return context
