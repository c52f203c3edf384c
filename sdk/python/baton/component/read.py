"""Records of the contract as what skills are given."""

from typing import Any

from ..agents import Agent, Answer
from ..caller import Caller
from ..discovery import Found
from ..handoffs import PastHandoff
from ..handover import Handover, Outcome
from ..http import Response
from ..message import Message
from ..payments import Money, Receipt
from ..query import Query
from ..storage import Entry, Usage
from ..tickets import Ticket
from ..values import from_json


def values(pairs: Any) -> dict[str, Any]:
    """Named JSON texts by name; the last of a name counts."""
    return {pair.name: from_json(pair.value) for pair in pairs}


def message(it: Any) -> Message:
    """`types.message`"""
    calls = [{"id": one.id, "name": one.name, "arguments": one.arguments} for one in it.tool_calls]
    return {
        "id": it.id,
        "time": it.time,
        "role": it.role,
        "content": it.content,
        "agent": it.agent,
        "tool_calls": calls,
        "answers": it.answers,
        "trust": it.trust,
    }


def query(it: Any) -> Query:
    """`types.query`"""
    return Query(
        it.text,
        conversation=it.conversation,
        user=it.user,
        owner=it.owner,
        scopes=it.scopes,
        turn=it.turn,
        time=it.time,
    )


def handover(it: Any) -> Handover:
    """`types.handoff-context`"""
    fields = {name: getattr(it, name) for name in Handover.__dataclass_fields__}
    fields["findings"] = values(it.findings)
    fields["metadata"] = values(it.metadata)
    return Handover(**fields)


def outcome(it: Any) -> Outcome:
    """`types.outcome`"""
    fields = {name: getattr(it, name) for name in Outcome.__dataclass_fields__}
    fields["insights"] = values(it.insights)
    return Outcome(**fields)


def caller(it: Any) -> Caller:
    """`tools.caller`"""
    return Caller(it.kind, it.name, it.user, it.conversation, list(it.scopes))


def agent(it: Any) -> Agent:
    """`agents.agent`"""
    extra = values(it.extra)
    return Agent(
        it.name,
        it.description,
        it.examples,
        it.skills,
        it.state,
        extra.get("kind"),
        extra.get("alternatives", []),
        extra.get("escalation", []),
    )


def answer(it: Any) -> Answer:
    """`agents.answer`"""
    return Answer(it.agent, it.reply, values(it.insights))


def found(it: Any) -> Found:
    """`discovery.found`"""
    extra = values(it.extra)
    by, fallback = extra.get("by"), extra.get("fallback")
    return Found(it.agent, it.score, it.skill, it.why, by, fallback)


def ticket(it: Any) -> Ticket:
    """`tickets.ticket`"""
    return Ticket(it.id, it.state, it.reason, it.created)


def past_handoff(it: Any) -> PastHandoff:
    """`handoffs.handoff`"""
    return PastHandoff(it.id, it.source, it.target, it.reason, it.confidence, it.created, it.state)


def entry(it: Any) -> Entry:
    """`storage.entry`"""
    return Entry(from_json(it.value), it.version, it.trust)


def usage(it: Any) -> Usage:
    """`storage.usage`"""
    return Usage(it.keys, it.bytes, it.max_keys, it.max_bytes)


def response(it: Any) -> Response:
    """`http.response`"""
    headers = [(header.name, header.value) for header in it.headers]
    return Response(it.status, headers, bytes(it.body), values(it.extra).get("url"))


def money(it: Any) -> Money:
    """`payments.money`"""
    return Money(it.millionths, it.currency)


def receipt(it: Any) -> Receipt:
    """`payments.receipt`"""
    return Receipt(it.id, money(it.amount), it.state)
