"""Who reads what: the weekly reports, for the agency's data protection officer."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.catalogue import queries as catalogue
from panjereh.desk.frame import page
from panjereh.identity import queries as identity
from panjereh.kernel.errors import Conflict, Invalid
from panjereh.oversight import reports as overseeing
from panjereh.oversight.models import Report
from panjereh.ui import readings as words
from panjereh.ui.http import desk_actor
from panjereh.ui.laws import law_words


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    found = [(each, overseeing.read(each)) for each in overseeing.of_agency(actor)]
    return page(request, actor, "reports.html", {"reports": found})


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    actor = desk_actor(request)
    found = overseeing.get(actor, report_id)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            overseeing.acknowledge(actor, report_id, reason=request.POST.get("reason", ""))
        except (Invalid, Conflict) as error:
            problems = [("reason", str(error.message))]
        else:
            return redirect("desk:report", report_id=report_id)
    content = overseeing.read(found)
    context = {
        "report": found,
        "content": content,
        "names": _names(found, content),
        "words": words,
        "law": law_words,
        "services": catalogue.country().services,
        "registries": catalogue.country().registries,
        "problems": problems,
        "reason": request.POST.get("reason", ""),
    }
    return page(request, actor, "report.html", context, status=422 if problems else 200)


@require_GET
def table(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The findings as a table for any spreadsheet."""
    actor = desk_actor(request)
    found = overseeing.get(actor, report_id)
    names = _names(found, overseeing.read(found))
    response = HttpResponse("".join(_csv(overseeing.read(found), names)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="readings-{found.agency}-{found.week}.csv"'
    return response


def _names(report: Report, content: overseeing.Content) -> dict[str, str]:
    """What the officials that a report names are called, by their number as text."""
    rows = [*content.without_case, *content.mass, *content.odd_hours]
    parties = {UUID(row["official"]) for row in rows}
    if report.acknowledged_by is not None:
        parties.add(report.acknowledged_by)
    return {str(number): name for number, name in identity.names_of(parties).items()}


COLUMNS = ("finding", "official", "what", "readings", "people")


def _csv(content: overseeing.Content, names: dict[str, str]) -> Iterable[str]:
    rows: list[tuple[Any, ...]] = [COLUMNS]
    rows += [
        ("without_case", names.get(each["official"], ""), each["purpose"], each["readings"], each["people"])
        for each in content.without_case
    ]
    rows += [("mass", names.get(each["official"], ""), each["day"], "", each["people"]) for each in content.mass]
    rows += [
        ("odd_hours", names.get(each["official"], ""), f"{each['first']} {each['last']}", each["readings"], "")
        for each in content.odd_hours
    ]
    rows += [
        ("unused", "", f"{each['service']} {each['register']}.{each['field']}", each["readings"], "")
        for each in content.unused
    ]
    rows += [("hidden", "", f"{each['class']} {each['law']}", each["readings"], "") for each in content.hidden]
    yield "\ufeff"
    for row in rows:
        yield words.csv_line(words.harmless(str(value)) for value in row)
