"""A skill as a whole, the way the host calls it: in a new instance each time, by
name, recalled before each call and kept after it."""

from typing import Any

from .. import declared
from ..answering import Answering
from ..caller import Caller
from ..errors import BatonError
from ..handover import Handover, Outcome, Patch
from ..host import seat
from ..manifest import Manifest, describe
from ..proposal import Proposal
from ..query import Query
from ..skill import Skill, declarations
from ..values import from_json, to_json
from .desk import Desk


class Conversation:
    """One skill in one conversation at a desk."""

    def __init__(self, skill: type[Skill], desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self._skill = skill
        self._answering = Answering(skill)
        parts = declarations(skill)
        self._conditions = [(name, one) for name, one in parts if isinstance(one, declared.Handoff)]
        self._tools = {name: one.name for name, one in parts if isinstance(one, declared.Tool)}
        self._hooks = [name for name, one in parts if isinstance(one, declared.Hook)]

    def manifest(self) -> Manifest:
        """What the host would read of it."""
        with seat(self.desk):
            return describe(self._skill, depends=self._answering.made()._baton_depends)

    def ask(self, query: Query | str) -> dict[str, Proposal]:
        """What its conditions say, by their functions; those that pass say nothing,
        nor do those whose triggers do not occur."""
        asked = query if isinstance(query, Query) else Query(query)
        said: dict[str, Proposal] = {}
        for at, (name, condition) in enumerate(self._conditions):
            if condition.triggers and not asked.mentions_any(condition.triggers):
                continue
            if condition.by_keywords and condition.target:
                said[name] = Proposal(condition.target)
                continue
            with seat(self.desk):
                proposal = self._answering.evaluate(asked, [at])[0]
            if proposal:
                said[name] = proposal
        return said

    def target(self, query: Query | str) -> str | None:
        """To whom the first condition that does not pass would hand over."""
        return next((one.target for one in self.ask(query).values()), None)

    def hook(self, name: str, handoff: Handover, outcome: Outcome | None = None) -> Patch:
        """Runs the hook of this function: after a handoff, with its outcome."""
        if name not in self._hooks:
            raise BatonError(f"there is no hook `{name}`; there are {', '.join(self._hooks)}")
        with seat(self.desk):
            return self._answering.hook(self._hooks.index(name), handoff, outcome)

    def call(self, tool: str, caller: Caller | None = None, **arguments: Any) -> Any:
        """Calls the tool of this function, or of this name, with JSON arguments: what
        it returns, read back from JSON."""
        name = self._tools.get(tool, tool)
        who = caller or Caller("agent", "front-desk", "user")
        with seat(self.desk):
            return from_json(self._answering.call(name, to_json(arguments), who))
