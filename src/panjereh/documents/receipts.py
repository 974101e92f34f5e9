"""The receipt of a submission as a PDF: proof for the person of what was sent, when, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from panjereh.documents import codes, typesetting, wording
from panjereh.localisation import dates, digits, numbers

Rows = Sequence[tuple[str, str | Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What stands on a receipt. Texts are in its language already.

    number: the case's number; agency_id: whose seal it bears; sections: heading, then label and answer of each question
    agent: who sent it for the applicant, if somebody did
    next_step: what happens next, in a sentence; decide_by: the last day for the agency's answer
    address: where the case can be followed (becomes a QR code)
    """

    number: str
    agency_id: str
    service_title: Mapping[str, str]
    agency: Mapping[str, str]
    submitted_at: datetime
    applicant: str = ""
    agent: str = ""
    sections: Sequence[tuple[str, Rows]] = ()
    next_step: str = ""
    decide_by: date | None = None
    fee: str = ""
    address: str = ""


TEMPLATE = "receipt.typ"
KIND = "receipt"


def typeset(receipt: Receipt, language: str, code: str) -> bytes:
    """The PDF, without its seal. `code`: by which everybody can check it."""
    return typesetting.typeset(typesetting.own_template(TEMPLATE), describe(receipt, language, code))


def describe(receipt: Receipt, language: str, code: str) -> dict[str, Any]:
    """All that the template is given."""
    words = wording.in_languages(wording.RECEIPT, [language])
    number = digits.for_language(numbers.group(receipt.number, (3, 3, 4)).replace(" ", "\u00a0"), language)
    return {
        "languages": [language],
        "title": dict(receipt.service_title),
        "agency": dict(receipt.agency),
        "code": codes.shown(code),
        "check": f"{settings.PUBLIC_ADDRESS}/check/",
        "address": receipt.address,
        "qr": typesetting.qr_svg(receipt.address) if receipt.address else "",
        "demonstration": settings.DEMONSTRATION,
        "words": words,
        "receipt": {
            "number": number,
            "facts": [{"label": words[key][language], "value": value} for key, value in _facts(receipt, language)],
            "next": receipt.next_step,
            "sections": [
                {"title": title, "rows": [{"label": label, "value": _lines(value)} for label, value in rows]}
                for title, rows in receipt.sections
            ],
        },
    }


def _facts(receipt: Receipt, language: str) -> list[tuple[str, str]]:
    facts = [("submitted", dates.format_datetime(receipt.submitted_at, language, solar_hijri=True))]
    if receipt.applicant:
        facts.append(("applicant", receipt.applicant))
    if receipt.agent:
        facts.append(("agent", receipt.agent))
    if receipt.decide_by:
        facts.append(("decide_by", dates.format_date(receipt.decide_by, language, weekday=True, solar_hijri=True)))
    if receipt.fee:
        facts.append(("fee", receipt.fee))
    return facts


def _lines(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
