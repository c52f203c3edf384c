"""A hook that adds context and refuses agents that are away."""

from baton import HandoffError, Skill
from baton.decorators import handoff, hook


class Helpers(Skill):
    """What the example calls and does not define."""

    detected_intent = "to be advised"

    @handoff("expert")
    def needs_expert(self, query: str) -> bool:
        return "expert" in query

    def summarize_conversation(self, messages):
        return " / ".join(message["content"] for message in messages)

    def extract_facts(self, messages):
        return [one["content"] for one in messages if any(c.isdigit() for c in one["content"])]

    async def is_agent_available(self, agent):
        return self.agents.available(agent)


class PrepareSkill(Helpers):
    @hook("before_handoff")
    async def prepare_handoff(self, context):
        """Prepare context for handoff"""
    
        # Add context for target agent
        context["handoff_context"] = {
            "source_agent": context.agent_name,
            "user_intent": self.detected_intent,
            "conversation_summary": self.summarize_conversation(context.messages),
            "important_facts": self.extract_facts(context.messages)
        }
    
        # Validate handoff
        target = context["handoff_agent"]
        if not await self.is_agent_available(target):
            raise HandoffError(f"Agent {target} not available")
    
        return context
