"""A tool that asks an expert."""

from baton import NLISkill, Skill
from baton.decorators import tool


class CollaborationSkill(Skill):
    def __init__(self, config=None):
        super().__init__(config)
        self.nli = NLISkill()
    
    @tool
    async def consult_expert(self, topic: str, question: str) -> str:
        """Manually consult an expert agent"""
        expert_map = {
            "finance": "finance-expert",
            "legal": "legal-advisor",
            "health": "medical-assistant"
        }
        
        expert = expert_map.get(topic)
        if expert:
            result = await self.nli.query_agent(expert, question)
            return result.get("response", "Expert unavailable")
        
        return "No expert available for this topic"
