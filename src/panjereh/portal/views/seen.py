"""Who has seen my data: by day and case, one line with what belongs to it, a question to the agency, files to keep."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.audit import disclosure
from panjereh.catalogue import queries as catalogue
from panjereh.kernel.errors import NotFound
from panjereh.oversight import operations as oversight
from panjereh.oversight import readings
from panjereh.portal import mine
from panjereh.ui import readings as words
from panjereh.ui.http import signed_in_actor
from panjereh.ui.laws import law_words


@require_safe
def seen(request: HttpRequest) -> HttpResponse:
    actor = mine.whole(signed_in_actor(request))
    agency = request.GET.get("agency", "")
    page = request.GET.get("page", "")
    found = readings.of_person(actor, agency=agency, page=int(page[:6]) if page.isdecimal() else 1)
    context = {
        "found": found,
        "agency": agency,
        "agencies": _named(found.agencies),
        "words": words,
        "law": law_words,
        "may_ask": catalogue.country().file.access_questions is not None,
    }
    return render(request, "portal/seen.html", context)


def _named(agencies: list[str]) -> list[tuple[str, object]]:
    known = catalogue.country().agencies
    return [(each, known[each].title) for each in agencies if each in known]


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """One line with everything that belongs to it; by POST a question about it is begun."""
    actor = mine.whole(signed_in_actor(request))
    found = readings.line(actor, access_id)
    if request.method == "POST":
        said = words.plain(found.row, own_case=found.own_case)
        draft = oversight.ask(actor, found.row, said)
        if draft is None:
            raise NotFound(_("No agency can be asked about this line: a rule read the data, not an official."))
        return redirect("intake:draft", draft_id=draft)
    was_hidden = found.row.disclosure != disclosure.When.NOW
    context = {
        "line": found,
        "row": found.row,
        "words": words,
        "law": law_words,
        "agencies": catalogue.country().agencies,
        "may_ask": bool(found.row.agency) and catalogue.country().file.access_questions is not None,
        "commitment": disclosure.commitment(found.row) if was_hidden else "",
        "salt": disclosure.salt_of(found.row).hex() if was_hidden else "",
    }
    return render(request, "portal/seen_line.html", context)


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    rows = readings.taken_away(mine.whole(signed_in_actor(request)))
    response = StreamingHttpResponse(words.as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-has-seen-my-data.csv"'
    return response


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    actor = mine.whole(signed_in_actor(request))
    content = words.as_json(readings.taken_away(actor), readings.hidden_from(actor))
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="who-has-seen-my-data.json"'
    return response
