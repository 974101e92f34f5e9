"""Programs of the agency that call the interface: registered, given new secrets, shut out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import operations as identity
from panjereh.identity import policy, queries
from panjereh.identity.software import Scope
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.ui.http import desk_actor, require_recent

MANAGE = "client.manage"


@require_http_methods(["GET", "POST"])
def clients(request: HttpRequest) -> HttpResponse:
    """The programs, and a form for a new one. Its secret stands on the page that answers, and nowhere afterwards."""
    actor = desk_actor(request)
    policy.require(actor, MANAGE, policy.Target(agency=actor.agency))
    sent = request.POST
    made, secret, problem = None, "", ""
    if request.method == "POST":
        require_recent(request)
        try:
            made, secret = identity.register_client(
                sent.get("agency", ""), sent.get("name", ""), scopes=sent.getlist("scopes"), actor=actor
            )
        except PanjerehError as error:
            problem = str(error.message)
    return page(request, actor, "clients.html", _shown(actor, made, secret, problem, sent), status=_status(problem))


@require_http_methods(["POST"])
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """A new secret, or the end of a program."""
    actor = desk_actor(request)
    policy.require(actor, MANAGE, policy.Target(agency=actor.agency))
    require_recent(request)
    act = request.POST.get("do", "")
    if act == "revoke":
        try:
            identity.revoke_client(client_id, actor=actor, reason=request.POST.get("reason", ""))
        except PanjerehError as error:
            if not error.message or not _is_ours(actor, client_id):
                raise
            return page(request, actor, "clients.html", _shown(actor, None, "", str(error.message), {}), status=422)
        return redirect("desk:clients")
    secret = identity.rotate_secret(client_id, actor=actor, at_once=act == "rotate-at-once")
    made = next(each for each in queries.clients(actor) if each.pk == client_id)
    return page(request, actor, "clients.html", _shown(actor, made, secret, "", {}))


def _is_ours(actor: Actor, client_id: UUID) -> bool:
    return any(each.pk == client_id and each.revoked_at is None for each in queries.clients(actor))


def _shown(actor: Actor, made: Any, secret: str, problem: str, sent: Any) -> dict[str, Any]:
    return {
        "clients": queries.clients(actor),
        "agencies": [
            (name, words.agency(name))
            for name in catalogue.country().agencies
            if policy.may(actor, MANAGE, policy.Target(agency=name))
        ],
        "agency": sent.get("agency", "") if problem and sent else actor.agency,
        "name": sent.get("name", "") if problem and sent else "",
        "chosen": sent.getlist("scopes") if problem and sent else [],
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "words": words,
        "made": made,
        "secret": secret,
        "problem": problem,
    }


def _status(problem: str) -> int:
    return 422 if problem else 200
