"""PayPal, by the provider of django-payments; neither its models nor its tables nor its pages are used.

The library talks to PayPal's REST API (v1: create, execute, refund) with a token by client credentials. What was
paid is read from PayPal itself, never from the address with which the person comes back.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar, TypeVar
from urllib.parse import unquote

import requests

from panjereh.kernel import clock
from panjereh.payments.errors import GatewayIsAway, GatewayRefused, NotOfTheGateway
from panjereh.payments.gateways.port import Answer, Begun, Call, Gateway, Order, State, Way

SECONDS = 10
CENTS = 100
STATES = {
    "completed": State.PAID,
    "partially_refunded": State.PAID,
    "refunded": State.PAID,
    "reversed": State.RETURNED,
    "denied": State.FAILED,
}
"""Of a sale. What we gave back ourselves was paid all the same; what the bank took back was returned."""

Result = TypeVar("Result")


class Paypal(Gateway):
    name = "paypal"
    title: ClassVar[Mapping[str, str]] = {"fa": "پی‌پال", "en": "PayPal"}
    currencies = frozenset({"EUR", "USD"})

    @cached_property
    def provider(self) -> Any:
        from payments.paypal import PaypalProvider  # half a second: only where somebody pays this way

        class Patient(PaypalProvider):  # type: ignore[misc]  # the library has no types
            """The same, but it waits for no answer longer than we do, and returns to where the order says."""

            def http_request(self, payment: Any, *args: Any, **kwargs: Any) -> Any:
                return super().http_request(payment, *args, **{"timeout": SECONDS, **kwargs})

            def get_access_token(self, payment: Any) -> str:
                response = requests.post(
                    self.oauth2_url,
                    data={"grant_type": "client_credentials"},
                    auth=(self.client_id, self.secret),
                    timeout=SECONDS,
                )
                response.raise_for_status()
                return "{token_type} {access_token}".format(**response.json())

            def get_return_url(self, payment: Any, extra_data: Any = None, request: Any = None) -> str:
                return str(payment.back)

            def get_transactions_data(self, payment: Any) -> Any:
                data = super().get_transactions_data(payment)
                data["transactions"][0]["invoice_number"] = payment.order
                return data

        address = self.address
        port = f":{address.port}" if address.port else ""
        return Patient(
            client_id=unquote(address.username or ""),
            secret=unquote(address.password or ""),
            endpoint=f"{address.scheme}://{address.hostname}{port}",
        )

    @property
    def pages(self) -> tuple[str, ...]:
        return ("https://www.paypal.com", "https://www.sandbox.paypal.com")

    def begin(self, order: Order) -> Begun:
        attempt = _Attempt(order)
        created = _asked(lambda: self.provider.create_payment(attempt))
        links = {link["rel"]: link["href"] for link in created.get("links", [])}
        if "approval_url" not in links or not created.get("id"):
            raise GatewayRefused(order=order.number)
        return Begun(created["id"], Way(links["approval_url"]))

    def hear(self, call: Call) -> str:
        order = call.fields.get("order", "")
        if not order.isdecimal() or "token" not in call.fields:
            raise NotOfTheGateway(fields=sorted(call.fields))
        return order

    def ask(self, order: Order, said: Mapping[str, str]) -> Answer:
        """How it stands; what the person has approved on PayPal's page is executed first."""
        attempt, stands = self._stands(order)
        if stands.get("state") == "created" and said.get("PayerID"):
            stands = _asked(lambda: self.provider.execute_payment(attempt, said["PayerID"]))
        return _answer(order, stands)

    def refund(self, order: Order, amount: int, key: str) -> Answer:
        attempt, stands = self._stands(order)
        resources = stands["transactions"][0].get("related_resources", [])
        for each in resources:
            if each.get("refund", {}).get("invoice_number") == key:
                return Answer(State.PAID, order.number, each["refund"]["id"], amount, order.currency)
        sale = next((each["sale"] for each in resources if "sale" in each), None)
        if sale is None:
            return Answer(State.FAILED, order.number, failure="no_sale")
        address = next(link["href"] for link in sale["links"] if link["rel"] == "refund")
        data = {"amount": {"currency": order.currency, "total": _shown(amount)}, "invoice_number": key}
        done = _asked(lambda: self.provider.post(attempt, address, data=data))
        return Answer(State.PAID, order.number, str(done.get("id", "")), amount, order.currency)

    def _stands(self, order: Order) -> tuple[Any, dict[str, Any]]:
        attempt = _Attempt(order)
        address = f"{self.provider.payments_url}/{order.reference}"
        return attempt, _asked(lambda: self.provider.get(attempt, address))


class _Attempt:
    """What the library wants of a payment, for the length of a call."""

    def __init__(self, order: Order) -> None:
        self.order, self.back, self.text = order.number, order.back, order.text
        self.transaction_id, self.description, self.extra_data = order.reference, order.text, ""
        self.currency, self.total = order.currency, Decimal(order.amount) / CENTS
        self.delivery = self.tax = Decimal(0)
        self.created, self.status, self.attrs = clock.now(), "waiting", SimpleNamespace()

    def get_purchased_items(self) -> list[Any]:
        from payments import PurchasedItem

        return [PurchasedItem(self.text or self.order, 1, self.total, self.currency, self.order)]

    def change_status(self, status: str, message: str = "") -> None:
        self.status, self.message = status, message

    def save(self) -> None:
        """Nothing of it is kept: our own row is the truth."""


def _answer(order: Order, stands: Mapping[str, Any]) -> Answer:
    if stands.get("state") == "failed":
        return Answer(State.FAILED, order.number, order.reference, failure="declined")
    asked = stands.get("transactions", [{}])[0]
    sale = next((each["sale"] for each in asked.get("related_resources", []) if "sale" in each), None)
    state = State.PENDING if sale is None else STATES.get(sale["state"], State.PENDING)
    money = (sale or asked).get("amount", {})
    return Answer(
        state,
        order=str(asked.get("invoice_number", "")),
        reference=str(stands.get("id", "")),
        amount=_read(money.get("total", "0")),
        currency=str(money.get("currency", "")),
        trace=str((sale or {}).get("id", ""))[:60],
        failure="declined" if state is State.FAILED else "",
    )


def _shown(amount: int) -> str:
    return f"{amount // CENTS}.{amount % CENTS:02}"


def _read(text: str) -> int:
    """An amount as PayPal writes it, in cents; one with parts of a cent is none of ours."""
    cents = Decimal(text) * CENTS
    return int(cents) if cents == cents.to_integral_value() else 0


def _asked(ask: Callable[[], Result]) -> Result:
    """Raises GatewayIsAway when PayPal does not answer or answers with an error, which may pass."""
    from payments import PaymentError

    try:
        return ask()
    except (requests.RequestException, PaymentError, KeyError, ValueError) as error:
        raise GatewayIsAway(gateway="paypal", failure=type(error).__name__) from error
