"""The three decorators."""

from .handoff import handoff
from .hook import hook
from .tool import tool

__all__ = ["handoff", "hook", "tool"]
