"""Finding a case, and how things stand today."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.cases import queries as case_queries
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.ui.http import desk_actor


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """By POST: a name or a national number must not stand in an address."""
    actor = desk_actor(request)
    policy.require(actor, "case.search", policy.Target(agency=actor.agency))
    text = request.POST.get("text", "").strip()
    problems = []
    if request.method == "POST" and len(text) < 2:
        problems = [("text", _("Write a tracking code, a number, or the beginning of a name"))]
    found = case_queries.search(actor, text[:120]) if text and not problems else []
    context = {
        "text": text,
        "problems": problems,
        "found": found,
        "asked": bool(text) and not problems,
        "standing": words.standing,
    }
    return page(request, actor, "search.html", context, status=422 if problems else 200)


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    found = case_queries.figures(actor)
    context = {
        "figures": found,
        "channels": [(words.channel(name), count) for name, count in found.by_channel],
        "agency": words.agency(actor.agency or ""),
    }
    return page(request, actor, "figures.html", context)
