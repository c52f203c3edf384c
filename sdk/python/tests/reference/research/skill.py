"""A tool that asks several experts at once."""

import asyncio
from typing import Dict

from baton import Skill
from baton.decorators import tool


class ResearchSkill(Skill):
    @tool
    async def research_topic(self, topic: str) -> Dict:
        """Research topic using multiple expert agents"""
        experts = ["science-expert", "history-expert", "culture-expert"]
        
        # Query all experts in parallel
        tasks = []
        for expert in experts:
            task = self.nli.query_agent(expert, f"Tell me about {topic}")
            tasks.append(task)
        
        results = await asyncio.gather(*tasks)
        
        # Combine results
        return {
            "topic": topic,
            "perspectives": {
                expert: result.get("response")
                for expert, result in zip(experts, results)
            }
        }
