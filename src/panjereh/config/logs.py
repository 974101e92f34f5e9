"""Lines of the machine's log: one for each record whatever somebody wrote, and without numbers or addresses of people.

Values of people are not logged to begin with; this is for what comes from elsewhere: a library's message, the detail of
a database's error, an address that somebody asked for.
"""

import logging
import re
import time
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|\n")
DETAIL = re.compile(r"=\([^)]*\)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"(?<![\w-])(?:IR)?\+?[\d۰-۹٠-٩](?:[ -]?[\d۰-۹٠-٩]){8,}(?![\w-])")
"""National numbers, telephones, accounts, tracking codes: nine digits and more. Not parts of hashes or identifiers."""


class OneLine(logging.Formatter):
    """Time in UTC, level, logger, message; the lines of a traceback follow, each behind a bar."""

    converter = time.gmtime  # type: ignore[assignment]  # as the library's own documentation has it

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return masked(escaped(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the same
        return "\n".join(f"| {masked(escaped(line))}" for line in super().formatException(ei).split("\n"))


def escaped(text: str) -> str:
    """Without signs that begin a line or change its direction: what they are stands there instead."""
    return CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def masked(text: str) -> str:
    return NUMBER.sub("…", MAIL.sub("…@…", DETAIL.sub("=(…)", text)))
