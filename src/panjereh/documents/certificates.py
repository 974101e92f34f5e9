"""The PDF of a certificate: its record in words, set with the template that its definition gave."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from panjereh.documents import status, tokens, typesetting, values, wording
from panjereh.documents.models import Certificate
from panjereh.kernel import canonical, clock
from panjereh.localisation import digits, numbers
from panjereh.signing import queries as signing
from panjereh.signing.errors import NoSeal

CASE_GROUPS = (3, 3, 4)
MODULE = 0.38
"""Millimetres of one square of the QR code. Telephones read 0.33 and more of a flat sheet."""
SMALLEST_CODE = 29.0
"""Millimetres that a code without a token is wide."""


def typeset(certificate: Certificate, place: int | None = None) -> bytes:
    """The PDF, without its seal. `place`: of its status; looked up when it is not given."""
    return typesetting.typeset(certificate.template.content.encode(), describe(certificate, place))


def describe(certificate: Certificate, place: int | None = None) -> dict[str, Any]:
    """All that the template is given. Words are ready in each language of the certificate."""
    languages = certificate.languages
    seal = signing.find_seal(certificate.kid)
    if seal is None:
        raise NoSeal(agency=certificate.agency)
    address = check_address(certificate.code)
    qr = typesetting.qr_code(*qr_parts(certificate, place))
    issued_on = certificate.issued_at.astimezone(clock.home_zone()).date()
    return {
        "languages": languages,
        "title": certificate.title,
        "agency": seal.names,
        "code": certificate.shown_code,
        "number": _case_number(certificate.case_number, languages),
        "issued": in_each(issued_on.isoformat(), languages),
        "address": address,
        "qr": typesetting.svg_of(qr),
        "qr_size": max(SMALLEST_CODE, round(qr.symbol_size(border=0)[0] * MODULE, 1)),
        "valid_until": in_each(certificate.valid_until.isoformat(), languages) if certificate.valid_until else None,
        "data": {name: in_each(value, languages) for name, value in certificate.data.items()},
        "values": certificate.data,
        "labels": certificate.labels,
        "record": attachment(certificate),
        "demonstration": seal.demonstration,
        "words": wording.in_languages(wording.CERTIFICATE, languages),
    }


def check_address(code: str) -> str:
    """Where anybody checks a certificate. It is printed, so it must stay good for decades."""
    return f"{settings.PUBLIC_ADDRESS}/check/{code}/"


def qr_parts(certificate: Certificate, place: int | None = None) -> tuple[str, ...]:
    """What the QR code says: our page's address, and behind `#`, which no browser sends on, the token.

    Where the token would be too large it leads to what we know of the code, as it did on older certificates.
    """
    token = tokens.make(certificate, status.place_of(certificate) if place is None else place)
    return (f"{settings.PUBLIC_ADDRESS}/check/#", token) if token else (check_address(certificate.code),)


def attachment(certificate: Certificate) -> str:
    """The signed record that travels inside the PDF: canonical JSON and its detached signature."""
    record = canonical.dumps(certificate.record).decode()
    return json.dumps({"record": record, "signature": certificate.signature}, ensure_ascii=False)


def in_each(value: Any, languages: Sequence[str]) -> dict[str, str]:
    return {language: values.show(value, language) for language in languages}


def _case_number(number: str, languages: Sequence[str]) -> Mapping[str, str] | str:
    if not number:
        return ""
    shown = numbers.group(number, CASE_GROUPS).replace(" ", "\u00a0")
    return {language: digits.for_language(shown, language) for language in languages}
