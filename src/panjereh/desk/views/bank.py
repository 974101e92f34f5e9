"""The bank beside the books: statements are loaded, lines find their payments, each day says why the two differ."""

from datetime import date, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.kernel.money import Money
from panjereh.payments.books import Place
from panjereh.payments.errors import IsMatched, NoSuchLine, StatementRefused
from panjereh.payments.operations import discrepancies, reconciling, statements
from panjereh.payments.queries import bank as accounts
from panjereh.payments.queries import days as by_day
from panjereh.payments.queries import reconciling as seen
from panjereh.ui.http import desk_actor
from panjereh.ui.jinja import show_text

SHOWN = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """What is open between books and bank; POST takes a statement in."""
    actor = desk_actor(request)
    faults: list[object] = []
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                problem = _("Choose the file of the bank first.")
            else:
                account = request.POST.get("account", "")
                loaded = statements.load(
                    cast("BinaryIO", file),
                    name=file.name or "",
                    agency=actor.agency or "",
                    actor=actor,
                    account=account,
                )
                return redirect(f"{request.path}?new={loaded.new}&stood={loaded.stood}")
        except StatementRefused as error:
            faults, problem = list(error.faults), str(error.message)
    context = {**_overview(request, actor), "problem": problem, "faults": faults}
    return page(request, actor, "bank.html", context, status=422 if problem else 200)


def _overview(request: HttpRequest, actor: Actor) -> dict[str, object]:
    open_lines = seen.open_lines(actor)
    differences = seen.discrepancies(actor)
    known = accounts.accounts_of(actor.agency or "")
    return {
        "statements": seen.statements(actor),
        "open_lines": open_lines,
        "differences": differences,
        "waiting": seen.waiting(actor),
        "names": identity.names_of(one.owner for one in differences if one.owner),
        "kinds": words.DIFFERENCES,
        "formats": words.STATEMENT_FORMATS,
        "account": words.account,
        "place": Place.of,
        "money": Money,
        "today": clock.today(),
        "choices": [(account.iban, f"{show_text(account.title)} · {account.iban}") for account in known.values()],
        "known": known,
        "may_load": _may(actor, "money.reconcile"),
        "new": _number(request.GET.get("new")),
        "stood": _number(request.GET.get("stood")),
        "agency": words.agency(actor.agency or ""),
    }


def _may(actor: Actor, action: str) -> bool:
    return policy.may(actor, action, policy.Target(agency=actor.agency))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """What a line of the bank could be; POST says which it is or is not, or agrees with whoever said so."""
    actor = desk_actor(request)
    shown = seen.open_line(actor, line_id)
    problem = ""
    if request.method == "POST":
        try:
            _decide(request, actor, line_id)
        except (IsMatched, NoSuchLine):
            return redirect("desk:bank")
        except PanjerehError as error:
            problem = str(error.message)
        else:
            return redirect("desk:bank")
    context = {
        "shown": shown,
        "said": seen.proposal(shown.line, shown.waiting.key) if shown.waiting else None,
        "first": identity.names_of([shown.waiting.by]) if shown.waiting else {},
        "is_own": shown.waiting is not None and shown.waiting.by == actor.party,
        "may_say": _may(actor, "money.reconcile"),
        "may_agree": _may(actor, "money.confirm"),
        "account": words.account,
        "enters": words.ACCOUNTS,
        "money": Money,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "chosen": request.POST.get("key", ""),
    }
    return page(request, actor, "bank_line.html", context, status=422 if problem else 200)


def _decide(request: HttpRequest, actor: Actor, line_id: int) -> None:
    do, key, reason = (request.POST.get(name, "") for name in ("do", "key", "reason"))
    if do in ("agree", "disagree"):
        suggestion = _number(request.POST.get("suggestion")) or 0
        reconciling.decide(suggestion, agree=do == "agree", actor=actor)
    elif do == "refuse":
        reconciling.refuse(line_id, key, actor=actor, reason=reason)
    else:
        reconciling.accept(line_id, key, actor=actor, reason=reason)


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """Each day on one line: asked, paid, settled, in the bank."""
    actor, until = desk_actor(request), _day(request.GET.get("until", ""))
    first = until - SHOWN
    context = {
        "days": by_day.days(actor, first, until),
        "first": first,
        "until": until,
        "before": first - timedelta(days=1),
        "after": min(until + SHOWN, clock.today()) if until < clock.today() else None,
        "money": Money,
        "agency": words.agency(actor.agency or ""),
    }
    return page(request, actor, "bank_days.html", context)


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """One day: the four sums, why they differ, and what was found in the bank."""
    actor, of = desk_actor(request), _day(request.GET.get("day", ""))
    context = {
        "day": of,
        "before": of - timedelta(days=1),
        "after": of + timedelta(days=1) if of < clock.today() else None,
        "sums": by_day.days(actor, of, of),
        "why": words.WHY_DAYS_DIFFER,
        "matches": seen.matches_of_day(actor, of),
        "rules": words.RULES,
        "money": Money,
        "may_undo": _may(actor, "money.reconcile"),
        "agency": words.agency(actor.agency or ""),
    }
    return page(request, actor, "bank_day.html", context)


def _day(text: str) -> date:
    """The day that an address names; today where it names none."""
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, match_id: UUID) -> HttpResponse:
    """Undo a match, with a reason."""
    actor = desk_actor(request)
    policy.require(actor, "money.reconcile", policy.Target(agency=actor.agency))
    found = seen.match(actor, match_id)
    reason = request.POST.get("reason", "").strip()[:300]
    problem = ""
    if request.method == "POST":
        try:
            reconciling.undo(match_id, actor=actor, reason=reason)
        except PanjerehError as error:
            problem = str(error.message)
        else:
            return redirect(f"{reverse('desk:bank_day')}?day={found.line.booked_on.isoformat()}")
    context = {
        "match": found,
        "rules": words.RULES,
        "money": Money,
        "reason": reason,
        "problem": problem,
        "names": identity.names_of(filter(None, (found.by, found.confirmed_by))),
    }
    return page(request, actor, "bank_match.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def difference(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """A difference to clear up: take it over, or say how it was cleared up."""
    actor = desk_actor(request)
    policy.require(actor, "money.reconcile", policy.Target(agency=actor.agency))
    found = seen.discrepancy(actor, difference_id)
    note = request.POST.get("note", "").strip()[:300]
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "take":
                discrepancies.take_over(difference_id, actor=actor)
            else:
                discrepancies.close(difference_id, actor=actor, note=note)
        except PanjerehError as error:
            problem = str(error.message)
        else:
            return redirect("desk:bank")
    context = {
        "one": found,
        "kinds": words.DIFFERENCES,
        "account": words.account,
        "place": Place.of,
        "money": Money,
        "note": note,
        "problem": problem,
        "names": identity.names_of([found.owner] if found.owner else []),
        "is_own": found.owner == actor.party,
    }
    return page(request, actor, "bank_difference.html", context, status=422 if problem else 200)
