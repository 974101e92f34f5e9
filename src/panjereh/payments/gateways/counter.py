"""At the counter and by bank transfer: no gateway's page; an official or a statement tells that money came."""

from collections.abc import Mapping
from typing import ClassVar

from panjereh.payments.books import Place
from panjereh.payments.errors import GatewayRefused
from panjereh.payments.gateways.port import Answer, Begun, Call, Gateway, Order, State


class _ByHand(Gateway):
    """Nobody is sent away and nothing calls back; refunds are paid out by hand."""

    kind: ClassVar[str]
    currencies = frozenset({"IRR", "EUR", "USD"})
    refunds_itself = False

    def place(self, currency: str) -> Place:
        return Place(self.kind, currency=currency)

    def begin(self, order: Order) -> Begun:
        raise GatewayRefused(order=order.number)

    def hear(self, call: Call) -> str:
        raise GatewayRefused(fields=sorted(call.fields))

    def ask(self, order: Order, said: Mapping[str, str]) -> Answer:
        return Answer(State.PENDING, order.number)

    def refund(self, order: Order, amount: int, key: str) -> Answer:
        return Answer(State.PENDING, order.number)


class Cash(_ByHand):
    name = kind = "cash"
    title: ClassVar[Mapping[str, str]] = {"fa": "نقدی در پیشخوان", "en": "Cash at the counter"}


class CardTerminal(_ByHand):
    name = kind = "card"
    title: ClassVar[Mapping[str, str]] = {"fa": "کارت‌خوان پیشخوان", "en": "Card at the counter"}


class Transfer(_ByHand):
    """Into the agency's bank account, with the bill's number as the reference."""

    name = kind = "bank"
    title: ClassVar[Mapping[str, str]] = {"fa": "واریز به حساب بانکی", "en": "Bank transfer"}
