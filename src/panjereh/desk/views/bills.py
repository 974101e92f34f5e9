"""Files of bills: an official of a biller brings one, sees how far it is read, and which lines brought no bill."""

import csv
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.models import BadLine, BillLoad
from panjereh.ui import bill_words
from panjereh.ui.http import desk_actor

SHOWN = 200


@require_http_methods(["GET", "POST"])
def bills(request: HttpRequest) -> HttpResponse:
    """The files that the agency has brought; POST brings another."""
    actor = desk_actor(request)
    loads = queries.loads(actor)
    problem = ""
    if request.method == "POST":
        policy.require(actor, "bill.push", policy.Target(agency=actor.agency))
        file = request.FILES.get("file")
        try:
            if file is None:
                problem = _("Choose a file to send")
            else:
                load = payments.begin_load(actor.agency or "", file.name or "", cast("Any", file), actor=actor)
                return redirect("desk:load", load_id=load.pk)
        except PanjerehError as error:
            problem = str(error.message)
    context = {
        "loads": loads,
        "biller": _biller(actor),
        "may_bring": policy.may(actor, "bill.push", policy.Target(agency=actor.agency)),
        "columns": bill_words.COLUMNS,
        "problem": problem,
        "agency": words.agency(actor.agency or ""),
    }
    return page(request, actor, "bills.html", context, status=422 if problem else 200)


def _biller(actor: Actor) -> Any:
    known = catalogue.country().agencies.get(actor.agency or "")
    return known.biller if known else None


@require_GET
def load(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """How far a file is read, and the first of its bad lines."""
    actor = desk_actor(request)
    found = queries.load(actor, load_id)
    bad = [(one.line, bill_words.column(one.column), _said(one)) for one in queries.bad_lines(found, most=SHOWN)]
    context = {"load": found, "bad": bad, "percent": 100 * found.offset // max(found.size, 1)}
    return page(request, actor, "load.html", context)


def _said(one: BadLine) -> str:
    return bill_words.sentence(one.code, one.params)


@require_GET
def bad_lines(request: HttpRequest, load_id: UUID) -> HttpResponseBase:
    """All bad lines as CSV, a piece at a time: there may be a million."""
    actor = desk_actor(request)
    found = queries.load(actor, load_id)
    lines = _as_csv(found, translation.get_language() or "fa")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bad-lines-{found.pk}.csv"'
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _as_csv(found: BillLoad, language: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(["line", "column", "code", "sentence"]))
    with translation.override(language):
        for one in queries.bad_lines(found):
            yield str(writer.writerow([one.line, one.column, one.code, _said(one)]))
