"""Money of the turn's user, who is always the payer. Needs the grant `payments`.

A charge made in a before-hook counts towards the price of the target, which the
host collects anyway. It goes back when the handoff comes to nothing."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .capability import Capability
from .errors import CapabilityError
from .host import current
from .pending import Pending
from .record import Record

#: Millionths in one unit.
UNIT = 1_000_000


@dataclass(frozen=True)
class Money(Record):
    """Whole millionths of a unit; currencies are never mixed."""

    millionths: int
    #: A code such as `USD`.
    currency: str

    @classmethod
    def of(cls, units: "str | int | float | Decimal", currency: str) -> "Money":
        """So many units, as in "0.05"."""
        try:
            # By its shortest text, or 0.1 would be a little more than 0.1.
            exact = Decimal(str(units)) * UNIT
        except InvalidOperation:
            exact = Decimal("nan")
        if not exact.is_finite() or exact < 0 or exact != exact.to_integral_value():
            raise CapabilityError(
                "invalid", f"`{units}` is no amount: digits, a point and at most six decimals"
            )
        return cls(int(exact), currency)

    def __str__(self) -> str:
        whole, part = divmod(self.millionths, UNIT)
        decimals = f"{part:06}".rstrip("0").ljust(2, "0")
        return f"{whole}.{decimals} {self.currency}"


@dataclass(frozen=True)
class Receipt(Record):
    """Money that is set aside, or was."""

    id: str
    amount: Money
    #: `open`, `captured`, `released` or `unknown`.
    state: str


class Payments(Capability):
    """`await self.payments.charge(Money.of("0.10", "USD"), "Report")`"""

    def price(self, agent: str) -> Money | None:
        """What an answer of the agent costs; none: nothing."""
        return current().price(agent)

    def balance(self) -> Pending[list[Money]]:
        """What the user can spend, in each currency."""
        host = current()
        return Pending(host.start_balance(), host.finish_balance)

    def charge(self, amount: Money, description: str, key: str | None = None) -> Pending[Receipt]:
        """Sets money aside, to be paid when all ends well. The same key with the
        same amount is the same charge, in whichever turn."""
        host = current()
        return Pending(host.start_charge(amount, description, key), host.finish_payment)

    def reserve(self, amount: Money, description: str, key: str | None = None) -> Pending[Receipt]:
        """Sets money aside, to go back at the end of the turn unless `capture` is
        called."""
        host = current()
        return Pending(host.start_reserve(amount, description, key), host.finish_payment)

    def capture(self, receipt: Receipt | str, amount: Money | None = None) -> Pending[Receipt]:
        """What was set aside is to be paid: so much of it, or all."""
        host = current()
        return Pending(host.start_capture(_id(receipt), amount), host.finish_payment)

    def release(self, receipt: Receipt | str) -> Pending[Receipt]:
        """What was set aside goes back."""
        host = current()
        return Pending(host.start_release(_id(receipt)), host.finish_payment)

    def refund(
        self, receipt: Receipt | str, amount: Money | None = None, key: str | None = None
    ) -> Pending[Receipt]:
        """What this skill was paid goes back: so much of it, or all that is left.
        The same key with the same amount is the same refund."""
        host = current()
        return Pending(host.start_refund(_id(receipt), amount, key), host.finish_payment)


def _id(receipt: Receipt | str) -> str:
    return receipt if isinstance(receipt, str) else receipt.id
