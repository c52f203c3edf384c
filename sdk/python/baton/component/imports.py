"""The host that runs the component."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..agents import Agent, Answer
from ..discovery import Found
from ..handoffs import PastHandoff
from ..host import Handle
from ..http import Request, Response
from ..manifest import pairs
from ..message import Message
from ..payments import Money, Receipt
from ..pending import milliseconds
from ..storage import Entry, Usage
from ..tickets import Ticket
from . import read
from .bindings import Absent, ask, imported, needed


def _optional(interface: str) -> Any:
    return imported(interface) or Absent(interface)


_log = needed("log")
_state = needed("state")
_config = _optional("config")
_clock = _optional("clock")
_random = _optional("random")
_conversation = _optional("conversation")
_agents = _optional("agents")
_discovery = _optional("discovery")
_tickets = _optional("tickets")
_storage = _optional("storage")
_handoffs = _optional("handoffs")
_http = _optional("http")
_payments = _optional("payments")
_waiting = _optional("waiting")


class ComponentHost:
    """Asks the imports; each function is one of them."""

    def write(self, level: str, message: str) -> None:
        _log.write(level, message)

    def load(self) -> bytes | None:
        kept = _state.load()
        return None if kept is None else bytes(kept)

    def save(self, value: bytes) -> None:
        ask(_state.save, value)

    def unreadable(self, why: str) -> None:
        _state.unreadable(why)

    def configured(self, name: str) -> str | None:
        json: str | None = _config.get(name)
        return json

    def configuration(self) -> dict[str, str]:
        return {pair.name: pair.value for pair in _config.all()}

    def now(self) -> int:
        return int(_clock.now())

    def random_bytes(self, length: int) -> bytes:
        return bytes(_random.bytes(length))

    def random_number(self) -> int:
        return int(_random.number())

    def messages(self, before: str | None, limit: int) -> list[Message]:
        return [read.message(one) for one in ask(_conversation.messages, before, limit)]

    def metadata(self, name: str) -> str | None:
        json: str | None = ask(_conversation.metadata, name)
        return json

    def set_metadata(self, name: str, value: str) -> None:
        ask(_conversation.set_metadata, name, value)

    def profile(self) -> dict[str, Any]:
        return read.values(ask(_conversation.profile))

    def list_agents(self) -> list[Agent]:
        return [read.agent(one) for one in ask(_agents.list_agents)]

    def describe_agent(self, name: str) -> Agent:
        return read.agent(ask(_agents.describe_agent, name))

    def available(self, name: str) -> bool:
        return bool(ask(_agents.available, name))

    def start_query(self, agent: str, text: str, timeout_ms: int | None) -> Handle:
        return ask(_agents.start_query, agent, text, timeout_ms)

    def finish_query(self, handle: Handle) -> Answer:
        return read.answer(ask(_agents.finish_query, handle))

    def start_find(self, intent: str, max_results: int) -> Handle:
        return ask(_discovery.start_find, intent, max_results)

    def finish_find(self, handle: Handle) -> list[Found]:
        return [read.found(one) for one in ask(_discovery.finish_find, handle)]

    def open_ticket(self, reason: str, details: Mapping[str, Any]) -> Ticket:
        return read.ticket(ask(_tickets.open, reason, pairs(details)))

    def list_tickets(self) -> list[Ticket]:
        return [read.ticket(one) for one in ask(_tickets.list_open)]

    def stored(self, key: str) -> Entry | None:
        entry = ask(_storage.get, key)
        return None if entry is None else read.entry(entry)

    def store(self, key: str, value: str) -> None:
        ask(_storage.set, key, value)

    def forget(self, key: str) -> None:
        ask(_storage.delete, key)

    def stored_keys(self, prefix: str, after: str | None, limit: int) -> list[str]:
        return list(ask(_storage.keys, prefix, after, limit))

    def compare_and_set(self, key: str, version: int | None, value: str) -> int | None:
        now: int | None = ask(_storage.compare_and_set, key, version, value)
        return now

    def storage_used(self) -> Usage:
        return read.usage(ask(_storage.used))

    def past_handoffs(self, before: str | None, limit: int) -> list[PastHandoff]:
        return [read.past_handoff(one) for one in ask(_handoffs.history, before, limit)]

    def active_handoffs(self) -> list[PastHandoff]:
        return [read.past_handoff(one) for one in ask(_handoffs.active)]

    def start_request(self, request: Request) -> Handle:
        headers = [_http.Header(name, value) for name, value in request.headers]
        timeout_ms = milliseconds(request.timeout)
        sent = _http.Request(request.method, request.url, headers, request.body, timeout_ms, [])
        return ask(_http.start_request, sent)

    def finish_request(self, handle: Handle) -> Response:
        return read.response(ask(_http.finish_request, handle))

    def price(self, agent: str) -> Money | None:
        price = ask(_payments.price, agent)
        return None if price is None else read.money(price)

    def start_balance(self) -> Handle:
        return ask(_payments.start_balance)

    def finish_balance(self, handle: Handle) -> list[Money]:
        return [read.money(one) for one in ask(_payments.finish_balance, handle)]

    def start_charge(self, amount: Money, description: str, key: str | None) -> Handle:
        return ask(_payments.start_charge, amount, description, key)

    def start_reserve(self, amount: Money, description: str, key: str | None) -> Handle:
        return ask(_payments.start_reserve, amount, description, key)

    def start_capture(self, receipt: str, amount: Money | None) -> Handle:
        return ask(_payments.start_capture, receipt, amount)

    def start_release(self, receipt: str) -> Handle:
        return ask(_payments.start_release, receipt)

    def start_refund(self, receipt: str, amount: Money | None, key: str | None) -> Handle:
        return ask(_payments.start_refund, receipt, amount, key)

    def finish_payment(self, handle: Handle) -> Receipt:
        return read.receipt(ask(_payments.finish, handle))

    def ready(self, handle: Handle) -> bool:
        return bool(handle.ready())

    def wait_any(self, handles: Sequence[Handle], timeout_ms: int | None) -> list[int]:
        return list(_waiting.wait_any(list(handles), timeout_ms))

    def drop(self, handle: Handle) -> None:
        handle.__exit__(None, None, None)
