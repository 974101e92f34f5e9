"""What a check of a sealed PDF finds. Apart from the check, so that nobody loads pyHanko only to name it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Level = Literal["B-B", "B-T", "B-LT"]
"""Of PAdES (ETSI EN 319 142-1): sealed; with a time-stamp; also with all that a later check needs."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp within a seal. at: when, by whom: as its authority says.

    state: good     by an authority that this installation trusts, and it fits the seal
           unknown  it fits, but its authority is not one that this installation trusts
    """

    state: Literal["good", "unknown"]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What is true of a PDF. Whether the seal was revoked is another question (`revocation.standing`).

    state: intact      what our seal covers is unchanged, and nothing but evidence was added
           altered     our seal is on it, but the file was changed or extended since, or the seal does not fit
           unsealed    a PDF without any seal
           foreign     sealed by a key that is not ours
           unreadable  no PDF, or a broken or locked one
    reasons: codes that tell why (REASONS)
    reason: the text that was sealed together with the file (a certificate's code)
    signed_at: by the seal's own words; `stamp` says what an authority says
    pages: how many were sealed, and how many there are now, if something was added
    """

    state: Literal["intact", "altered", "unsealed", "foreign", "unreadable"]
    reasons: tuple[str, ...] = ()
    agency: str | None = None
    kid: str | None = None
    signed_at: datetime | None = None
    reason: str = ""
    stamp: Stamp | None = None
    pages: tuple[int, int] | None = None


REASONS = (
    "bytes_changed",
    "added_after_sealing",
    "pages_added",
    "evidence_added",
    "signature_wrong",
    "time_stamp_wrong",
    "several_signatures",
    "not_a_pdf",
    "locked",
    "broken",
)
