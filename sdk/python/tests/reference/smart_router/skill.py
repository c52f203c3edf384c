"""A condition that finds the agent."""

from baton import DiscoverySkill, Skill
from baton.decorators import handoff


class Helpers(Skill):
    """What the example calls and does not define."""

    def calculate_match_score(self, query, agent):
        return agent["score"]


class SmartRouterSkill(Helpers):
    def __init__(self, config=None):
        super().__init__(config)
        self.discovery = DiscoverySkill()
    
    @handoff()
    async def find_best_agent(self, query: str) -> str:
        """Discover and route to best agent"""
        
        # Find agents that can handle query
        agents = await self.discovery.find_agents(
            intent=query,
            max_results=5
        )
        
        # Score and select best agent
        best_agent = None
        best_score = 0
        
        for agent in agents:
            score = self.calculate_match_score(query, agent)
            if score > best_score:
                best_score = score
                best_agent = agent["name"]
        
        return best_agent if best_score > 0.7 else None
