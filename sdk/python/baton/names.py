"""How names of Python become names of the contract."""

import re

# Before a capital that begins a word, also behind an acronym: `NLIRouter` is
# two words.
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def kebab(name: str) -> str:
    """`CustomerService` and `customer_service` as `customer-service`."""
    return _WORDS.sub("-", name).replace("_", "-").strip("-").lower()


def skill_name(class_name: str) -> str:
    """`CustomerServiceSkill` as `customer-service`."""
    return kebab(class_name.removesuffix("Skill") or class_name)
