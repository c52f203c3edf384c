"""One message of a conversation."""

from typing import Any, TypedDict


class Message(TypedDict):
    """A plain dictionary, so that it can be stored and sent as it is."""

    id: str
    time: int
    #: `user`, `agent`, `tool` or `operator`.
    role: str
    content: str
    #: Which agent said it, when role is `agent`.
    agent: str | None
    #: Each with `id`, `name` and `arguments`.
    tool_calls: list[dict[str, Any]]
    #: Which call this answers, when role is `tool`.
    answers: str | None
    #: From 0 (not at all) to 100 (the operator's own words).
    trust: int


def message(id: str, role: str, content: str, agent: str | None = None) -> Message:
    """A message of which no more is known."""
    return {
        "id": id,
        "time": 0,
        "role": role,
        "content": content,
        "agent": agent,
        "tool_calls": [],
        "answers": None,
        "trust": 50,
    }
