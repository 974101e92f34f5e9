"""A bill on paper: what is owed, until when, and how to pay: by the two numbers, the barcode, or the QR code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from panjereh.documents import typesetting, wording
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, numbers
from panjereh.localisation.money import format_money

BARCODE_MM = 110.0
"""Width on paper: a module of 26 digits in Code 128 C is 0.66 mm then, which any scanner at a counter reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBill:
    """What stands on it; it names nobody. title, agency, account_label: by language.

    number: ours; account: the biller's number of its customer; lines: what for (by language), and how much
    bill_id, payment_id: both empty where there are none; barcode: their 26 digits
    address: where it is paid online (becomes the QR code)
    """

    number: str
    title: Mapping[str, str]
    agency: Mapping[str, str]
    account_label: Mapping[str, str]
    account: str
    lines: Sequence[tuple[Mapping[str, str], int]]
    owed: Money
    due: date | None
    bill_id: str
    payment_id: str
    barcode: str
    address: str


def typeset(bill: PaperBill, language: str) -> bytes:
    """The PDF. It is no proof of anything, so it bears no seal."""
    return typesetting.typeset(typesetting.own_template("bill.typ"), describe(bill, language))


def describe(bill: PaperBill, language: str) -> dict[str, Any]:
    """All that the template is given."""
    words = wording.in_languages(wording.BILL, [language])
    return {
        "languages": [language],
        "title": dict(bill.title),
        "agency": dict(bill.agency),
        "code": "",
        "address": bill.address,
        "qr": typesetting.qr_svg(bill.address),
        "demonstration": settings.DEMONSTRATION,
        "words": words,
        "bill": {
            "number": _grouped(bill.number, (4, 4, 4), language),
            "account_label": bill.account_label.get(language) or bill.account_label.get("fa", ""),
            "account": digits.for_language(bill.account, language),
            "amount": format_money(bill.owed, language),
            "rials": numbers.format_number(bill.owed.amount, language),
            "due": dates.format_date(bill.due, language, weekday=True, solar_hijri=True) if bill.due else "",
            "lines": [
                {"label": text.get(language) or text.get("fa", ""), "value": format_money(Money(amount), language)}
                for text, amount in bill.lines
            ],
            "bill_id": digits.for_language(bill.bill_id, language),
            "payment_id": digits.for_language(bill.payment_id, language),
            "barcode": barcode_svg(bill.barcode) if bill.barcode else "",
            "barcode_digits": bill.barcode,
        },
    }


def _grouped(number: str, sizes: tuple[int, ...], language: str) -> str:
    return digits.for_language(numbers.group(number, sizes).replace(" ", "\u00a0"), language)


def barcode_svg(number: str) -> str:
    """Digits in Code 128 (ISO/IEC 15417), as a drawing without text below."""
    import zxingcpp  # only who prints pays

    code = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128)
    return str(zxingcpp.write_barcode_to_svg(code, add_quiet_zones=True, add_hrt=False))
