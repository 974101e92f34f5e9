"""My data: everything that is held about a person, gathered room by room; as a file for them, or for paper."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.audit import queries as log
from panjereh.cases import queries as cases
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.correspondence import queries as letters
from panjereh.documents import queries as documents
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotFound
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, GiveUp
from panjereh.oversight import readings
from panjereh.oversight.models import DataExport
from panjereh.registries import queries as registries
from panjereh.vault import files

KIND = "oversight.export"
PURPOSE = "data-export"
SOURCE = "export"
KEPT = timedelta(days=3)
POPULATION = "population"

Gathered = dict[str, Any]
"""File or chapter (`identity`, `cases`, `messages` …) → what is held, as JSON."""


@transaction.atomic
def ask(actor: Actor) -> DataExport:
    """Let a worker gather everything about the person who asks. One on its way, or still kept, is given back."""
    party = _own(actor)
    held = current(actor)
    if held is not None:
        return held
    made = DataExport.objects.create(party=party)
    outbox.queue(KIND, {"export": str(made.pk)}, key=f"export:{made.pk}")
    return made


def current(actor: Actor) -> DataExport | None:
    """The newest copy of the person's that is on its way or kept; None if there is none."""
    newest = DataExport.objects.filter(party__in=identity.numbers_of(_own(actor))).order_by("-asked_at").first()
    if newest is None or (newest.keep_until is not None and newest.keep_until <= clock.now()):
        return None
    return newest


def open_(actor: Actor, export_id: UUID) -> BinaryIO:
    """The file of one's own copy. That it was fetched stands in the access log. Raises NotFound."""
    made = DataExport.objects.filter(pk=export_id, party__in=identity.numbers_of(_own(actor))).first()
    if made is None or made.ready_at is None or made.keep_until is None or made.keep_until <= clock.now():
        raise NotFound(_("There is no such copy. It may have been deleted after its days; ask for a new one."))
    _note(made.party, actor)
    return files.open_(made.stored_as, made.pk)


def for_visitor(actor: Actor, party_id: UUID) -> Gathered:
    """Everything about somebody at the desk, to be handed out on paper. They can see that an official opened it."""
    policy.require(actor, "export.hand_out", policy.Target(parties=identity.all_numbers_of([party_id])))
    _note(party_id, actor)
    return gather(party_id)


