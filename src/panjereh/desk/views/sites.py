"""Sites at which people sign in with us: entered by one operator, confirmed by another, given a secret, closed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import history, policy
from panjereh.identity import queries as identity
from panjereh.identity import sites as queries
from panjereh.identity.adapters.oidc_provider import ProviderAdapter
from panjereh.identity.errors import NotTheSameOfficial, ReasonMissing, SiteIsWrong, SiteNotOpen
from panjereh.identity.models import Site
from panjereh.identity.operations import sites
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.ui.http import at_most, desk_actor

MANAGE = "site.manage"
TYPED = ("agency", "title_fa", "title_en", "purpose_fa", "purpose_en", "law", "address", "redirect_uris", "logout_uris")

Problems = list[tuple[str, str]]
NONE: Problems = []


def _manager(request: HttpRequest) -> Actor:
    actor = desk_actor(request)
    policy.require(actor, MANAGE, policy.Target(agency=actor.agency))
    return actor


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    return page(request, actor, "sites.html", {"sites": queries.managed_by(actor), "agency": words.agency})


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=3600, what="site")
def enter(request: HttpRequest) -> HttpResponse:
    """A new site, for a second operator to confirm."""
    actor = _manager(request)
    typed = {name: request.POST.get(name, "").strip()[:2000] for name in TYPED}
    problems: Problems = []
    if request.method == "POST":
        made, problems = _entered(typed, request.POST.getlist("scopes"), actor)
        if made is not None:
            return redirect("desk:site", site_id=made.pk)
    agencies = [name for name in catalogue.country().agencies if policy.may(actor, MANAGE, policy.Target(agency=name))]
    context = {
        "typed": typed,
        "agencies": [(name, words.agency(name)) for name in agencies],
        "languages": settings.LANGUAGES,
        "scopes": _scopes(),
        "ticked": request.POST.getlist("scopes"),
        "problems": problems,
        "errors": dict.fromkeys((*TYPED, "scopes"), "") | dict(problems),
    }
    return page(request, actor, "site_new.html", context, status=422 if problems else 200)


def _entered(typed: dict[str, str], scopes: list[str], actor: Actor) -> tuple[Site | None, Problems]:
    try:
        made = sites.ask_site(
            actor=actor,
            agency=typed["agency"] or str(actor.agency),
            title=_in_languages(typed, "title"),
            purpose=_in_languages(typed, "purpose"),
            law=typed["law"],
            address=typed["address"],
            redirect_uris=typed["redirect_uris"].splitlines(),
            logout_uris=typed["logout_uris"].splitlines(),
            scopes=scopes,
        )
    except SiteIsWrong as error:
        field = str(error.params["field"])
        return None, [(_box(field, typed), str(error.message))]
    return made, []


def _box(field: str, typed: dict[str, str]) -> str:
    """Words stand in a box for each language: the first empty one is meant."""
    boxes = [f"{field}_{code}" for code, _name in settings.LANGUAGES]
    return next((box for box in boxes if box in typed and not typed[box]), field)


def _in_languages(typed: dict[str, str], name: str) -> dict[str, str]:
    return {code: typed.get(f"{name}_{code}", "") for code, _name in settings.LANGUAGES}


def _scopes() -> list[tuple[str, Any]]:
    return [(scope, words) for scope, words in ProviderAdapter.scope_display.items() if scope != "openid"]


@require_http_methods(["GET", "POST"])
@at_most(60, seconds=3600, what="site")
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """One site, with what can be done to it now. A new secret is shown on the answer, and never again."""
    actor = _manager(request)
    found = queries.managed(actor, site_id)
    secret, problems = "", NONE
    if request.method == "POST":
        secret, problems = _act(request, actor, found)
        if not secret and not problems:
            return redirect("desk:site", site_id=site_id)
        found = queries.managed(actor, site_id)
    events = history.of(f"{sites.STREAM}{site_id}")
    context = {
        "site": found,
        "whose": words.agency(found.agency),
        "told": [ProviderAdapter.scope_display[scope] for scope in found.scopes],
        "own": found.asked_by is not None and found.asked_by == actor.party,
        "secret": secret,
        "issuer": settings.PUBLIC_ADDRESS,
        "events": [(event, words.site_event(event.kind)) for event in events],
        "names": identity.names_of(UUID(event.public["actor"]) for event in events if event.public["actor"]),
        "problems": problems,
        "errors": {"reason": ""} | dict(problems),
    }
    return page(request, actor, "site.html", context, status=422 if problems else 200)


def _act(request: HttpRequest, actor: Actor, found: Site) -> tuple[str, Problems]:
    """The new secret, if one was made, and what was wrong."""
    act, reason = request.POST.get("do"), request.POST.get("reason", "").strip()[:300]
    try:
        if act == "confirm":
            sites.confirm_site(found.pk, actor=actor)
        elif act == "secret":
            return sites.new_secret(found.pk, actor=actor), []
        elif act == "refuse":
            sites.refuse_site(found.pk, actor=actor, reason=reason)
        elif act == "close":
            sites.close_site(found.pk, actor=actor, reason=reason)
        else:
            raise NotFound
    except ReasonMissing:
        return "", [("reason", _("Say why, in a few words"))]
    except (NotTheSameOfficial, SiteNotOpen) as error:
        return "", [("main", str(error.message))]
    return "", []
