"""Web servers that the operator has named. Needs the grant `http:HOST`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .capability import Capability
from .errors import CapabilityError
from .host import current
from .pending import Pending
from .record import Record
from .values import from_json, to_json


@dataclass(frozen=True)
class Request(Record):
    """What is sent. A header may hold `secret:NAME`; the host puts the operator's
    secret in its place, and the skill never sees it."""

    method: str
    url: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    timeout: float | None = None


@dataclass(frozen=True)
class Response(Record):
    """What came back. Any status is a response."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    #: Where it came from in the end.
    url: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the status says so."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case."""
        wanted = name.lower()
        return next((value for known, value in self.headers if known.lower() == wanted), None)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body read as JSON."""
        try:
            return from_json(self.text)
        except ValueError as why:
            raise CapabilityError("failed", f"the response cannot be read: {why}") from None


class Http(Capability):
    """`rates = (await self.http.get("https://rates.example.com/eur")).json()`"""

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Pending[Response]:
        """Gets what is there."""
        return self.request("GET", url, headers=headers, timeout=timeout)

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Pending[Response]:
        """Posts a JSON value, or a body."""
        return self.request("POST", url, json=json, body=body, headers=headers, timeout=timeout)

    def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Pending[Response]:
        """Sends a request with this method; gives up after `timeout` seconds."""
        sent = list((headers or {}).items())
        if json is not None:
            body = to_json(json)
            sent.append(("content-type", "application/json"))
        content = body.encode() if isinstance(body, str) else body
        host = current()
        handle = host.start_request(Request(method, url, sent, content, timeout))
        return Pending(handle, host.finish_request)
