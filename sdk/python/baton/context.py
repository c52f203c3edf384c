"""The context of a call: what hooks read and write as `context["…"]`, and tools
and conditions get by `self.get_context()`."""

from collections.abc import Iterator, MutableMapping
from enum import Enum
from typing import Any

from .caller import Caller
from .changes import added, appended, replaced, told
from .errors import CapabilityError, ContextError
from .handover import Handover, Outcome, Patch
from .host import current
from .message import Message, message
from .query import Query
from .values import from_json, to_json


class During(Enum):
    """What is being done. It decides what may be written."""

    CONDITION = "a condition"
    BEFORE = "a before-hook"
    AFTER = "an after-hook"
    TOOL = "a tool"


#: Other words for fields of `Handover`: those that authors use.
SYNONYMS = {
    "handoff_id": "id",
    "handoff_agent": "target",
    "handoff_context": "findings",
    "handoff_metadata": "metadata",
    "source_agent": "source",
    "agent_name": "source",
    "peer_user_id": "user",
}

#: What a hook may add to. All other fields are identity and origin.
OPEN = ("findings", "metadata", "facts", "decisions", "instructions")
CLOSED = frozenset(Handover.__dataclass_fields__) - frozenset(OPEN) | {"messages"}


class Context(MutableMapping[str, Any]):
    """Reads like a dictionary. What is no field of the handoff is metadata of the
    conversation, kept for later turns."""

    def __init__(
        self,
        during: During,
        *,
        handoff: Handover | None = None,
        outcome: Outcome | None = None,
        agent: str = "",
        user: str | None = None,
        task: str | None = None,
    ) -> None:
        self._during = during
        self._handoff = handoff
        self._outcome = outcome
        #: The agent that has, or had, the conversation.
        self.agent_name = handoff.source if handoff else agent
        #: The user; none for an unknown visitor.
        self.peer_user_id = handoff.user if handoff else user
        self._task = handoff.original_task if handoff else task
        self._messages: list[Message] | None = None
        self._open: dict[str, Any] = {}
        self._noted: dict[str, Any] = {}

    @classmethod
    def of_handoff(cls, handoff: Handover, outcome: Outcome | None = None) -> "Context":
        """What a hook is given: before, and with an outcome after a handoff."""
        during = During.AFTER if outcome else During.BEFORE
        return cls(during, handoff=handoff, outcome=outcome)

    @classmethod
    def of_query(cls, query: Query) -> "Context":
        """Where a condition is asked."""
        return cls(During.CONDITION, agent=query.owner, user=query.user, task=query.text)

    @classmethod
    def of_caller(cls, caller: Caller) -> "Context":
        """Where a tool is called."""
        return cls(During.TOOL, agent=caller.name, user=caller.user)

    @property
    def messages(self) -> list[Message]:
        """The newest messages, oldest first: 100 of earlier turns, if the operator
        lets the skill read them, and the one that set this off."""
        if self._messages is None:
            # A host counts the present message to the conversation when it is
            # answered.
            present = [] if self._task is None else [message("", "user", self._task)]
            self._messages = _earlier(bool(present)) + present
        return self._messages

    def __getitem__(self, name: str) -> Any:
        if name == "messages":
            return self.messages
        if name == "handoff_result" and self._outcome:
            return self._open.setdefault(name, self._outcome.result())
        field = SYNONYMS.get(name, name)
        if self._handoff and field in OPEN:
            if field not in self._open:
                self._open[field] = _copy(getattr(self._handoff, field))
            return self._open[field]
        if self._handoff and field in CLOSED:
            return getattr(self._handoff, field)
        if name in ("agent_name", "peer_user_id"):
            return getattr(self, name)
        if name in self._noted:
            return self._noted[name]
        json = current().metadata(name)
        if json is None:
            raise KeyError(name)
        return from_json(json)

    def __setitem__(self, name: str, value: Any) -> None:
        field = SYNONYMS.get(name, name)
        if self._during is During.CONDITION:
            raise ContextError(f"a condition only reads, so it cannot set {name!r}")
        if name == "handoff_result":
            self._set_result(value)
        elif field in CLOSED or field in OPEN and not self._handoff:
            raise ContextError(
                f"{name!r} is not for {self._during.value} to change: it says whose handoff this"
                " is; add to handoff_context, handoff_metadata, facts, decisions or instructions"
            )
        elif field in OPEN:
            self._open[field] = told(field, value)
        else:
            json = to_json(value)
            if self._during is During.TOOL:
                current().set_metadata(name, json)
            self._noted[name] = value

    def __delitem__(self, name: str) -> None:
        if name not in self._noted:
            raise ContextError(f"{name!r} cannot be taken away: a context is only added to")
        del self._noted[name]

    def __iter__(self) -> Iterator[str]:
        known = list(self._noted)
        if self._handoff:
            known = [*Handover.__dataclass_fields__, *known]
        return iter(known)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getattr__(self, name: str) -> Any:
        handoff = self.__dict__.get("_handoff")
        if handoff is not None and name in Handover.__dataclass_fields__:
            return self[name]
        raise AttributeError(f"the context of {self._during.value} has no `{name}`")

    def _set_result(self, value: Any) -> None:
        if self._during is not During.AFTER:
            raise ContextError("'handoff_result' can only be set after a handoff")
        if not isinstance(value, MutableMapping) or not isinstance(value.get("response"), str):
            raise ContextError('\'handoff_result\' needs the reply: {"response": "…"}')
        self._open["handoff_result"] = value

    def patch(self) -> Patch:
        """What was added."""
        patch = Patch(conversation=dict(self._noted))
        handoff = self._handoff
        if handoff is None:
            return patch
        if "findings" in self._open:
            added(self._open["findings"], handoff.findings, patch.findings, patch)
        if "metadata" in self._open:
            added(self._open["metadata"], handoff.metadata, patch.metadata, None)
        patch.facts += appended(self._open.get("facts", ()), handoff.facts)
        patch.decisions += appended(self._open.get("decisions", ()), handoff.decisions)
        if (instructions := self._open.get("instructions", "")) != handoff.instructions:
            patch.instructions = instructions.removeprefix(handoff.instructions).strip() or None
        if self._outcome and "handoff_result" in self._open:
            patch.replace = replaced(self._open["handoff_result"], self._outcome)
        return patch


def _earlier(without: bool) -> list[Message]:
    try:
        return current().messages(None, 100)
    except CapabilityError as why:
        if why.code == "not-granted" and without:
            return []
        raise


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, (dict, list)) else value
