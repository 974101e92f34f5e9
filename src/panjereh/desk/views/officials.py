"""Who works here: officials, their offices and roles, and the table of who may do what."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import operations as identity
from panjereh.identity import policy, standing
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Official
from panjereh.identity.policy import Role
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.localisation import dates, identifiers
from panjereh.localisation.errors import DateProblem, IdentifierProblem
from panjereh.ui.http import desk_actor
from panjereh.ui.jinja import show_date, show_list, show_text

MANAGE = "official.manage"
TYPED = ("email", "given_name", "family_name", "place", "reason")


def _manager(request: HttpRequest) -> Actor:
    actor = desk_actor(request)
    policy.require(actor, MANAGE, policy.Target(agency=actor.agency))
    return actor


def _agencies(actor: Actor) -> list[str]:
    """The agencies whose officials the actor manages: their own, or (an administrator) all."""
    return [name for name in catalogue.country().agencies if policy.may(actor, MANAGE, policy.Target(agency=name))]


def _given_roles(actor: Actor) -> list[tuple[str, str]]:
    """Roles that the actor can give. Only an administrator makes administrators."""
    given = list(policy.OF_OFFICIALS)
    if Role.ADMINISTRATOR not in actor.roles:
        given.remove(Role.ADMINISTRATOR)
    return [(role.value, str(words.ROLES[role])) for role in given]


def _offices(agency: str) -> list[tuple[str, str]]:
    known = catalogue.country().agencies[agency].offices if agency in catalogue.country().agencies else {}
    return [("", words.office(agency, "")), *((name, show_text(office.title)) for name, office in known.items())]


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Each agency with its offices, as one list to choose from: `agency/office`."""
    return [
        (f"{agency}/{office}", f"{words.agency(agency)} – {title}" if office else words.agency(agency))
        for agency in _agencies(actor)
        for office, title in _offices(agency)
    ]


