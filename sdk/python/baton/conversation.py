"""The conversation of the present turn. Needs the grant `conversation`."""

from typing import Any

from .capability import Capability
from .host import current
from .message import Message
from .values import from_json, to_json


class Conversation(Capability):
    """`self.conversation.recent(10)`"""

    def recent(self, limit: int = 100) -> list[Message]:
        """At most `limit` of the newest messages, oldest first. At most 100."""
        return current().messages(None, limit)

    def before(self, id: str, limit: int = 100) -> list[Message]:
        """At most `limit` messages before the one with this id, oldest first."""
        return current().messages(id, limit)

    def metadata(self, name: str, default: Any = None) -> Any:
        """Metadata that a hook has put into the conversation, by this name."""
        json = current().metadata(name)
        return default if json is None else from_json(json)

    def set_metadata(self, name: str, value: Any) -> None:
        """Notes metadata of the conversation, kept with the turn. Hooks and tools
        may, conditions may not."""
        current().set_metadata(name, to_json(value))

    def profile(self) -> dict[str, Any]:
        """What the operator's directory knows of the user; empty for a stranger."""
        return current().profile()
