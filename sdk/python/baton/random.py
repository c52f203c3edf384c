"""Chance, from a seed that the host puts on record: the same turn draws the
same again. Not for keys. Needs no grant."""

import random as stdlib
from typing import Any

from .capability import Capability
from .host import current

#: What a float can hold.
_FLOAT_BITS = 53


class Random(Capability, stdlib.Random):
    """`self.random.choice(greetings)`: all of the standard library's `Random`,
    and the functions of the contract."""

    def bytes(self, length: int) -> bytes:
        """As many bytes, at most 64 KiB."""
        return current().random_bytes(length)

    def number(self) -> int:
        """A number of 64 bits."""
        return current().random_number()

    def below(self, limit: int) -> int:
        """A number below this one; 0 below 0."""
        # The high half of the product, as in every other language's SDK, so
        # that the same turn draws the same in all of them.
        return (self.number() * limit) >> 64

    def random(self) -> float:
        """From 0 up to, but not, 1."""
        return (self.number() >> (64 - _FLOAT_BITS)) / (1 << _FLOAT_BITS)

    def getrandbits(self, k: int, /) -> int:
        """So many bits."""
        if k <= 64:
            return self.number() >> (64 - k) if k else 0
        drawn = int.from_bytes(self.bytes((k + 7) // 8), "little")
        return drawn >> (-k % 8)

    def seed(self, *_: Any, **__: Any) -> None:
        """The host has the seed."""
