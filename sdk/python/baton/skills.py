"""The classes that skills are made of."""

from .discovery import DiscoverySkill
from .nli import NLISkill
from .payment import PaymentSkill
from .skill import Skill

__all__ = ["DiscoverySkill", "NLISkill", "PaymentSkill", "Skill"]
