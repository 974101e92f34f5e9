"""What can go wrong, as one small tree.

PanjerehError
├── NotFound        there is no such thing, or it is not yours: the two look alike on purpose
├── NotAllowed      who you are does not suffice
├── Conflict        the thing is in another state than the act needs
├── Invalid         what was given does not fit
└── Unavailable     something outside does not answer; trying later may help

An error is a code with parameters; the face that shows it puts it into the reader's words. Rooms that know Django may
give `message`, a lazily translated sentence that says what happened, why, and what to do next.
"""

from typing import Any, ClassVar


class PanjerehError(Exception):
    """`code` names the situation, `params` its particulars, `message` (optional) the sentence for a person."""

    code: ClassVar[str] = "error"

    def __init__(self, message: Any = "", **params: Any) -> None:
        self.message = message
        self.params = params
        super().__init__(message or self.code, params)

    def __str__(self) -> str:
        return str(self.message) or f"{self.code} {self.params or ''}".strip()


class NotFound(PanjerehError):
    code = "not_found"


class NotAllowed(PanjerehError):
    code = "not_allowed"


class Conflict(PanjerehError):
    code = "conflict"


class Invalid(PanjerehError):
    code = "invalid"


class Unavailable(PanjerehError):
    code = "unavailable"
