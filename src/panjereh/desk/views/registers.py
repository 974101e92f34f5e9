"""Registers of the agency: find an entry, see its history, propose to mend it, confirm what another proposed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.cases.asking import asking_for
from panjereh.cases.operations import entries
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Registry
from panjereh.definitions.types import Asking, Form
from panjereh.desk import entry_form, words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from panjereh.localisation import dates
from panjereh.localisation.errors import DateProblem
from panjereh.registries import proposals
from panjereh.registries import queries as registries
from panjereh.registries.models import Proposal
from panjereh.registries.types import Entry
from panjereh.ui.http import desk_actor
from panjereh.ui.jinja import language
from panjereh.ui.laws import law_words

VIEW, CONFIRM = "registry.view", "registry.confirm"
FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Difference:
    """A field before and after, in words."""

    label: Any
    before: str | list[str]
    after: str | list[str]


def _law(registry: Registry) -> str:
    return registry.law or registries.KEEPING


def _may(actor: Actor, action: str, registry: Registry) -> bool:
    return policy.may(actor, action, policy.Target(agency=registry.agency))


def _either(name: str, actor: Actor) -> Registry:
    """A register that the actor may see, or whose changes they may confirm."""
    registry = catalogue.country().registries.get(name)
    if registry is None or not (_may(actor, VIEW, registry) or _may(actor, CONFIRM, registry)):
        raise NotFound(_("There is no such register at your agency."))
    return registry


@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    policy.require(actor, VIEW, policy.Target(agency=actor.agency))
    kept = [each for each in catalogue.country().registries.values() if each.agency == actor.agency]
    context = {"registers": [(each, proposals.count_waiting(each)) for each in kept]}
    return page(request, actor, "registers.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, name: str) -> HttpResponse:
    """By POST: a name or a national number must not stand in an address."""
    actor = desk_actor(request)
    registry = entries.registry_of(name, actor=actor, action=VIEW)
    text = request.POST.get("text", "").strip()[:120]
    problems = []
    if request.method == "POST" and len(text) < 2:
        problems = [("text", _("Write a number, or the beginning of names"))]
    found: list[Entry] = []
    if text and not problems:
        found = registries.search(
            registry, text, actor=actor, purpose=registries.KEEPING, law=_law(registry), limit=FOUND_AT_MOST
        )
    asking = asking_for(language())
    context = {
        "registry": registry,
        "text": text,
        "problems": problems,
        "found": [(each, _caption(registry, each, asking)) for each in found],
        "asked": bool(text) and not problems,
        "most": FOUND_AT_MOST,
        "waiting": proposals.count_waiting(registry),
    }
    return page(request, actor, "register.html", context, status=422 if problems else 200)


def _caption(registry: Registry, entry: Entry, asking: Asking) -> list[str]:
    """What officials recognise an entry by."""
    shown = [entry_form.shown(registry.fields[name], entry.data.get(name), asking) for name in registry.caption]
    return [each if isinstance(each, str) else words.listed(each) for each in shown]


@require_GET
def entry(request: HttpRequest, name: str, entity: UUID) -> HttpResponse:
    """What the register says now, and everything that it ever said: for which days, and believed from when to when."""
    actor = desk_actor(request)
    registry = entries.registry_of(name, actor=actor, action=VIEW)
    versions = _history(registry, entity, actor)
    asking = asking_for(language())
    current = _current(versions)
    names = identity.names_of(each.why.actor for each in versions if each.why.actor)
    asked = proposals.of_entity(entity)
    context = {
        "registry": registry,
        "entity": entity,
        "current": current,
        "rows": _rows(registry, current.data, asking) if current else [],
        "versions": [
            (each, _written(registry, each, versions, asking), names.get(each.why.actor or entity, ""))
            for each in versions
        ],
        "waiting": next((each for each in asked if each.state == Proposal.State.OPEN), None),
        "law": law_words,
        "why": why_words,
        "done": request.GET.get("done") == "yes",
    }
    return page(request, actor, "entry.html", context)


def _history(registry: Registry, entity: UUID, actor: Actor) -> list[Entry]:
    return registries.history_of(registry, entity, actor=actor, purpose=registries.KEEPING, law=_law(registry))


def _current(versions: list[Entry]) -> Entry | None:
    """What is believed now about today, or else about the latest days."""
    believed = [each for each in versions if each.superseded_at is None]
    return max(believed, key=lambda each: each.valid_from, default=None)


def _rows(registry: Registry, data: Mapping[str, Any], asking: Asking) -> list[tuple[str, str | list[str], bool]]:
    return [
        (
            field.label.in_(asking.language),
            entry_form.shown(field, data.get(field.id), asking),
            field.kind.shown_as == "code",
        )
        for field in registry.fields.values()
    ]


def _written(registry: Registry, version: Entry, versions: list[Entry], asking: Asking) -> list[Difference]:
    """What this version says otherwise than the one before it."""
    before = next((each.data for each in versions if each.version < version.version), {})
    return _differences(registry, before, version.data, asking) if before else []


def _differences(
    registry: Registry, before: Mapping[str, Any], after: Mapping[str, Any], asking: Asking
) -> list[Difference]:
    return [
        Difference(
            field.label,
            entry_form.shown(field, before.get(name), asking),
            entry_form.shown(field, after.get(name), asking),
        )
        for name, field in registry.fields.items()
        if before.get(name) != after.get(name)
    ]


def why_words(kind: str) -> str:
    return {
        "create": _("Entered"),
        "update": _("Changed"),
        "correct": _("Corrected"),
        "annul": _("Annulled"),
    }.get(kind, kind)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, name: str, entity: UUID) -> HttpResponse:
    """Propose what is right. Law and reason are asked, and another official has to confirm."""
    actor = desk_actor(request)
    registry = entries.registry_of(name, actor=actor, action="registry.correct")
    current = _active(_history(registry, entity, actor))
    asking = asking_for(language())
    posted, problems, errors = None, [], {}
    if request.method == "POST":
        posted = {box: list(values) for box, values in request.POST.lists()}
        typed = entry_form.changes(registry, current.data, Form(posted), asking)
        problems, errors = typed.problems, dict(typed.errors)
        if not problems:
            problems = _proposed(request, name, entity, actor, dict(typed.values))
        if not problems:
            return redirect("desk:entry", name=name, entity=entity)
    context = {
        "registry": registry,
        "entity": entity,
        "asked": entry_form.asked(registry, current.data, asking, posted=posted, errors=errors),
        "annuls": False,
        **_reasons(request, problems),
    }
    return page(request, actor, "entry_change.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
def annul(request: HttpRequest, name: str, entity: UUID) -> HttpResponse:
    actor = desk_actor(request)
    registry = entries.registry_of(name, actor=actor, action="registry.annul")
    _active(_history(registry, entity, actor))
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _proposed(request, name, entity, actor, None)
        if not problems:
            return redirect("desk:entry", name=name, entity=entity)
    context = {"registry": registry, "entity": entity, "asked": [], "annuls": True, **_reasons(request, problems)}
    return page(request, actor, "entry_change.html", context, status=422 if problems else 200)


def _active(versions: list[Entry]) -> Entry:
    current = _current(versions)
    if current is None or not current.is_active:
        raise NotFound(_("This entry is annulled, so there is nothing to change."))
    return current


def _reasons(request: HttpRequest, problems: list[tuple[str, str]]) -> dict[str, Any]:
    laws = [(name, each.title.in_(language())) for name, each in catalogue.country().laws.items()]
    return {
        "laws": laws,
        "problems": problems,
        "errors": defaultdict(str, problems),
        "typed": defaultdict(str, request.POST.items()),
    }


BOXES = {"law_missing": "law", "reason_missing": "reason", "nothing_changes": "reason"}


def _proposed(
    request: HttpRequest, name: str, entity: UUID, actor: Actor, changes: dict[str, Any] | None
) -> list[tuple[str, str]]:
    """Empty when it was proposed."""
    article = request.POST.get("article", "").strip()
    law = request.POST.get("law", "")
    if law not in catalogue.country().laws or not article:
        box = "article" if law in catalogue.country().laws else "law"
        return [(box, _("Name the law and the article that allow it."))]
    cited, reason = f"{law}#{article}", request.POST.get("reason", "")
    try:
        since = _since(request)
    except DateProblem:
        return [("since-day", _("Write a day that has been, as day, month and year, such as 14 Ordibehesht 1373"))]
    try:
        if changes is None:
            entries.propose_annulment(name, entity, actor=actor, law=cited, reason=reason)
        else:
            entries.propose_correction(
                name, entity, actor=actor, changes=changes, law=cited, reason=reason, valid_from=since
            )
    except (Invalid, Conflict) as error:
        return [(BOXES.get(error.code, "reason"), str(error.message))]
    return []


def _since(request: HttpRequest) -> date | None:
    """The day since when the entry is wrong; None when it was wrong from its first day. Raises DateProblem."""
    day, month, year = (request.POST.get(f"since.{part}", "").strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return None
    found = dates.parse_either(day, month, year)
    if found > clock.today():
        raise DateProblem("out_of_range", "year")
    return found


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What waits to be confirmed in the registers of the agency."""
    actor = desk_actor(request)
    kept = [each for each in catalogue.country().registries.values() if each.agency == actor.agency]
    open_to = [each for each in kept if _may(actor, VIEW, each) or _may(actor, CONFIRM, each)]
    if not open_to:
        raise NotAllowed(_("You can’t do this with the roles that you hold."))
    waiting = [(registry, each) for registry in open_to for each in proposals.waiting(registry, actor=actor)]
    context = {"waiting": waiting, "names": identity.names_of(each.by for _registry, each in waiting), "why": why_words}
    return page(request, actor, "changes.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, name: str, proposal_id: UUID) -> HttpResponse:
    """Before and after, side by side; then confirm it, or leave the entry as it is."""
    actor = desk_actor(request)
    registry = _either(name, actor)
    proposal = proposals.get(registry, proposal_id)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _settle(request, name, proposal, actor)
        if not problems:
            return redirect("desk:change", name=name, proposal_id=proposal_id)
    asking = asking_for(language())
    current = _current(_history(registry, proposal.entity_id, actor))
    data = current.data if current else {}
    people = identity.names_of(party for party in (proposal.by, proposal.closed_by) if party)
    open_ = proposal.state == Proposal.State.OPEN
    context = {
        "registry": registry,
        "proposal": proposal,
        "caption": _caption(registry, current, asking) if current else [],
        "differences": _differences(registry, data, {**data, **proposal.changes}, asking) if open_ else [],
        "rows": _rows(registry, data, asking),
        "by": people.get(proposal.by, ""),
        "closed_by": people.get(proposal.closed_by or proposal.by, ""),
        "own": proposal.by == actor.party,
        "may_confirm": _may(actor, CONFIRM, registry) and proposal.by != actor.party,
        "may_view": _may(actor, VIEW, registry),
        "law": law_words,
        "problems": problems,
        "errors": defaultdict(str, problems),
        "answer": request.POST.get("answer", ""),
    }
    return page(request, actor, "change.html", context, status=422 if problems else 200)


def _settle(request: HttpRequest, name: str, proposal: Proposal, actor: Actor) -> list[tuple[str, str]]:
    try:
        if request.POST.get("do") == "confirm":
            entries.confirm_change(name, proposal.pk, actor=actor)
        else:
            entries.refuse_change(name, proposal.pk, actor=actor, answer=request.POST.get("answer", ""))
    except (Invalid, Conflict) as error:
        return [] if error.code == "proposal_is_closed" else [("answer", str(error.message))]
    return []
