"""Offices: who works there, and what people are told of them."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.catalogue import offices as catalogue_offices
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Office
from panjereh.desk import office_form, words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.localisation.languages import direction
from panjereh.ui.http import desk_actor
from panjereh.ui.jinja import language, show_text

MANAGE = "office.manage"
LONGEST = 1000  # more is cut off before anything looks at it


def _manager(request: HttpRequest) -> Actor:
    actor = desk_actor(request)
    policy.require(actor, MANAGE, policy.Target(agency=actor.agency))
    return actor


@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    shown = [
        (
            name,
            words.agency(name),
            [
                (office, title, identity.officials(name, office=office))
                for office, title in [
                    ("", words.office(name, "")),
                    *((id_, show_text(one.title)) for id_, one in agency.offices.items()),
                ]
            ],
        )
        for name, agency in catalogue.agencies().items()
        if policy.may(actor, MANAGE, policy.Target(agency=name))
    ]
    return page(request, actor, "offices.html", {"agencies": shown})


@require_http_methods(["GET", "POST"])
def office(request: HttpRequest, agency: str, office: str) -> HttpResponse:
    """One office: what people are told of it, to be changed, and what was changed before."""
    actor = _manager(request)
    known = catalogue.agencies().get(agency)
    allowed = policy.may(actor, MANAGE, policy.Target(agency=agency, office=office))
    if known is None or office not in known.offices or not allowed:
        raise NotFound(_("There is no such office."))
    languages = catalogue.country().languages
    typed = defaultdict(str, office_form.filled(known.offices[office], languages))
    problems: office_form.Problems = []
    if request.method == "POST":
        typed.update({box: request.POST.get(box, "").strip()[:LONGEST] for box in office_form.boxes(languages)})
        problems = _changed(known.offices[office], agency, request, typed, languages, actor)
        if not problems:
            return redirect("desk:office", agency=agency, office=office)
    changes = catalogue_offices.changes_of(agency, office)
    context = {
        "title": known.offices[office].title,
        "agency": words.agency(agency),
        "languages": [(code, words.LANGUAGES.get(code, code), direction(code) == "ltr") for code in languages],
        "days": office_form.days(language()),
        "closed": office_form.closed_ahead(known.offices[office]),
        "opened": set(request.POST) if problems else set(),
        "typed": typed,
        "seen": typed["seen"] if problems else (changes[0].number if changes else 0),
        "changes": changes,
        "field_words": words.OFFICE_FIELDS,
        "names": identity.names_of(change.by for change in changes if change.by),
        "problems": problems,
        "errors": defaultdict(str, problems),
    }
    return page(request, actor, "office.html", context, status=422 if problems else 200)


def _changed(
    office: Office,
    agency: str,
    request: HttpRequest,
    typed: dict[str, str],
    languages: tuple[str, ...],
    actor: Actor,
) -> office_form.Problems:
    """Empty when the change was made."""
    wanted, problems = office_form.read(typed, languages, office, request.POST)
    if problems:
        return problems
    seen = int(typed["seen"]) if typed["seen"].isascii() and typed["seen"].isdigit() else -1
    try:
        catalogue_offices.change(agency, office.id, wanted, actor=actor, reason=typed["reason"], seen=seen)
    except (Invalid, Conflict) as error:
        return [("reason", str(error.message))]
    return []
