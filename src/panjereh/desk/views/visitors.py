"""Helping somebody who has come in person: who are they, which service, then the question screens."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.models import Case
from panjereh.cases.operations import visitors
from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import operations as identity
from panjereh.identity import policy
from panjereh.identity import queries as identity_queries
from panjereh.identity.errors import ContactIsWrong
from panjereh.identity.operations import binding
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.localisation import dates
from panjereh.localisation.errors import DateProblem
from panjereh.oversight import export, readings
from panjereh.ui import readings as reading_words
from panjereh.ui.http import at_most, desk_actor
from panjereh.ui.jinja import language
from panjereh.ui.laws import law_words

TYPED = ("given_name", "family_name", "organisation_name", "company_id", "email", "phone")
PAPERS = ("national_id", "birth_date.day", "birth_date.month", "birth_date.year", "papers", "confirm_papers")


def _helper(request: HttpRequest) -> Actor:
    actor = desk_actor(request)
    policy.require(actor, "case.assist", policy.Target(agency=actor.agency))
    return actor


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By POST: a name or a national number must not stand in an address."""
    actor = _helper(request)
    text = request.POST.get("text", "").strip()
    problems = []
    if request.method == "POST" and len(text) < 2:
        problems = [("text", _("Write a number, an e-mail address, or the beginning of a name"))]
    found = identity_queries.find_parties(actor, text[:120]) if text and not problems else []
    context = {"text": text, "found": found, "asked": bool(text) and not problems, "problems": problems}
    return page(request, actor, "visitors.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Somebody who was never here. They need neither e-mail nor phone nor number."""
    actor = _helper(request)
    policy.require(actor, "party.make")
    typed = {name: request.POST.get(name, "").strip()[:200] for name in TYPED}
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        organisation = request.POST.get("kind") == "organisation"
        problems = _missing(typed, organisation=organisation)
        if not problems:
            try:
                made = _make(typed, actor, organisation=organisation)
            except ContactIsWrong as error:
                problems = [(str(error.params["field"]), str(error.message))]
            else:
                return redirect("desk:visitor", party_id=made)
    context = {
        "typed": typed,
        "kind": request.POST.get("kind", "person"),
        "problems": problems,
        "errors": _by_box(problems),
    }
    return page(request, actor, "visitor_new.html", context, status=422 if problems else 200)


def _missing(typed: dict[str, str], *, organisation: bool) -> list[tuple[str, str]]:
    if organisation:
        return [] if typed["organisation_name"] else [("organisation_name", _("Write the name of the organisation"))]
    wanted = (("given_name", _("Write the given name")), ("family_name", _("Write the family name")))
    return [(name, sentence) for name, sentence in wanted if not typed[name]]


def _make(typed: dict[str, str], actor: Actor, *, organisation: bool) -> UUID:
    names = ("organisation_name", "company_id") if organisation else ("given_name", "family_name")
    made = identity.make_party(
        actor=actor,
        kind="organisation" if organisation else "person",
        language=language(),
        **{name: typed[name] for name in (*names, "email", "phone")},
    )
    return made.pk


@require_http_methods(["GET", "POST"])
@at_most(60, seconds=3600, what="link")
def visitor(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One visitor: link them to the register by their papers, and choose the service."""
    actor = _helper(request)
    if actor.party == party_id:
        raise NotFound
    party = identity_queries.at_the_desk(actor, party_id)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        confirms = request.POST.get("do") == "confirm"
        problems = (_confirm if confirms else _link)(request, actor, party_id)
        if not problems:
            return redirect("desk:visitor", party_id=party_id)
    context = {
        "party": party,
        "cases": case_queries.cases_of_visitor(actor, party_id),
        "to_sign": case_queries.documents_visitor_signs(actor, party_id),
        "standing": words.standing,
        "services": [each for each in catalogue.all_current() if _offered(actor, each.service)],
        "may_print": policy.may(actor, "access.print"),
        "may_export": policy.may(actor, "export.hand_out"),
        "may_recover": policy.may(actor, "account.recover"),
        "may_confirm": party.entity is not None
        and policy.may(actor, "party.link")
        and identity_queries.is_unconfirmed(party_id),
        "may_link": party.entity is None and party.kind != "organisation" and policy.may(actor, "party.link"),
        "typed": {name.replace(".", "_"): request.POST.get(name, "") for name in PAPERS},
        "problems": problems,
        "errors": _by_box(problems),
    }
    return page(request, actor, "visitor.html", context, status=422 if problems else 200)


def _confirm(request: HttpRequest, actor: Actor, party_id: UUID) -> list[tuple[str, str]]:
    """Empty when the visitor's account is now surely theirs."""
    papers, code = request.POST.get("confirm_papers", "").strip(), request.POST.get("code", "")
    if not papers:
        return [("confirm_papers", _("Write which papers you have seen"))]
    try:
        binding.confirm_account(party_id, actor=actor, code=code, papers=papers)
    except (Invalid, Conflict) as error:
        return [("code", str(error.message))]
    return []


def _offered(actor: Actor, service: Any) -> bool:
    return bool(service.questions) and policy.may(actor, "case.assist", policy.Target(agency=service.agency))


def _link(request: HttpRequest, actor: Actor, party_id: UUID) -> list[tuple[str, str]]:
    """Empty when the link was made."""
    if not request.POST.get("papers", "").strip():
        return [("papers", _("Write which papers you have seen"))]
    day, month, year = (request.POST.get(f"birth_date.{part}", "") for part in ("day", "month", "year"))
    try:
        born = dates.parse_either(day, month, year)
    except DateProblem:
        return [("birth_date-day", _("Write the date of birth as day, month and year, such as 14 Ordibehesht 1373"))]
    try:
        visitors.link_by_papers(
            party_id,
            actor=actor,
            national_id=request.POST.get("national_id", ""),
            birth_date=born,
            papers=request.POST.get("papers", ""),
        )
    except (Invalid, Conflict) as error:
        return [("national_id", str(error.message))]
    return []


@require_GET
def seen(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Who looked at the visitor's data, to be printed for somebody without an account."""
    actor = _helper(request)
    found = readings.for_visitor(actor, party_id)
    context = {
        "party": identity_queries.at_the_desk(actor, party_id),
        "found": found,
        "words": reading_words,
        "law": law_words,
        "today": clock.today(),
    }
    return page(request, actor, "visitor_seen.html", context)


@require_GET
def data(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Everything that is held about the visitor, to be printed and handed out."""
    actor = _helper(request)
    gathered = export.for_visitor(actor, party_id)
    context = {
        "party": identity_queries.at_the_desk(actor, party_id),
        "chapters": [(head, Markup(body)) for head, body in export.chapters(gathered, language())],  # noqa: S704 - escaped there
        "today": clock.today(),
    }
    return page(request, actor, "visitor_data.html", context)


@require_POST
def begin(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Open a draft for the visitor (or the one that is open) and go to its first question."""
    actor = _helper(request)
    draft = cases.start_draft(request.POST.get("service", ""), actor=actor, applicant=party_id)
    return redirect("assist:draft", draft_id=draft.pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    return _for_visitor(request, number, "withdraw", cases.withdraw)


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    return _for_visitor(request, number, "appeal", cases.appeal)


def _for_visitor(request: HttpRequest, number: str, what: str, do: Callable[..., Case]) -> HttpResponse:
    """What the visitor asks for in a case of theirs that was entered here, in their own words."""
    actor = _helper(request)
    view = case_queries.of_applicant(actor, number)
    reason, problems = request.POST.get("reason", ""), []
    if request.method == "POST":
        try:
            do(number, actor=actor, reason=reason)
        except Invalid as error:
            problems = [("reason", str(error.message))]
        else:
            return redirect("desk:visitor", party_id=view.case.applicant_id)
    context = {"view": view, "what": what, "reason": reason, "problems": problems, "errors": _by_box(problems)}
    return page(request, actor, "visitor_act.html", context, status=422 if problems else 200)


def _by_box(problems: list[tuple[str, str]]) -> dict[str, str]:
    return defaultdict(str, problems)
