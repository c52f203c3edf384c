"""An agent that is a model with skills: written down for the operator's
`baton.toml`, and talked with from ordinary Python."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import BatonError
from .skill import Skill

#: Where the models of a provider are, and the variable that holds its key.
PROVIDERS = {
    "openai": ("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "openrouter": ("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "mistral": ("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "groq": ("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "ollama": ("http://127.0.0.1:11434/v1", None),
}


class BaseAgent:
    """`agent = BaseAgent(name="billing", instructions="…", model="openai/gpt-4o",
    skills={"routing": Routing()})`"""

    def __init__(
        self,
        *,
        name: str,
        instructions: str = "",
        model: str,
        skills: Mapping[str, Any] | None = None,
    ) -> None:
        provider, _, rest = model.partition("/")
        if provider not in PROVIDERS or not rest:
            known = ", ".join(f"{one}/…" for one in PROVIDERS)
            raise BatonError(f"`{model}` is no model that is known where to find: {known}")
        self.name = name
        self.instructions = instructions
        self.model = model
        self.skills = dict(skills or {})

    def config(self) -> str:
        """The agent's part of `baton.toml`. Capabilities among its skills are not
        named: they are what skills are granted, not what an agent offers."""
        provider, _, model = self.model.partition("/")
        url, key = PROVIDERS[provider]
        skills = [
            one._baton_identity.name for one in self.skills.values() if isinstance(one, Skill)
        ]
        values = {"kind": "openai", "url": url, "model": model}
        if key:
            values["api-key-env"] = key
        if self.instructions:
            values["instructions"] = self.instructions
        lines = [f"[agents.{self.name}]"]
        lines += [f"{name} = {_toml(value)}" for name, value in values.items()]
        if skills:
            lines.append(f"skills = [{', '.join(map(_toml, skills))}]")
        return "\n".join(lines) + "\n"

    async def run(self, messages: Sequence[dict[str, Any]]) -> str:
        """What a running desk answers. It decides who does, by its skills; this
        agent begins the conversation. BATON_URL says where the desk is, BATON_TOKEN
        who asks."""
        # In a component there is nobody to talk with, and what the client needs
        # would only make it larger.
        from .client import complete

        answer = await asyncio.to_thread(complete, self.name, messages)
        content: str = answer["choices"][0]["message"]["content"]
        return content


def _toml(text: str) -> str:
    # A basic string of TOML is one of JSON, as long as DEL is escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
