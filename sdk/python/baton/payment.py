"""Charging a user, as the capability `payments` does it, by yes or no."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .call import present
from .errors import CapabilityError
from .payments import Money, Payments

#: Of an amount that is only a number.
CURRENCY = "USD"

#: Why a user who should pay has not.
UNPAID = ("payment-required", "limit")


class PaymentSkill(Payments):
    """`if not await self.payment.charge_user(user_id=…, amount=5, description="…"):`"""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """`config` may say the `currency` of amounts that are numbers."""
        self._currency = str((config or {}).get("currency", CURRENCY))

    async def charge_user(
        self,
        user_id: str | None,
        amount: Money | int | float | str | Decimal,
        description: str,
        key: str | None = None,
    ) -> bool:
        """Whether the money could be set aside. The payer is always the turn's
        user, so `user_id` can be nobody else."""
        if user_id != present().peer_user_id:
            raise CapabilityError("not-allowed", "only the turn's own user can be charged")
        money = amount if isinstance(amount, Money) else Money.of(amount, self._currency)
        try:
            await self.charge(money, description, key)
        except CapabilityError as why:
            if why.code in UNPAID:
                return False
            raise
        return True
