"""What every gateway can do. What it is told holds no name, number or address of a person.

A call-back is only a reason to ask: what was paid is what the gateway answers to `ask`, compared with what we asked
for.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar
from urllib.parse import SplitResult

from panjereh.payments.books import Place


@dataclass(frozen=True, slots=True)
class Order:
    """One payment, as a gateway may know it.

    number: ours, repeated in all that the gateway tells; reference: the gateway's own ("" before it has given one)
    amount: in the smallest unit of the currency; shares: how it is split between the agencies' accounts
    back: where the person and the call-back come to; text: what it is for
    """

    number: str
    amount: int
    currency: str
    reference: str = ""
    shares: Mapping[str, int] = field(default_factory=dict)
    back: str = ""
    text: str = ""
    language: str = "fa"


@dataclass(frozen=True, slots=True)
class Way:
    """Where the person goes to pay: an address to open, or a form to send there when there are fields."""

    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """The gateway knows of the order by this reference of its own."""

    reference: str
    way: Way


@dataclass(frozen=True, slots=True)
class Call:
    """What came to us, from the gateway or from somebody who says so."""

    fields: Mapping[str, str]


class State(StrEnum):
    """What has become of a payment, as the gateway says. RETURNED: it was paid and taken back (a dispute)."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says of an order. trace: the bank's number for it; failure: why not, as a word of ours."""

    state: State
    order: str
    reference: str = ""
    amount: int = 0
    currency: str = ""
    trace: str = ""
    failure: str = ""

    def fits(self, order: Order) -> bool:
        """Whether it is about what we asked for. Less money (a partial capture) is welcome, more is not."""
        same = (self.order, self.reference, self.currency) == (order.number, order.reference, order.currency)
        return same and 0 < self.amount <= order.amount


class Gateway(ABC):
    """One provider. `address` is what the operator has set for it."""

    name: ClassVar[str]
    title: ClassVar[Mapping[str, str]]
    currencies: ClassVar[frozenset[str]]
    is_for_trying: ClassVar[bool] = False
    refunds_itself: ClassVar[bool] = True

    def __init__(self, address: SplitResult) -> None:
        self.address = address

    @property
    def pages(self) -> tuple[str, ...]:
        """Origins of the pages to which people are sent, such as https://example.com; none for pages of our own."""
        return ()

    def place(self, currency: str) -> Place:
        """Where its money is in the books until the bank has it."""
        return Place("gateway", holder=self.name, currency=currency)

    @abstractmethod
    def begin(self, order: Order) -> Begun:
        """Tell of the order and get its reference. Raises GatewayIsAway, GatewayRefused."""

    @abstractmethod
    def hear(self, call: Call) -> str:
        """The number of the order that a call-back is about. Raises NotOfTheGateway when it is not signed by it."""

    @abstractmethod
    def ask(self, order: Order, said: Mapping[str, str]) -> Answer:
        """What has become of it, and (where the gateway wants that) confirm that we have taken note.

        said: what the last call-back said, for gateways that give a number there without which they can't be asked
        Raises GatewayIsAway.
        """

    @abstractmethod
    def refund(self, order: Order, amount: int, key: str) -> Answer:
        """Give back an amount of a settled order, once for each key: state PAID when it is on its way.

        Raises GatewayIsAway.
        """
