"""What a check of a sealed PDF finds. Apart from `pdf`, so that nobody loads pyHanko only to name it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What is true of a PDF.

    state: intact      every byte is as our seal found it
           altered     our seal is on it, but the file was changed or extended since, or the seal does not fit
           unsealed    a PDF without any seal
           foreign     sealed by a key that is not ours
           unreadable  no PDF, or a broken or locked one
    reasons: codes that tell why (REASONS)
    reason: the text that was sealed together with the file (a certificate's code)
    """

    state: Literal["intact", "altered", "unsealed", "foreign", "unreadable"]
    reasons: tuple[str, ...] = ()
    agency: str | None = None
    kid: str | None = None
    signed_at: datetime | None = None
    reason: str = ""


REASONS = (
    "bytes_changed",
    "added_after_sealing",
    "signature_wrong",
    "several_signatures",
    "not_a_pdf",
    "locked",
    "broken",
)
