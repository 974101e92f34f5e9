"""The work queue: the next task in fair order, or another with a reason."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.errors import ReasonMissing
from panjereh.desk import words
from panjereh.desk.frame import page, places_for
from panjereh.identity import policy
from panjereh.kernel.actor import Channel
from panjereh.kernel.errors import NotAllowed
from panjereh.ui.addresses import url
from panjereh.ui.http import desk_actor

FILTERS = ("service", "due", "channel", "mine")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    if not policy.may(actor, "case.take", policy.Target(agency=actor.agency)):
        places = places_for(actor)
        if not places:
            raise NotAllowed
        return HttpResponseRedirect(url(places[0].address))
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    queue = case_queries.queue(
        actor,
        service=chosen["service"],
        due=chosen["due"],
        channel=chosen["channel"],
        mine=chosen["mine"] == "yes",
        page=_number(request.GET.get("page", "")),
    )
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "queue": queue,
        "chosen": chosen,
        "narrowed": bool(kept),
        "me": actor.party,
        "due": words.due,
        "channel": words.channel,
        "channels": [(way.value, words.channel(way)) for way in (Channel.WEB, Channel.DESK, Channel.API)],
        "nothing_left": request.GET.get("nothing") == "yes",
        "page_address": lambda number: f"?{urlencode({**kept, 'page': number})}",
    }
    return page(request, actor, "queue.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    task = cases.take_next(actor=desk_actor(request))
    if task is None:
        return HttpResponseRedirect(f"{url('desk:home')}?nothing=yes")
    return HttpResponseRedirect(url("desk:case", number=task.case.number))


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Out of turn: the reason is asked on a page of its own."""
    actor = desk_actor(request)
    problems = []
    if request.method == "POST":
        try:
            task = cases.take(task_id, actor=actor, reason=request.POST.get("reason", ""))
        except ReasonMissing as error:
            problems = [("reason", str(error.message))]
        else:
            return HttpResponseRedirect(url("desk:case", number=task.case.number))
    view = case_queries.task(actor, task_id)
    context = {"view": view, "problems": problems, "reason": request.POST.get("reason", "")}
    return page(request, actor, "take.html", context, status=422 if problems else 200)
