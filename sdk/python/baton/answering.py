"""How a skill's class answers the calls of the contract."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from . import arguments, call, declared, loop
from .caller import Caller
from .config import Config
from .context import Context
from .errors import BatonError, CapabilityError, HandoffError, ToolError
from .handover import Handover, Outcome, Patch
from .proposal import Grounds, Proposal
from .query import Query
from .skill import Skill, declarations
from .state import Defaults, Memory, recall
from .values import to_json

R = TypeVar("R")
D = TypeVar("D", declared.Handoff, declared.Hook, declared.Tool)

#: Refusals and tool errors that capability errors become, where the code of the
#: one is no code of the other.
_REFUSALS = {"not-granted": "not-allowed", "not-allowed": "not-allowed"}
_REFUSALS |= {"payment-required": "payment-required", "unavailable": "unavailable"}
_TOOL_ERRORS = {"not-granted": "not-allowed", "not-allowed": "not-allowed"}


class Answering:
    """A skill's class, ready to be called."""

    def __init__(self, skill: type[Skill]) -> None:
        self._skill = skill
        self._conditions = _of(skill, declared.Handoff)
        self._hooks = _of(skill, declared.Hook)
        self._tools = {tool.name: (name, tool) for name, tool in _of(skill, declared.Tool)}
        # What the class itself has is all that such a skill begins with.
        self._is_plain = skill.__init__ is Skill.__init__
        self._takes_config = _takes_config(skill)

    def evaluate(self, query: Query, positions: list[int]) -> list[Proposal | None]:
        """A proposal, or none, for each of the conditions."""
        memory = recall()
        # One context serves them all, for none of them can write to it.
        with call.Within(lambda: Context.of_query(query)):
            return [self._judge(query, memory, *self._conditions[at]) for at in positions]

    def _judge(
        self, query: Query, memory: Memory, name: str, condition: declared.Handoff
    ) -> Proposal | None:
        # An instance for each, so that none sees what another has set.
        skill = self.made()
        if memory:
            vars(skill).update(memory)
        return verdict(condition, _run(getattr(skill, name), query))

    def hook(self, position: int, handoff: Handover, outcome: Outcome | None) -> Patch:
        """What the hook adds; `HandoffError` when it refuses."""
        if position >= len(self._hooks):
            raise HandoffError(f"this skill has no hook {position}")
        name, _ = self._hooks[position]
        context = Context.of_handoff(handoff, outcome)

        def run(skill: Skill) -> Patch:
            returned = _run(getattr(skill, name), context)
            if returned is not None and returned is not context:
                raise TypeError(f"`{name}` must return its context or nothing, not {returned!r}")
            return context.patch()

        try:
            return self._remembering(context, run)
        except CapabilityError as why:
            raise HandoffError(why.message, code=_REFUSALS.get(why.code, "other")) from why

    def call(self, name: str, given: str, caller: Caller) -> str:
        """What the tool returns, as JSON; `ToolError` when it fails."""
        if name not in self._tools:
            raise ToolError(f"this skill has no tool `{name}`", code="unknown-tool")
        attribute, tool = self._tools[name]
        taken = arguments.take(tool, given)
        if tool.caller:
            taken[tool.caller] = caller

        def run(skill: Skill) -> str:
            return to_json(_run(getattr(skill, attribute), **taken))

        try:
            return self._remembering(Context.of_caller(caller), run)
        except CapabilityError as why:
            raise ToolError(why.message, code=_TOOL_ERRORS.get(why.code, "failed")) from why
        except HandoffError as why:
            raise ToolError(why.message) from why

    def _remembering(self, context: Context, run: Callable[[Skill], R]) -> R:
        memory = recall()
        skill = self.made()
        defaults = Defaults(skill)
        vars(skill).update(memory)
        with call.Within(lambda: context):
            try:
                result = run(skill)
            except BatonError:
                # It refused, which it may want to remember; a fault is not kept.
                defaults.keep(skill, memory)
                raise
            defaults.keep(skill, memory)
            return result

    def made(self) -> Skill:
        """A new skill, with what the operator has configured if it takes that."""
        if self._is_plain:
            return self._skill.__new__(self._skill)
        return self._skill(Config()) if self._takes_config else self._skill()


def verdict(condition: declared.Handoff, answer: Any) -> Proposal | None:
    """What the condition's answer means."""
    target = condition.target
    if target is None:
        if answer is None or answer is False or answer == "":
            return None
        if isinstance(answer, Proposal):
            return answer
        if isinstance(answer, str):
            return Proposal(str(answer))
        raise TypeError(
            f"`{condition.name}` names an agent or none, so it cannot return {answer!r}"
        )
    if isinstance(answer, Grounds):
        return Proposal.on(target, answer)
    if isinstance(answer, (str, Proposal)):
        raise TypeError(f"`{condition.name}` answers yes or no, so it cannot return {answer!r}")
    return Proposal(target) if answer else None


def _run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    result = function(*args, **kwargs)
    # Not `inspect.isawaitable`, which asks abstract classes and takes longer than
    # most conditions.
    return loop.run(result) if hasattr(result, "__await__") else result


def _of(skill: type[Skill], kind: type[D]) -> list[tuple[str, D]]:
    return [(name, one) for name, one in declarations(skill) if isinstance(one, kind)]


def _takes_config(skill: type[Skill]) -> bool:
    parameters = list(inspect.signature(skill.__init__).parameters.values())[1:]
    required = [
        one
        for one in parameters
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    if any(one.name != "config" for one in required):
        raise BatonError(
            f"`{skill.__name__}.__init__` can be given a configuration and nothing else:"
            " write `def __init__(self, config=None):`"
        )
    return any(one.name == "config" for one in parameters)
