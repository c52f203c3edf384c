"""Lines for the operator. Needs no grant."""

from .capability import Capability
from .host import current


class Log(Capability):
    """`self.log.warn("the price list is a week old")`"""

    def error(self, message: str) -> None:
        """Something went wrong."""
        current().write("error", message)

    def warn(self, message: str) -> None:
        """Something looks wrong."""
        current().write("warn", message)

    def info(self, message: str) -> None:
        """Something worth knowing."""
        current().write("info", message)

    def debug(self, message: str) -> None:
        """Something only the skill's author wants to know."""
        current().write("debug", message)
