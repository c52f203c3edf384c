"""A hook that finds somebody else when the expert fails."""

from baton import Skill
from baton.decorators import handoff, hook


class ResilientHandoffSkill(Skill):
    @handoff("primary-expert")
    def needs_expert(self, query: str) -> bool:
        return "expert" in query
    
    @hook("after_handoff")
    async def handle_handoff_failure(self, context):
        """Fallback on handoff failure"""
        
        result = context["handoff_result"]
        
        if not result.get("success"):
            # Try fallback agent
            fallback_result = await self.nli.query_agent(
                "general-assistant",
                context.messages[-1]["content"]
            )
            
            if fallback_result.get("success"):
                context["handoff_result"] = fallback_result
            else:
                # Provide local response
                context["handoff_result"] = {
                    "success": True,
                    "response": "I'll do my best to help directly...",
                    "fallback": True
                }
        
        return context
