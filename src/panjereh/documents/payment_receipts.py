"""The receipt of a payment as a PDF: that it came, how much, when, for which bill. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from panjereh.documents import codes, typesetting, wording
from panjereh.documents.receipts import TEMPLATE
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, numbers
from panjereh.localisation.money import format_money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """What stands on it. title, agency, way: by language.

    key: of the payment; bill: its number; about: the case or subscription; order: our number of the payment
    trace: the bank's; address: where the payment can be seen (becomes a QR code)
    """

    key: str
    bill: str
    about: str
    title: Mapping[str, str]
    agency_id: str
    agency: Mapping[str, str]
    paid_at: datetime
    money: Money
    order: str
    trace: str
    way: Mapping[str, str]
    address: str


def typeset(receipt: PaymentReceipt, language: str, code: str) -> bytes:
    """The PDF, without its seal. `code`: by which everybody can check it."""
    return typesetting.typeset(typesetting.own_template(TEMPLATE), describe(receipt, language, code))


def describe(receipt: PaymentReceipt, language: str, code: str) -> dict[str, Any]:
    """All that the template is given."""
    words = wording.in_languages(wording.PAYMENT, [language])
    number = digits.for_language(numbers.group(receipt.bill, (4, 4, 4)).replace(" ", "\u00a0"), language)
    return {
        "languages": [language],
        "title": dict(receipt.title),
        "agency": dict(receipt.agency),
        "code": codes.shown(code),
        "check": f"{settings.PUBLIC_ADDRESS}/check/",
        "address": receipt.address,
        "qr": typesetting.qr_svg(receipt.address),
        "demonstration": settings.DEMONSTRATION,
        "words": words,
        "receipt": {
            "number": number,
            "facts": [{"label": words[key][language], "value": value} for key, value in _facts(receipt, language)],
            "next": "",
            "sections": [
                {
                    "title": words["receipt"][language],
                    "rows": [
                        {"label": words[key][language], "value": value} for key, value in _rows(receipt, language)
                    ],
                }
            ],
        },
    }


def _facts(receipt: PaymentReceipt, language: str) -> list[tuple[str, str]]:
    return [
        ("paid", dates.format_datetime(receipt.paid_at, language, solar_hijri=True)),
        ("amount", format_money(receipt.money, language)),
    ]


def _rows(receipt: PaymentReceipt, language: str) -> list[tuple[str, str]]:
    rows = [("about", digits.for_language(receipt.about, language)), ("way", receipt.way.get(language, ""))]
    rows += [("order", digits.for_language(receipt.order, language)), ("trace", receipt.trace)]
    if receipt.money.currency == "IRR":
        rows.append(("rials", numbers.format_number(receipt.money.amount, language)))
    return rows
