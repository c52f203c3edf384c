"""What is said at a desk, and to whom it is known."""

from collections.abc import Mapping
from typing import Any, Self

from ..errors import CapabilityError
from ..host import Handle
from ..http import Request, Response
from ..message import Message, message
from ..tickets import Ticket
from ..values import from_json, to_json
from .base import Base


class Talk(Base):
    """The conversation, the user's profile, tickets, and pages of the web."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: list[Message] = []
        self._metadata: dict[str, str] = {}
        self._profile: dict[str, Any] = {}
        self._tickets: list[Ticket] = []
        self._pages: dict[str, Response] = {}
        #: The tickets opened, each with its reason and details.
        self.opened: list[tuple[str, dict[str, Any]]] = []
        #: The requests sent to the web.
        self.requests: list[Request] = []

    def user_says(self, text: str) -> Self:
        """Adds a message of the user."""
        return self._said("user", text, None)

    def agent_says(self, agent: str, text: str) -> Self:
        """Adds a message of an agent."""
        return self._said("agent", text, agent)

    def noting(self, name: str, value: Any) -> Self:
        """Adds metadata of the conversation."""
        self._metadata[name] = to_json(value)
        return self

    def knowing(self, name: str, value: Any) -> Self:
        """Adds something that the operator knows of the user."""
        self._profile[name] = value
        return self

    def ticket(self, reason: str) -> Self:
        """Adds a ticket that the user already has."""
        self._ticket(reason)
        return self

    def serves(self, url: str, status: int, body: str) -> Self:
        """Adds a page of the web. Every other URL cannot be reached."""
        self._pages[url] = Response(status, [], body.encode(), url)
        return self

    @property
    def noted(self) -> dict[str, Any]:
        """The conversation's metadata, what the skill has set included."""
        return {name: from_json(value) for name, value in self._metadata.items()}

    def messages(self, before: str | None, limit: int) -> list[Message]:
        self._check("conversation")
        ids = [one["id"] for one in self._messages]
        end = ids.index(before) if before in ids else len(ids) if before is None else 0
        return self._messages[max(0, end - min(limit, 100)) : end]

    def metadata(self, name: str) -> str | None:
        self._check("conversation")
        return self._metadata.get(name)

    def set_metadata(self, name: str, value: str) -> None:
        self._check("conversation")
        self._metadata[name] = value

    def profile(self) -> dict[str, Any]:
        self._check("conversation")
        return dict(self._profile)

    def open_ticket(self, reason: str, details: Mapping[str, Any]) -> Ticket:
        self._check("tickets")
        self.opened.append((reason, from_json(to_json(details))))
        return self._ticket(reason)

    def list_tickets(self) -> list[Ticket]:
        self._check("tickets")
        return [one for one in self._tickets if one.state != "closed"]

    def start_request(self, request: Request) -> Handle:
        self._check("http")
        self.requests.append(request)

        def result() -> Response:
            if request.url not in self._pages:
                raise CapabilityError("unavailable", f"nobody serves `{request.url}` here")
            return self._pages[request.url]

        return self._start(result)

    def finish_request(self, handle: Handle) -> Response:
        response: Response = self._finish(handle)
        return response

    def _said(self, role: str, text: str, agent: str | None) -> Self:
        self._messages.append(message(str(len(self._messages) + 1), role, text, agent))
        return self

    def _ticket(self, reason: str) -> Ticket:
        ticket = Ticket(str(len(self._tickets) + 1), "open", reason)
        self._tickets.append(ticket)
        return ticket
