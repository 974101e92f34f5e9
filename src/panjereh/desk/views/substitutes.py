"""Who stands in for the official in their absence, with which roles, from when to when."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.desk.views.officials import said
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.errors import DelegationIsWrong, ReasonMissing
from panjereh.identity.policy import Role
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import dates
from panjereh.localisation.errors import DateProblem
from panjereh.ui.http import desk_actor

PARTS = ("day", "month", "year")


@require_http_methods(["GET", "POST"])
def substitute(request: HttpRequest) -> HttpResponse:
    """What the official has lent and borrowed, and the form to lend roles for an absence."""
    actor = desk_actor(request)
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and request.POST.get("do") == "end":
        identity.end_delegations(actor=actor, to=_number(request.POST.get("to", "")))
        return redirect("desk:substitute")
    if request.method == "POST":
        problems = _lend(request, actor)
        if not problems:
            return redirect("desk:substitute")
    own = actor.roles - {role for role, _lender in actor.lent}
    colleagues = [one for one in identity_queries.officials(actor.agency) if one.party_id != actor.party]
    context = {
        "delegations": identity.delegations_of(actor),
        "me": actor.party,
        "role": lambda role: str(words.ROLES.get(role, role)).partition(":")[0],
        "roles": [(role.value, str(words.ROLES[role])) for role in Role if role in own],
        "colleagues": [(str(one.pk), one.party.name or one.account.email) for one in colleagues],
        "posted": {name: request.POST.get(name, "") for name in ("to", "reason")},
        "chosen": request.POST.getlist("roles"),
        "days": {name: [request.POST.get(f"{name}.{part}", "") for part in PARTS] for name in ("first", "last")},
        **said(problems),
    }
    return page(request, actor, "substitute.html", context, status=422 if problems else 200)


def _lend(request: HttpRequest, actor: Actor) -> list[tuple[str, str]]:
    """Empty when the roles were lent."""
    days: dict[str, date] = {}
    problems = []
    for name, sentence in (("first", _("Write the first day")), ("last", _("Write the last day"))):
        day = _day([request.POST.get(f"{name}.{part}", "") for part in PARTS])
        if day is None:
            problems.append((f"{name}-day", sentence))
        else:
            days[name] = day
    if problems:
        return problems
    try:
        identity.delegate(
            actor=actor,
            to=_number(request.POST.get("to", "")),
            roles=request.POST.getlist("roles"),
            first=days["first"],
            last=days["last"],
            reason=request.POST.get("reason", ""),
        )
    except ReasonMissing as error:
        return [("reason", str(error.message))]
    except DelegationIsWrong as error:
        box = str(error.params["field"])
        return [(f"{box}-day" if box == "last" else box, str(error.message))]
    return []


def _day(typed: list[str]) -> date | None:
    try:
        return dates.parse_either(*typed)
    except DateProblem:
        return None


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