def make(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """The worker's part: gather, pack, keep for some days, tell."""
    made = DataExport.objects.select_for_update().filter(pk=UUID(payload["export"])).first()
    if made is None:
        raise GiveUp("there is no such export")
    if made.ready_at is not None:
        return
    _note(made.party, SYSTEM)
    content = packed(made.party)
    made.stored_as = files.keep(f"exports/{made.pk}.zip", content, made.pk)
    made.size, made.ready_at, made.keep_until = len(content), clock.now(), clock.now() + KEPT
    made.save(update_fields=["stored_as", "size", "ready_at", "keep_until"])
    language = identity.present(made.party).language
    with translation.override(language):
        correspondence.tell(
            made.party,
            key=f"export:{made.pk}",
            subject=gettext("The copy of your data is ready"),
            text=gettext(
                "You asked for a copy of everything that is held about you here. It is ready on the page “My data” and "
                "is deleted after three days."
            ),
            language=language,
        )


HANDLERS = {KIND: make}


def forget() -> int:
    """Delete the copies whose days are over; how many."""
    over = list(DataExport.objects.filter(keep_until__lte=clock.now()).exclude(stored_as="")[:200])
    for made in over:
        default_storage.delete(made.stored_as)
        made.stored_as = ""
        made.save(update_fields=["stored_as"])
    return len(over)


def gather(party_id: UUID) -> Gathered:
    """Everything that is held about a person. Left out: what officials note for each other, keys and secrets."""
    party = identity.present(party_id)
    numbers = sorted(identity.numbers_of(party.pk))
    subjects = readings.subjects_of(party.pk)
    certificates = {one.pk: one for subject in subjects for one in documents.of_subject(subject)}
    return {
        "identity": [_plain(each) for each in identity.everything_about(numbers)],
        "register": _entries(party.entity),
        "drafts": [_plain(each) for each in cases.drafts_about(numbers)],
        "cases": [_plain(each) for each in cases.everything_about(numbers)],
        "messages": [_plain(_columns(one, MESSAGE)) for one in letters.all_of(numbers)],
        "documents": [_plain(_columns(one, CERTIFICATE)) for one in certificates.values()],
        "readings": [readings.as_json(row) for row in log.all_accesses_of(subjects)[: readings.MOST_TAKEN_AWAY]],
    }


MESSAGE = ("sent_at", "kind", "direction", "agency", "case", "subject", "text", "language", "read_at", "emailed_at")
CERTIFICATE = ("code", "kind", "title", "agency", "case_number", "issued_at", "data", "public")


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def _entries(entity: UUID | None) -> list[Any]:
    registry = catalogue.country().registries.get(POPULATION)
    if entity is None or registry is None:
        return []
    entry = registries.read_own(registry, entity, actor=SYSTEM)
    return [_plain({"registry": registry.id, "entity": entity, "data": dict(entry.data)})] if entry else []


def packed(party_id: UUID) -> bytes:
    """One ZIP: a file of JSON for each chapter, the files that were handed in, and a page that says what is what."""
    gathered = gather(party_id)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", index(gathered))
        for name, content in gathered.items():
            archive.writestr(f"{name}.json", json.dumps(content, ensure_ascii=False, indent=1))
        for name, file in cases.files_about(sorted(identity.numbers_of(party_id))):
            with file:
                archive.writestr(f"files/{name}", file.read())
    return written.getvalue()


WORDS = {
    "identity": ("شما: نام، نشانی‌های تماس، حساب، تغییرها", "You: names, contact details, account, changes"),
    "register": ("سند شما در دفتر ساکنان", "Your entry in the register of residents"),
    "drafts": ("درخواست‌های نافرستاده", "Requests not sent yet"),
    "cases": ("پرونده‌ها، پاسخ‌ها، رویدادها، تصمیم‌ها", "Cases, answers, events, decisions"),
    "messages": ("پیام‌ها و اطلاعیه‌ها", "Messages and notices"),
    "documents": ("گواهی‌ها", "Certificates"),
    "readings": ("چه کسی داده‌های شما را دیده است", "Who has seen your data"),
}
LEFT_OUT = (
    "یادداشت‌های کارشناسان برای یکدیگر، و آنچه قانون هنوز از شما پنهان می‌کند، اینجا نیست.",
    "Left out are what officials noted for each other, and looks that a law still hides from you.",
)
PAGE = """<!doctype html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>داده‌های من · My data</title></head><body>
<h1>داده‌های من <span lang="en" dir="ltr">· My data</span></h1>
<p>{made}</p>
<ul>{chapters}</ul>
<p>{left_fa}</p><p lang="en" dir="ltr">{left_en}</p>
{all}
</body></html>
"""


def index(gathered: Gathered) -> str:
    """A page in both languages with everything in it, for whoever has no program that reads JSON."""
    chapters = "".join(
        f'<li><a href="#{name}">{WORDS[name][0]}</a> · <a href="{name}.json">{name}.json</a> '
        f'<span lang="en" dir="ltr">{WORDS[name][1]}</span> ({len(content)})</li>'
        for name, content in gathered.items()
    )
    bodies = "".join(
        f'<h2 id="{name}">{WORDS[name][0]} <span lang="en" dir="ltr">· {WORDS[name][1]}</span></h2>{as_html(content)}'
        for name, content in gathered.items()
    )
    made = escape(clock.now().isoformat(timespec="minutes"))
    return PAGE.format(made=made, chapters=chapters, left_fa=LEFT_OUT[0], left_en=LEFT_OUT[1], all=bodies)


def as_html(value: Any) -> str:
    """Any JSON as nested lists of names and values; what is empty is left out."""
    if isinstance(value, Mapping):
        held = {str(name): each for name, each in value.items() if each not in (None, "", [], {})}
        said = "".join(f"<dt>{escape(name)}</dt><dd>{as_html(each)}</dd>" for name, each in held.items())
        return f"<dl>{said}</dl>"
    if isinstance(value, list):
        return f"<ol>{''.join(f'<li>{as_html(each)}</li>' for each in value)}</ol>" if value else "–"
    return "–" if value in (None, "") else f'<bdi dir="auto">{escape(str(value))}</bdi>'


def _plain(value: Any) -> Any:
    """As JSON: moments, days and numbers of rows become texts."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _own(actor: Actor) -> UUID:
    """Of the person, or of whom they act for in everything."""
    if actor.applicant is None or actor.is_official:
        raise NotFound(_("Sign in as yourself to get your data."))
    return actor.applicant


def _note(party_id: UUID, actor: Actor) -> None:
    audit.record_access(actor=actor, subject=f"party:{party_id}", source=SOURCE, fields=["all"], purpose=PURPOSE)


def chapters(gathered: Gathered, language: str) -> Iterator[tuple[str, str]]:
    """Heading and content of each chapter, for a page on paper."""
    place = 0 if language == "fa" else 1
    for name, content in gathered.items():
        yield WORDS[name][place], as_html(content)
