"""A card gateway as Iranian payment companies of the Shaparak network offer it: token, page, call-back, verify, settle.

The payment company keeps money that nobody verifies for some minutes and then gives it back to the card by itself. So a
payment counts when `verify` has said so; `settle` asks to pay it out to the agencies' accounts; `inquiry` tells how
an order stands when no call-back came; `reversal` gives it back. Amounts are whole rials. Call-backs carry no
signature: they are believed only where they name an order and token of ours, and then nothing in them but those.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import SplitResult, parse_qs, unquote

import requests

from panjereh.payments.errors import GatewayIsAway, GatewayRefused, NotOfTheGateway
from panjereh.payments.gateways.port import Answer, Begun, Call, Gateway, Order, State, Way

SECONDS = 10
FAILURES = {"17": "cancelled", "11": "declined", "12": "funds", "51": "funds", "54": "expired_card", "55": "declined"}
"""Codes of the network as words of ours (17: the person turned back); any other is `declined`."""
DONE, WAITS, RETURNED, KNOWN = "0", "421", "48", "43"
"""Right; not paid yet; given back; verified before."""


class Shaparak(Gateway):
    name = "shaparak"
    title: ClassVar[Mapping[str, str]] = {"fa": "کارت بانکی (شاپرک)", "en": "Iranian bank card (Shaparak)"}
    currencies = frozenset({"IRR"})

    def __init__(self, address: SplitResult) -> None:
        super().__init__(address)
        host = address.hostname or ""
        port = f":{address.port}" if address.port else ""
        self.base = f"{address.scheme}://{host}{port}{address.path.rstrip('/')}"
        self.terminal = parse_qs(address.query).get("terminal", [""])[0]

    @property
    def pages(self) -> tuple[str, ...]:
        return (f"{self.address.scheme}://{self.address.netloc.rpartition('@')[2]}",)

    def begin(self, order: Order) -> Begun:
        answer = self._post(
            "token",
            {
                "amount": order.amount,
                "orderId": order.number,
                "callBackUrl": order.back,
                "additionalData": order.text[:100],
                "shares": [{"account": book, "amount": share} for book, share in sorted(order.shares.items())],
            },
        )
        token = str(answer.get("token", ""))
        if answer["resCode"] != DONE or not token:
            raise GatewayRefused(code=answer["resCode"])
        return Begun(token, Way(f"{self.base}/startpay", {"token": token}))

    def hear(self, call: Call) -> str:
        order = call.fields.get("saleOrderId", "")
        if not order.isdecimal() or not call.fields.get("token"):
            raise NotOfTheGateway(fields=sorted(call.fields))
        return order

    def ask(self, order: Order, said: Mapping[str, str]) -> Answer:
        """Inquiry; then verify what is paid, and settle what is verified. Each may be said again."""
        about = {"orderId": order.number, "token": order.reference}
        stands = self._post("inquiry", about)
        if stands["resCode"] == WAITS:
            return Answer(State.PENDING, order.number, order.reference)
        if stands["resCode"] == RETURNED:
            return self._paid(stands, State.RETURNED)
        if stands["resCode"] != DONE:
            failure = FAILURES.get(stands["resCode"], "declined")
            return Answer(State.FAILED, order.number, order.reference, failure=failure)
        found = self._paid(stands, State.PAID)
        if not found.fits(order):
            return found  # not what we asked for: it is not verified, so the card gets it back
        verified = self._post("verify", about)
        if verified["resCode"] not in (DONE, KNOWN):
            return Answer(State.FAILED, order.number, order.reference, failure="not_verified")
        self._post("settle", about)
        return found

    def refund(self, order: Order, amount: int, key: str) -> Answer:
        about = {"orderId": order.number, "token": order.reference, "amount": amount, "refundId": key}
        answer = self._post("reversal", about)
        if answer["resCode"] != DONE:
            return Answer(State.FAILED, order.number, failure=f"refused_{answer['resCode']}")
        return Answer(State.PAID, order.number, str(answer.get("refundReference", "")), amount, order.currency)

    def _paid(self, stands: Mapping[str, Any], state: State) -> Answer:
        amount = stands.get("amount")
        return Answer(
            state,
            order=str(stands.get("orderId", "")),
            reference=str(stands.get("token", "")),
            amount=amount if isinstance(amount, int) else 0,
            currency="IRR",
            trace=str(stands.get("rrn", ""))[:60],
        )

    def _post(self, verb: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the payment company. Raises GatewayIsAway when it does not answer, or answers what can't be read."""
        who = {"terminalId": self.terminal, "userName": unquote(self.address.username or "")}
        body = {**who, "userPassword": unquote(self.address.password or ""), **about}
        try:
            response = requests.post(f"{self.base}/{verb}", json=body, timeout=SECONDS, allow_redirects=False)
            response.raise_for_status()
            answer = response.json()
            return {**answer, "resCode": str(answer["resCode"])}
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise GatewayIsAway(gateway=self.name, verb=verb, failure=type(error).__name__) from error
