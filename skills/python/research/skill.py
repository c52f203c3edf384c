"""A tool that asks several experts about a topic at the same time."""

import asyncio
from dataclasses import dataclass

from baton import Skill, tool

EXPERTS = ("science-expert", "history-expert", "culture-expert")


@dataclass
class Report:
    """What the experts say of a topic."""

    topic: str
    #: By expert; nothing from one who has not answered.
    perspectives: dict[str, str | None]


class Research(Skill):
    """Researches topics with several experts."""

    @tool(effect="read")
    async def research_topic(self, topic: str) -> Report:
        """Research a topic using several expert agents.

        Args:
            topic: What is to be researched.
        """
        question = f"Tell me about {topic}"
        asked = (self.nli.query_agent(expert, question) for expert in EXPERTS)
        answers = await asyncio.gather(*asked)
        replies = (answer.get("response") for answer in answers)
        return Report(topic, dict(zip(EXPERTS, replies)))
