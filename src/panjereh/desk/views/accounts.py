"""Accounts of people at the counter: lost ways in, closing, opening again. Four eyes for what gives an account away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.errors import ContactIsWrong, ReasonMissing
from panjereh.identity.operations import recovery
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, NotAllowed, NotFound
from panjereh.ui.http import at_most, desk_actor

ACTIONS = ("account.recover", "account.close", "account.reopen")
TYPED = ("papers", "reason", "email")

Problems = list[tuple[str, str]]


@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """What waits for a second official, and whose account it is about. Somebody is found by POST, as visitors are."""
    actor = desk_actor(request)
    policy.require(actor, "account.confirm_recovery")
    problems: Problems = []
    if request.method == "POST" and request.POST.get("do") in ("confirm", "refuse"):
        problems = _decide(request, actor)
        if not problems:
            return redirect("desk:accounts")
    text = request.POST.get("text", "").strip()[:120]
    waiting = identity.open_recoveries(actor)
    context = {
        "waiting": [(one, recovery.may_be_confirmed(one)) for one in waiting],
        "names": identity.names_of(one.asked_by for one in waiting),
        "text": text,
        "found": identity.find_parties(actor, text) if text else [],
        "problems": problems,
    }
    return page(request, actor, "accounts.html", context, status=422 if problems else 200)


def _decide(request: HttpRequest, actor: Actor) -> Problems:
    try:
        number = UUID(request.POST.get("recovery", ""))
        if request.POST["do"] == "confirm":
            recovery.confirm_recovery(number, actor=actor)
        else:
            recovery.refuse_recovery(number, actor=actor, reason=request.POST.get("reason", ""))
    except ValueError:
        raise NotFound from None
    except (Conflict, ReasonMissing, NotAllowed) as error:
        return [("main", str(error.message))]
    return []


@require_http_methods(["GET", "POST"])
@at_most(60, seconds=3600, what="account")
def account(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One person's account, with the acts that are open to the official."""
    actor = desk_actor(request)
    if not any(policy.may(actor, action) for action in ACTIONS) or actor.party == party_id:
        raise NotFound
    party = identity.at_the_desk(actor, party_id)
    problems: Problems = []
    if request.method == "POST":
        problems = _act(request, actor, party_id)
        if not problems:
            return redirect("desk:account", party_id=party_id)
    held = identity.accounts_of(party_id)
    context = {
        "party": party,
        "held": held,
        "waits": next((found for one in held if (found := identity.recovery_of(one))), None),
        "may": {action.partition(".")[2]: policy.may(actor, action) for action in ACTIONS},
        "changes": identity.changes_of(party_id)[:10],
        "typed": {name: request.POST.get(name, "")[:300] for name in TYPED},
        "problems": problems,
        "errors": dict.fromkeys((*TYPED, "close-reason", "reopen-reason"), "") | dict(problems),
    }
    return page(request, actor, "account.html", context, status=422 if problems else 200)


def _act(request: HttpRequest, actor: Actor, party_id: UUID) -> Problems:
    papers, reason, email = (request.POST.get(name, "").strip()[:300] for name in TYPED)
    why = "reason" if request.POST.get("do") == "recover" else f"{request.POST.get('do')}-reason"
    missing = [(why, _("Say why, in a few words"))] if not reason else []
    if request.POST.get("do") == "recover" and not papers:
        missing.insert(0, ("papers", _("Write which papers you have seen")))
    if missing:
        return missing
    try:
        if request.POST.get("do") == "recover":
            recovery.ask_recovery(party_id, actor=actor, papers=papers, reason=reason, email=email)
        elif request.POST.get("do") == "close":
            recovery.close_account(party_id, actor=actor, reason=reason)
        elif request.POST.get("do") == "reopen":
            recovery.reopen_account(party_id, actor=actor, reason=reason)
        else:
            raise NotFound
    except (Conflict, ContactIsWrong) as error:
        return [("email" if "email" in request.POST else why, str(error.message))]
    return []
