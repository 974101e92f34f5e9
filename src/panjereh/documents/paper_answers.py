"""Room for a pen: how each type of question is answered on paper."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from panjereh.definitions.types import Asking, QuestionType

Room = dict[str, Any]
"""What the template draws: kind is boxes, lines, ticks, parts (side by side) or rows (below each other)."""

LONGEST_LIST = 16
"""With more choices than this, the answer is written, not ticked."""


def room_for(kind: QuestionType, asking: Asking) -> Room:
    """The space for an answer. A type that is not listed here gets a line."""
    draw = ROOMS.get(kind.name)
    return draw(kind, asking) if draw else _lines(1)


def takes_hints(kind: QuestionType) -> bool:
    """Hints of files speak of sizes and formats, which paper does not have."""
    return kind.name != "file"


def about_the_applicant() -> list[tuple[str, Room, bool]]:
    """Label, space and whether it is needed: what a sign-in tells us on the screen."""
    names = _parts((gettext("Given name"), _lines(1)), (gettext("Family name"), _lines(1)))
    return [
        (gettext("Your name"), names, True),
        (gettext("Your national number"), _boxes(3, 6, 1), True),
        (gettext("Your date of birth"), date_room(), True),
        (gettext("Mobile phone, for messages about your case"), _boxes(4, 3, 4), False),
    ]


def date_room() -> Room:
    return _parts((gettext("Day"), _boxes(2)), (gettext("Month"), _boxes(2)), (gettext("Year"), _boxes(4)))


def _boxes(*groups: int, **more: str) -> Room:
    return {"kind": "boxes", "groups": list(groups), **more}


def _lines(number: int) -> Room:
    return {"kind": "lines", "lines": number}


def _ticks(*choices: str) -> Room:
    return {"kind": "ticks", "choices": list(choices)}


def _parts(*parts: tuple[str, Room]) -> Room:
    return {
        "kind": "parts",
        "parts": [{"label": label, "answer": room, "wide": room["kind"] != "boxes"} for label, room in parts],
    }


def rows(*answers: tuple[str, Room]) -> Room:
    """Several spaces below each other, each with its label."""
    return {"kind": "rows", "rows": [{"label": label, "answer": room} for label, room in answers]}


def _choices(kind: Any, asking: Asking) -> Room:
    choices = kind.choices(asking)
    if not 0 < len(choices) <= LONGEST_LIST:
        return _lines(1)
    return _ticks(*(choice.text.in_(asking.language) for choice in choices))


def _yes_no(kind: Any, asking: Asking) -> Room:
    return _ticks(kind.options.yes.in_(asking.language), kind.options.no.in_(asking.language))


def _declaration(kind: Any, asking: Asking) -> Room:
    return _ticks(kind.options.text.in_(asking.language))


def _number(kind: Any, asking: Asking) -> Room:
    digits = len(str(int(kind.options.max)))
    unit = kind.options.unit.in_(asking.language) if kind.options.unit else ""
    return _boxes(min(digits, 12), unit=unit) if not kind.options.decimals else _lines(1)


def _money(_kind: Any, _asking: Asking) -> Room:
    return _boxes(3, 3, 3, 3, unit=gettext("toman"))


def _time() -> Room:
    return _parts((gettext("Hour"), _boxes(2)), (gettext("Minute"), _boxes(2)))


def _address(_kind: Any, _asking: Asking) -> Room:
    return rows(
        (gettext("Province, county and city"), _lines(1)),
        (gettext("Street, alley and number"), _lines(2)),
        (gettext("Postal code"), _boxes(5, 5)),
    )


def _person(kind: Any, _asking: Asking) -> Room:
    names = _parts((gettext("Given name"), _lines(1)), (gettext("Family name"), _lines(1)))
    asked = kind.asked()
    return rows(
        *([("", names)] if "given_name" in asked else []),
        *([(gettext("National number"), _boxes(3, 6, 1))] if "national_id" in asked else []),
        *([(gettext("Date of birth"), date_room())] if "birth_date" in asked else []),
    )


def _organisation(kind: Any, _asking: Asking) -> Room:
    asked = kind.asked()
    number = (gettext("Company number"), _boxes(11))
    name = (gettext("Name of the organisation"), _lines(1))
    return rows(*([number] if "company_id" in asked else []), *([name] if asked != ["company_id"] else []))


ROOMS: dict[str, Callable[[Any, Asking], Room]] = {
    "text": lambda *_: _lines(1),
    "long_text": lambda *_: _lines(6),
    "name": lambda *_: _lines(1),
    "number": _number,
    "money": _money,
    "yes_no": _yes_no,
    "one_of": _choices,
    "several_of": _choices,
    "date": lambda *_: date_room(),
    "time": lambda *_: _time(),
    "period": lambda *_: rows((gettext("From"), date_room()), (gettext("Until"), date_room())),
    "national_id": lambda *_: _boxes(3, 6, 1),
    "company_id": lambda *_: _boxes(11),
    "iban": lambda *_: _boxes(2, 4, 4, 4, 4, 4, 2, prefix="IR"),
    "phone": lambda *_: _boxes(4, 3, 4),
    "email": lambda *_: _lines(1),
    "postal_code": lambda *_: _boxes(5, 5),
    "address": _address,
    "entry": lambda *_: _lines(1),
    "place": lambda *_: _lines(1),
    "file": lambda *_: _ticks(gettext("The paper is attached")),
    "declaration": _declaration,
    "person": _person,
    "organisation": _organisation,
}