@require_GET
def officials(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    held = [one for agency in _agencies(actor) for one in identity_queries.officials(agency)]
    context = {
        "held": [
            (one, words.agency(one.agency), words.office(one.agency, one.office), _role_words(one)) for one in held
        ],
        "many": len({one.agency for one in held}) > 1,
    }
    return page(request, actor, "officials.html", context)


def _role_words(official: Official) -> list[str]:
    return [str(words.ROLES.get(role, role)).partition(":")[0] for role in Role if role in official.roles]


@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    typed = {name: request.POST.get(name, "").strip()[:300] for name in TYPED}
    roles = request.POST.getlist("roles")
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _appointed(typed, roles, actor)
        if not problems:
            return redirect("desk:officials")
    context = {
        "typed": typed,
        "chosen": roles,
        "roles": _given_roles(actor),
        "offices": _places(actor),
        **said(problems),
    }
    return page(request, actor, "official_new.html", context, status=422 if problems else 200)


def _appointed(typed: dict[str, str], roles: list[str], actor: Actor) -> list[tuple[str, str]]:
    """Empty when the office was given."""
    agency, _slash, office = typed["place"].partition("/")
    if typed["place"] not in dict(_places(actor)):
        return [("place", _("Choose an agency or office from the list"))]
    problems = _incomplete(typed)
    if problems:
        return problems
    try:
        identity.make_official(
            actor=actor,
            email=typed["email"],
            agency=agency,
            office=office,
            roles=roles,
            given_name=typed["given_name"],
            family_name=typed["family_name"],
            reason=typed["reason"],
        )
    except (Invalid, Conflict) as error:
        return [("roles" if error.code == "unknown_role" else "email", str(error.message))]
    return []


def _incomplete(typed: dict[str, str]) -> list[tuple[str, str]]:
    problems = []
    try:
        identifiers.parse_email(typed["email"])
    except IdentifierProblem:
        problems.append(("email", _("Write an e-mail address, such as name@example.org")))
    if not typed["given_name"]:
        problems.append(("given_name", _("Write the given name")))
    if not typed["family_name"]:
        problems.append(("family_name", _("Write the family name")))
    if not typed["reason"]:
        problems.append(("reason", _("Write why, such as the number of the appointment")))
    return problems


@require_GET
def official(request: HttpRequest, official_id: UUID) -> HttpResponse:
    return _official_page(request, _manager(request), official_id)


def _official_page(
    request: HttpRequest, actor: Actor, official_id: UUID, problems: list[tuple[str, str]] | None = None
) -> HttpResponse:
    held = identity_queries.official(official_id)
    if held.agency not in _agencies(actor):
        raise NotFound(_("There is no such official."))
    changes = identity_queries.changes_of(held.party_id)
    context = {
        "held": held,
        "agency": words.agency(held.agency),
        "office": words.office(held.agency, held.office),
        "role_words": _role_words(held),
        "is_me": held.party_id == actor.party,
        "roles": _given_roles(actor),
        "offices": _offices(held.agency),
        "chosen": request.POST.getlist("roles") or sorted(held.roles),
        "reason": request.POST.get("reason", ""),
        "changes": changes,
        "change_words": _change_words,
        "names": identity_queries.names_of(change.actor for change in changes if change.actor),
        **said(problems or []),
    }
    return page(request, actor, "official.html", context, status=422 if problems else 200)


def _change_words(what: str) -> str:
    return {
        "put in office": _("Appointed"),
        "roles changed": _("Roles changed"),
        "moved to office": _("Moved to another office"),
        "office ended": _("Office ended"),
        "contact changed": _("Contact details changed"),
        "linked by papers": _("Linked to the register by papers"),
        "party made": _("Entered"),
    }.get(what, what)


def _change(request: HttpRequest, official_id: UUID, box: str, do: Callable[[Actor, str], Any]) -> HttpResponse:
    actor = _manager(request)
    try:
        do(actor, request.POST.get("reason", ""))
    except (Invalid, Conflict) as error:
        said = f"{box}-reason" if error.code == "reason_missing" else box
        return _official_page(request, actor, official_id, [(said, str(error.message))])
    return redirect("desk:official", official_id=official_id)


@require_POST
def change_roles(request: HttpRequest, official_id: UUID) -> HttpResponse:
    roles = request.POST.getlist("roles")
    return _change(
        request,
        official_id,
        "roles",
        lambda actor, reason: identity.change_roles(official_id, actor=actor, roles=roles, reason=reason),
    )


@require_POST
def move(request: HttpRequest, official_id: UUID) -> HttpResponse:
    office = request.POST.get("office", "")

    def do(actor: Actor, reason: str) -> None:
        if office not in dict(_offices(identity_queries.official(official_id).agency)):
            raise Invalid(_("Choose an agency or office from the list"))
        identity.move_official(official_id, actor=actor, office=office, reason=reason)

    return _change(request, official_id, "office", do)


@require_POST
def end(request: HttpRequest, official_id: UUID) -> HttpResponse:
    return _change(
        request,
        official_id,
        "end",
        lambda actor, reason: identity.end_official(official_id, actor=actor, reason=reason),
    )


@require_GET
def permissions(request: HttpRequest) -> HttpResponse:
    """The table that every decision about permissions is taken from; for who manages officials also of an earlier day,
    with who held which roles then."""
    actor = desk_actor(request)
    heads, *rows = policy.as_rows()
    moment = _moment(request) if policy.may(actor, MANAGE, policy.Target(agency=actor.agency)) else None
    if moment is not None:
        table = standing.table_at(moment)
        rows = [[action, *(rule.get(role, "") for role in Role)] for action, rule in table.items()]
    context = {
        "may_look_back": policy.may(actor, MANAGE, policy.Target(agency=actor.agency)),
        "moment": moment,
        "typed": [request.GET.get(f"on.{part}", "") for part in ("day", "month", "year")],
        "held": _held_at(moment, actor) if moment is not None else [],
        "heads": [str(words.ROLES.get(head, head)).partition(":")[0] for head in heads[1:]],
        "rows": [
            [str(words.ACTIONS.get(action, action)), *(str(words.SCOPES.get(scope, scope)) for scope in scopes)]
            for action, *scopes in rows
        ],
    }
    return page(request, actor, "permissions.html", context)


def _moment(request: HttpRequest) -> datetime | None:
    """The end of the day that was asked for, if it is one."""
    day, month, year = (request.GET.get(f"on.{part}", "") for part in ("day", "month", "year"))
    try:
        asked = dates.parse_either(day, month, year)
    except DateProblem:
        return None
    return datetime.combine(asked, time.max, tzinfo=clock.home_zone())


def _held_at(moment: datetime, actor: Actor) -> list[list[str]]:
    """Rows of a table: who, agency, office, roles, since when."""
    held = standing.offices_at(moment, _agencies(actor))
    names = identity_queries.names_of(each.party for each in held)
    rows = [
        [
            names.get(each.party, ""),
            words.agency(each.agency),
            words.office(each.agency, each.office),
            show_list([str(words.ROLES.get(role, role)).partition(":")[0] for role in each.roles]),
            show_date(each.since),
        ]
        for each in held
    ]
    return sorted(rows, key=lambda row: (row[1], row[0]))


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """The official's own office, and the way out."""
    actor = desk_actor(request)
    context = {
        "agency": words.agency(actor.agency or ""),
        "office": words.office(actor.agency or "", actor.office or ""),
        "role_words": [str(words.ROLES.get(role, role)) for role in Role if role in actor.roles],
    }
    return page(request, actor, "me.html", context)


def said(problems: list[tuple[str, str]]) -> dict[str, Any]:
    return {"problems": problems, "errors": defaultdict(str, problems)}
