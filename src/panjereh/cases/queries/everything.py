"""All that is held of a person’s cases, for a copy of their own data. The caller makes sure that it goes to them."""

from collections.abc import Collection, Iterator
from typing import Any, BinaryIO
from uuid import UUID

from panjereh.cases import rows
from panjereh.cases.models import Case, Draft, Upload
from panjereh.vault import files

OF_CASE = (
    "number",
    "service",
    "agency",
    "office",
    "channel",
    "level",
    "language",
    "state",
    "outcome",
    "facts",
    "answers",
    "outcomes",
    "results",
    "fee",
    "submitted_at",
    "decided_at",
    "closed_at",
)
OF_DRAFT = ("service", "channel", "language", "facts", "answers", "started_at", "saved_at", "keep_until")
OF_EVENT = ("seq", "kind", "at", "public", "personal", "hash")
OF_DECISION = ("kind", "outcome", "conditions", "reason", "at")
OF_CORRECTION = ("screens", "message", "asked_at", "answers", "answered_at")
OF_DEADLINE = ("kind", "started_at", "due_at", "extended_at", "extension_reason", "ended_at", "missed")
OF_UPLOAD = ("id", "name", "type", "size", "sha256", "at")


def everything_about(parties: Collection[UUID]) -> list[dict[str, Any]]:
    """The cases of an applicant with all that happened in them. What officials noted for each other is left out."""
    return [_case(case) for case in Case.objects.filter(applicant__in=parties).order_by("submitted_at")]


def drafts_about(parties: Collection[UUID]) -> list[dict[str, Any]]:
    """What is not sent yet."""
    drafts = Draft.objects.filter(applicant__in=parties, case=None).order_by("started_at")
    return [_columns(draft, OF_DRAFT) for draft in drafts]


def files_about(parties: Collection[UUID]) -> Iterator[tuple[str, BinaryIO]]:
    """Name and content of each file that was handed in; the name begins with the case, and is unique."""
    for upload in Upload.objects.filter(owner__in=parties).select_related("case").order_by("at"):
        folder = upload.case.number if upload.case else "draft"
        yield f"{folder}/{upload.pk}-{_harmless(upload.name)}", files.open_(upload.stored_as, upload.scope)


def _case(case: Case) -> dict[str, Any]:
    return {
        **_columns(case, OF_CASE),
        "events": [_columns(one, OF_EVENT) for one in rows.EVENTS.all(case.pk)],
        "decisions": [_columns(one, OF_DECISION) for one in rows.DECISIONS.all(case.pk)],
        "corrections": [_columns(one, OF_CORRECTION) for one in rows.CORRECTIONS.all(case.pk)],
        "deadlines": [_columns(one, OF_DEADLINE) for one in rows.DEADLINES.all(case.pk)],
        "files": [_columns(one, OF_UPLOAD) for one in rows.UPLOADS.all(case.pk)],
    }


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _harmless(name: str) -> str:
    """A name that leads out of no folder."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name).lstrip(".")[-80:]
