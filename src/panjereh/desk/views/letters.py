"""Letters for those who want to be told on paper: print each, then mark what was posted or handed out."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.cases import queries as cases
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.correspondence import queries
from panjereh.correspondence.models import Message
from panjereh.desk.frame import page
from panjereh.documents import queries as documents
from panjereh.documents.letters import Letter
from panjereh.ui.http import desk_actor


@require_http_methods(["GET", "POST"])
def to_post(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    if request.method == "POST":
        correspondence.mark_posted(actor, _numbers(request.POST.getlist("letters")))
        return redirect("desk:letters")
    waiting = [(letter, subject_of(letter)) for letter in queries.letters_to_post(actor, cases.laws_of)]
    return page(request, actor, "letters.html", {"waiting": waiting})


def _numbers(texts: Iterable[str]) -> Iterator[UUID]:
    for text in texts:
        with suppress(ValueError):
            yield UUID(text)


def subject_of(letter: Message) -> str:
    """Its own; a message of an official has none."""
    with translation.override(letter.language):
        return letter.subject or _("A message about your case")


@require_GET
def pdf(request: HttpRequest, message_id: UUID) -> HttpResponse:
    letter = queries.letter(desk_actor(request), message_id, cases.laws_of)
    agency = catalogue.country().agencies.get(letter.agency)
    content = documents.letter(
        Letter(
            to=letter.party.name,
            agency=dict(agency.title) if agency else {},
            subject=subject_of(letter),
            text=letter.text,
            written_at=letter.sent_at,
            language=letter.language,
            case=letter.case,
        )
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.pk}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
