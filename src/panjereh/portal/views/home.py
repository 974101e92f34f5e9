"""Finding a service: the first page, search, and the lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjereh.cases import queries as case_queries
from panjereh.catalogue import queries as catalogue
from panjereh.kernel.errors import NotFound
from panjereh.localisation import letters
from panjereh.portal import showing
from panjereh.ui.jinja import language

SHOWN_AT_HOME = 6
AUDIENCES = {"people": "G2C", "business": "G2B", "agencies": "G2G", "employees": "G2E"}
"""Part of an address → relation that a service declares."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    every = catalogue.all_current()
    order = case_queries.most_used(SHOWN_AT_HOME)
    used = sorted(every, key=lambda one: order.index(one.service.id) if one.service.id in order else len(order))
    return render(
        request,
        "portal/home.html",
        {"events": showing.life_events(catalogue.country()), "shown": used[:SHOWN_AT_HOME], "count": len(every)},
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = letters.normalise(request.GET.get("q", "")[:200]).strip()
    found = catalogue.search(text, language()) if text else []
    return render(
        request,
        "portal/search.html",
        {"text": text, "found": found, "events": [] if found else showing.life_events(catalogue.country())},
    )


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/services.html",
        {"letters": catalogue.a_to_z(language()), "audiences": showing.audiences(catalogue.all_current())},
    )


@require_safe
def life_event(request: HttpRequest, event: str) -> HttpResponse:
    known = catalogue.country().life_events.get(event)
    if known is None:
        raise NotFound
    found = catalogue.by_life_event(event)
    return render(request, "portal/life_event.html", {"event": known, "found": found})


@require_safe
def audience(request: HttpRequest, audience: str) -> HttpResponse:
    relation = AUDIENCES.get(audience)
    if relation is None:
        raise NotFound
    found = [one for one in catalogue.all_current() if relation in one.service.relation]
    return render(request, "portal/audience.html", {"audience": audience, "found": found})
