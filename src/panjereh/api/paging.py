"""Pages of lists: a cursor is the key of the last thing that was shown, closed so that nobody reads meaning into it."""

import base64
import binascii
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from panjereh.kernel.errors import Invalid


def closed(key: Any) -> str | None:
    """None where there is no next page."""
    return None if key is None else base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def opened(cursor: str) -> UUID | None:
    """The number in a cursor. Raises Invalid for one that we did not give."""
    if not cursor:
        return None
    try:
        return UUID(text_of(cursor))
    except ValueError as error:
        raise Invalid(_("This cursor is none that we gave."), pointer="/cursor") from error


def opened_number(cursor: str) -> int:
    """The count in a cursor; 0 at the beginning. Raises Invalid for one that we did not give."""
    text = text_of(cursor) if cursor else "0"
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(_("This cursor is none that we gave."), pointer="/cursor")
    return int(text)


def text_of(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def answer(said: Schema, *, status: int = 200) -> HttpResponse:
    """What an operation answers that is done once: the very bytes are kept."""
    content = said.model_dump_json(exclude_none=False)
    return HttpResponse(content, status=status, content_type="application/json; charset=utf-8")
