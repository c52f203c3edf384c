"""What capabilities answer with: dataclasses that also read like dictionaries,
since both `agent.name` and `agent["name"]` are how authors write."""

from typing import Any


class Record:
    """A dataclass whose fields can be read by name."""

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError:
            raise KeyError(name) from None

    def get(self, name: str, default: Any = None) -> Any:
        """The field of this name, or the default."""
        return getattr(self, name, default)
