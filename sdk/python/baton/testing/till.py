"""The till of a desk: it knows prices and what the user has, and records what the
skill did with money."""

from dataclasses import dataclass, replace
from typing import Self

from ..errors import CapabilityError
from ..host import Handle
from ..payments import Money, Receipt
from .base import Base


@dataclass(frozen=True)
class Payment:
    """One thing that a skill did with money."""

    #: `charge`, `reserve`, `capture`, `release` or `refund`.
    act: str
    amount: Money
    #: What for; empty for what follows on a receipt.
    description: str = ""


class Till(Base):
    """Prices, a wallet, and receipts."""

    def __init__(self) -> None:
        super().__init__()
        self._prices: dict[str, Money] = {}
        self._wallet: dict[str, int] = {}
        self._refusal: CapabilityError | None = None
        self._receipts: dict[str, Receipt] = {}
        self._keys: dict[str, str] = {}
        #: What the skill did with money; what was refused is not there.
        self.paid: list[Payment] = []

    def priced(self, agent: str, price: Money) -> Self:
        """An answer of this agent costs so much."""
        self._prices[agent] = price
        return self

    def wallet(self, money: Money) -> Self:
        """The user can spend so much, in one currency more."""
        self._wallet[money.currency] = money.millionths
        return self

    def refuses_payment(self, code: str, why: str) -> Self:
        """Whatever is to be set aside is refused."""
        self._refusal = CapabilityError(code, why)
        return self

    def price(self, agent: str) -> Money | None:
        self._check("payments")
        return self._prices.get(agent)

    def start_balance(self) -> Handle:
        self._check("payments")
        return self._start(lambda: [Money(much, code) for code, much in self._wallet.items()])

    def finish_balance(self, handle: Handle) -> list[Money]:
        balance: list[Money] = self._finish(handle)
        return balance

    def start_charge(self, amount: Money, description: str, key: str | None) -> Handle:
        return self._start(lambda: self._set_aside("charge", amount, description, key))

    def start_reserve(self, amount: Money, description: str, key: str | None) -> Handle:
        return self._start(lambda: self._set_aside("reserve", amount, description, key))

    def start_capture(self, receipt: str, amount: Money | None) -> Handle:
        return self._start(lambda: self._settle("capture", receipt, amount))

    def start_release(self, receipt: str) -> Handle:
        return self._start(lambda: self._settle("release", receipt, None))

    def start_refund(self, receipt: str, amount: Money | None, key: str | None) -> Handle:
        return self._start(lambda: self._settle("refund", receipt, amount))

    def finish_payment(self, handle: Handle) -> Receipt:
        receipt: Receipt = self._finish(handle)
        return receipt

    def _set_aside(self, act: str, amount: Money, description: str, key: str | None) -> Receipt:
        self._check("payments")
        if self._refusal:
            raise self._refusal
        if key in self._keys:
            before = self._receipts[self._keys[key]]
            if before.amount != amount:
                raise CapabilityError("invalid", "the key was used for another amount")
            return before
        if self._wallet.get(amount.currency, 0) < amount.millionths:
            raise CapabilityError("payment-required", f"{amount} are needed")
        self._wallet[amount.currency] -= amount.millionths
        receipt = Receipt(str(len(self._receipts) + 1), amount, "open")
        self._receipts[receipt.id] = receipt
        if key is not None:
            self._keys[key] = receipt.id
        self.paid.append(Payment(act, amount, description))
        return receipt

    def _settle(self, act: str, id: str, amount: Money | None) -> Receipt:
        self._check("payments")
        if id not in self._receipts:
            raise CapabilityError("not-found", "there is no such receipt")
        receipt = self._receipts[id]
        amount = amount or receipt.amount
        if act != "capture":
            self._wallet[amount.currency] = self._wallet.get(amount.currency, 0) + amount.millionths
        self.paid.append(Payment(act, amount))
        state = "captured" if act == "capture" else "released"
        self._receipts[id] = replace(receipt, state=state)
        return self._receipts[id]
