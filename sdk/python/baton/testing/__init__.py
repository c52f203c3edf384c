"""A desk for unit tests, in ordinary Python: it answers a skill's capabilities and
records what the skill did with them.

    desk = Desk().answers("price-list", "Nine euros.")
    with desk:
        assert desk.run(skill.nli.query_agent("price-list", "How much?"))["success"]
    assert desk.queries == [("price-list", "How much?")]
"""

from .conversation import Conversation
from .desk import Desk
from .till import Payment

__all__ = ["Conversation", "Desk", "Payment"]
