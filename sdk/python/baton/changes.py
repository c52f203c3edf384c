"""From what a hook made of its context to what it adds: the contract knows no
taking away."""

from collections.abc import Iterable, Mapping
from typing import Any

from .errors import ContextError
from .handover import Outcome, Patch, Replacement
from .values import to_json

#: In a context for the target, lists under these names are facts.
FACTS = ("important_facts", "facts")


def told(field: str, value: Any) -> Any:
    """The value, if it is what this field holds."""
    if field in ("findings", "metadata"):
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise ContextError(f"{field} of a handoff are a dictionary with texts as its keys")
        to_json(value)
        return dict(value)
    if field == "instructions":
        if not isinstance(value, str):
            raise ContextError("the instructions of a handoff are a text")
        return value
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise ContextError(f"the {field} of a handoff are a list of texts")
    return list(value)


def added(
    now: Mapping[str, Any], before: Mapping[str, Any], to: dict[str, Any], facts: Patch | None
) -> None:
    """Puts what is new or different into `to`, and facts where they belong."""
    for name, value in now.items():
        if name in before and before[name] == value:
            continue
        if facts is not None and name in FACTS and _are_texts(value):
            facts.facts.extend(value)
        else:
            to[name] = value


def appended(now: Iterable[str], before: Iterable[str]) -> list[str]:
    """What was not there before, in its order."""
    known = set(before)
    return [one for one in now if one not in known]


def replaced(now: Mapping[str, Any], outcome: Outcome) -> Replacement | None:
    """Another reply than the target's; none: it is the target's still."""
    if now["response"] == outcome.reply and now.get("success") == outcome.success:
        return None
    # Whoever speaks where the target has failed speaks in its stead.
    fallback = bool(now.get("fallback") or not outcome.success)
    agent = now.get("agent")
    if now.get("error") == outcome.error and agent == outcome.agent and not outcome.success:
        agent = None
    return Replacement(now["response"], agent, fallback)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
