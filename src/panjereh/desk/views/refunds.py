"""Money that goes back: who proposes, who agrees, what is paid out by hand."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid, NotFound, PanjerehError
from panjereh.localisation import digits
from panjereh.localisation.errors import NumberProblem
from panjereh.localisation.money import parse_toman
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.ui.http import desk_actor


@require_http_methods(["GET", "POST"])
def refunds(request: HttpRequest) -> HttpResponse:
    """What waits, what is on its way, what went back; POST proposes, decides, or notes that it was paid out."""
    actor = desk_actor(request)
    problem = ""
    found = queries.refunds_at(actor)
    if request.method == "POST":
        try:
            _act(request, actor)
        except PanjerehError as error:
            problem = str(error.message or error)
        else:
            return redirect(request.path)
    people = {party for each in found for party in (each.proposed_by, each.decided_by) if party}
    context = {
        "refunds": found,
        "names": identity.names_of(people),
        "may_propose": _may(actor, "money.refund"),
        "may_agree": _may(actor, "money.refund_agree"),
        "me": actor.party,
        "by_hand": payments.is_by_hand,
        "posted": {name: request.POST.get(name, "") for name in ("order", "amount", "reason")},
        "problem": problem,
    }
    return page(request, actor, "refunds.html", context, status=409 if problem else 200)


def _act(request: HttpRequest, actor: Actor) -> None:
    act, chosen = request.POST.get("act", ""), request.POST.get("refund", "")
    if act == "propose":
        order = "".join(sign for sign in digits.to_ascii(request.POST.get("order", "")) if sign.isdigit())
        payments.propose(order, _amount(request), actor=actor, reason=request.POST.get("reason", "")[:300])
    elif act in ("agree", "refuse"):
        payments.decide_refund(_uuid(chosen), agree=act == "agree", actor=actor)
    elif act == "pay_out":
        reference = digits.to_ascii(request.POST.get("reference", ""))
        payments.pay_out(_uuid(chosen), reference=reference, actor=actor)
    else:
        raise Invalid(_("Choose what to do."))


def _amount(request: HttpRequest) -> int:
    try:
        return parse_toman(request.POST.get("amount", "")).amount
    except NumberProblem as error:
        raise Invalid(_("Write the amount in toman, in digits.")) from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _may(actor: Actor, action: str) -> bool:
    return policy.may(actor, action, policy.Target(agency=actor.agency))
