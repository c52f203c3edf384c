"""What authors derive from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import call
from .agents import Agents
from .clock import Clock
from .config import Config
from .context import Context
from .conversation import Conversation
from .declared import Declaration, declaration
from .discovery import Discovery
from .handoffs import Handoffs
from .http import Http
from .log import Log
from .names import skill_name
from .nli import NLISkill
from .payment import PaymentSkill
from .payments import Payments
from .random import Random
from .state import State
from .storage import Storage
from .tickets import Tickets

#: What authors call capabilities that they depend on.
DEPENDENCIES = {"nli": "agents", "payment": "payments"}


@dataclass(frozen=True)
class Identity:
    """What a class says of itself beside its functions."""

    name: str
    description: str | None = None
    version: str | None = None
    state_version: int = 1
    depends: list[str] = field(default_factory=list)
    config: Any = None


class Skill:
    """Its decorated functions are its conditions, hooks and tools; its attributes
    are what it remembers of a conversation.

    `class Workflow(Skill, state_version=2)` says more about it: `name`,
    `description`, `version`, `state_version` (raised when what was remembered
    cannot be read any more), `depends` (capabilities and skills without which it
    cannot work), `config` (a dataclass or `TypedDict` of its configuration).
    """

    agents: Agents = Agents()
    clock: Clock = Clock()
    config: Config = Config()
    conversation: Conversation = Conversation()
    discovery: Discovery = Discovery()
    handoffs: Handoffs = Handoffs()
    http: Http = Http()
    log: Log = Log()
    nli: NLISkill = NLISkill()
    payment: PaymentSkill = PaymentSkill()
    payments: Payments = Payments()
    random: Random = Random()
    storage: Storage = Storage()
    tickets: Tickets = Tickets()

    _baton_identity: ClassVar[Identity] = Identity("skill")
    _baton_depends: tuple[str, ...] = ()

    def __init_subclass__(cls, **said: Any) -> None:
        """Takes what the class statement says."""
        super().__init_subclass__()
        cls._baton_identity = Identity(**({"name": skill_name(cls.__name__)} | said))

    def __init__(
        self, config: Mapping[str, Any] | None = None, dependencies: Iterable[str] = ()
    ) -> None:
        """`dependencies` are capabilities and skills without which it cannot work."""
        if config is not None:
            self.config = config if isinstance(config, Config) else Config(config)
        self._baton_depends = tuple(DEPENDENCIES.get(one, one) for one in dependencies)

    @property
    def state(self) -> State:
        """What the skill remembers of the conversation, by name."""
        return State(self)

    def get_context(self) -> Context:
        """Who calls, and in which conversation."""
        return call.present()


def declarations(skill: type[Skill]) -> list[tuple[str, Declaration]]:
    """The decorated functions with the names of their attributes, as they are
    written, those of base classes first."""
    found: dict[str, Declaration | None] = {}
    for base in reversed(skill.__mro__):
        for name, value in vars(base).items():
            declared = declaration(value)
            if declared or name in found:
                found[name] = declared
    return [(name, declared) for name, declared in found.items() if declared]
