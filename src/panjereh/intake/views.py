"""The question screens: one answer at a time, then the check page, then sent. Correcting goes the same way."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases import rounds
from panjereh.cases.asking import asking_for
from panjereh.cases.changes import Changes, since
from panjereh.cases.errors import (
    NotComplete,
    NotOpenToThem,
    NotSigned,
    OthersMustSign,
    ServiceHasChanged,
    SignatoryUnknown,
    SignsTwice,
)
from panjereh.cases.models import Case
from panjereh.cases.queries import CaseView, DraftView
from panjereh.definitions import Problem, Row, Screen, Service
from panjereh.definitions.types import Form
from panjereh.identity.errors import MandateHasEnded, PasskeyRefused, SignInIsTooWeak
from panjereh.intake import screens, signing, stash
from panjereh.intake.faces import DESK, PORTAL, actor_of, address, leave_to
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.ui import acting, words
from panjereh.ui.addresses import url
from panjereh.ui.http import SignInFirst, count_or_refuse, prove_page
from panjereh.ui.laws import law_words
from panjereh.ui.lengths import term_words

LOOK_UPS = 30  # an hour and person: enough for a large family, too few to go through a register


def _case_of(face: str, case: Case) -> str:
    """Where the case is seen: by its applicant, or at the desk among those of the visitor."""
    if face == DESK:
        return url("desk:visitor", party_id=case.applicant_id)
    return url("portal:case", number=case.number)


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "fa"))


@require_GET
def start(request: HttpRequest, service: str, face: str = PORTAL) -> HttpResponse:
    """Begin, or go on where an open draft of the same service was left. Who may act for others says first for whom."""
    actor = actor_of(request, face)
    if face == PORTAL and not acting.has_chosen(request) and cases.may_begin_for_another(service, actor=actor):
        return HttpResponseRedirect(f"{url('portal:acting')}?{urlencode({'next': request.path})}")
    try:
        draft = cases.start_draft(service, actor=actor)
    except NotOpenToThem:
        if face != PORTAL or actor.acting_for is not None:
            raise
        return HttpResponseRedirect(f"{url('portal:acting')}?{urlencode({'next': request.path})}")
    return HttpResponseRedirect(address(face, "draft", draft_id=draft.pk))


@require_GET
def resume(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    view = case_queries.draft(actor_of(request, face), draft_id)
    screen = view.service.resume(view.answers, view.draft.facts)
    return HttpResponseRedirect(_next(face, draft_id, screen))


def _next(face: str, draft_id: UUID, screen: Screen | None) -> str:
    if screen is None:
        return address(face, "check", draft_id=draft_id)
    return address(face, "question", draft_id=draft_id, path=screen.path)


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, draft_id: UUID, path: str, face: str = PORTAL) -> HttpResponse:
    try:
        actor = actor_of(request, face)
    except (SignInFirst, MandateHasEnded):
        if request.method == "POST":
            stash.put(request)
        raise
    if request.method == "POST":
        try:
            return _answer(request, actor, draft_id, path, face)
        except SignInIsTooWeak:
            stash.put(request)
            raise
    view = case_queries.draft(actor, draft_id)
    way = view.service.screens(view.answers, view.draft.facts)
    screen = next((screen for screen in way if screen.path == path), None)
    if screen is None:
        return HttpResponseRedirect(address(face, "draft", draft_id=draft_id))
    return _page(request, view, screen, face, way=way, posted=stash.take(request))


def _answer(request: HttpRequest, actor: Actor, draft_id: UUID, path: str, face: str) -> HttpResponse:
    leaving = request.POST.get("leave") == "yes"
    try:
        answered = cases.answer(
            draft_id,
            actor=actor,
            path=path,
            form=_form(request),
            language=_language(request),
            before_look_up=lambda: count_or_refuse(f"look-up:{actor.party}", LOOK_UPS, 3600),
        )
    except NotFound:  # an answer on another device has made this question needless
        return HttpResponseRedirect(address(face, "draft", draft_id=draft_id))
    if leaving:
        return HttpResponseRedirect(leave_to(face))
    if not answered.ok:
        posted = {name: list(values) for name, values in request.POST.lists()}
        view = case_queries.draft(actor, draft_id)
        way = view.service.screens(view.answers, view.draft.facts)
        return _page(request, view, answered.screen, face, way=way, posted=posted, problems=answered.parsed.problems)
    if request.POST.get("back_to") == "check" and _was_answered(case_queries.draft(actor, draft_id), answered.next):
        return HttpResponseRedirect(address(face, "check", draft_id=draft_id))
    return HttpResponseRedirect(_next(face, draft_id, answered.next))


def _was_answered(view: DraftView, screen: Screen | None) -> bool:
    """After a change from the check page one goes back there, unless the change opened new questions."""
    return screen is None or any(name in view.answers or screen.group in view.answers for name in screen.asks)


def _form(request: HttpRequest) -> Form:
    return Form(dict(request.POST.lists()), dict(request.FILES.lists()))


def _page(
    request: HttpRequest,
    view: DraftView,
    screen: Screen,
    face: str,
    *,
    way: Sequence[Screen],
    posted: Any = None,
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    """The page of one screen. `way`: all screens as the answers now have it, walked once for the request."""
    language = _language(request)
    asking = asking_for(language)
    shown = screens.asked(screen, asking, stored=screen.values(view.answers), posted=posted, problems=problems)
    place = next((place for place, each in enumerate(way) if each.path == screen.path), 0)
    before = way[place - 1] if place else None
    context = {
        "service_title": view.service.title.in_(language),
        "screen": screen,
        "asked": shown,
        "number": place + 1,
        "of": len(way),
        "back": address(face, "question", draft_id=view.draft.pk, path=before.path) if before else leave_to(face),
        "first": before is None,
        "problems": [error for each in shown for error in each.summary()],
        "back_to": request.POST.get("back_to") or request.GET.get("back_to", ""),
        "found": _found(view.service, screen, view.answers, language),
        "changed": view.changed,
        "leave_form": "answer",
        "multipart": any(each.type in ("file", "repeated") for each in shown),
        "helps": face == DESK,
        "help_url": f"{url('portal:help')}?service={view.service.id}",
    }
    return render(request, "intake/question.html", context, status=422 if problems else 200)


def _found(service: Service, screen: Screen, answers: dict[str, Any], language: str) -> list[Row]:
    """What the register answered, to be confirmed."""
    return service.found_rows(screen, answers, asking_for(language)) if screen.kind == "found" else []


@require_GET
def check(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    view = case_queries.draft(actor_of(request, face), draft_id)
    missing = view.service.resume(view.answers, view.draft.facts)
    if missing is not None:
        return HttpResponseRedirect(_next(face, draft_id, missing))
    if view.service.signatories and case_queries.drafts_going_round([draft_id]):
        return HttpResponseRedirect(address(face, "going_round", draft_id=draft_id))
    return _check_page(request, view, face)


def _check_page(
    request: HttpRequest,
    view: DraftView,
    face: str,
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
    seen: UUID | None = None,
) -> HttpResponse:
    """seen: the version by which the answers were checked before, if that isn't the one that the draft follows."""
    language, service, facts = _language(request), view.service, view.draft.facts
    screen = service.last(view.answers, facts)
    context = {
        "service_title": service.title.in_(language),
        "service": service,
        "draft": view.draft,
        "groups": screens.grouped(service.rows(view.answers, facts, asking_for(language)), language),
        "change": lambda row: f"{address(face, 'question', draft_id=view.draft.pk, path=row.path)}?back_to=check",
        "fee": service.fee_for(service.context(view.answers, facts)),
        "law": law_words,
        "back": address(face, "question", draft_id=view.draft.pk, path=screen.path) if screen else leave_to(face),
        "send": address(face, "send", draft_id=view.draft.pk),
        "discard": address(face, "discard", draft_id=view.draft.pk),
        "leave": leave_to(face),
        "problems": problems,
        "changed": view.changed,
        "version": view.version,
        "changes": _changes(view, seen or view.draft.version_id, language),
        "helps": face == DESK,
        "signs": face == PORTAL and service.definition.signature == "passkey",
        "to_sign": address(face, "to_sign", draft_id=view.draft.pk),
        "others": rounds.others(service, service.context(view.answers, facts)) if service.signatories else [],
        "sign_within": term_words(service.deadlines["sign"].within) if "sign" in service.deadlines else "",
        "has_passkey": face == PORTAL and service.definition.signature == "passkey" and signing.has_passkey(request),
    }
    return render(request, "intake/check.html", context, status=status)


def _changes(view: DraftView, version: UUID, language: str) -> Changes | None:
    if version == view.version:
        return None
    return since(version, view.draft, view.service, view.answers, language)


@require_POST
def send(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    actor = actor_of(request, face)
    if request.POST.get("declared") != "yes":
        return _not_declared(request, actor, draft_id, face)
    try:
        return HttpResponseRedirect(_hand_in(request, actor, draft_id, face))
    except SignInIsTooWeak as error:
        return prove_page(request, error.params["wanted"], back_to=address(face, "check", draft_id=draft_id))
    except (NotSigned, PasskeyRefused, SignatoryUnknown, SignsTwice) as error:
        said = [("main", str(error.message))]
        return _check_page(request, case_queries.draft(actor, draft_id), face, said, status=409)
    except ServiceHasChanged:
        view = case_queries.draft(actor, draft_id)
        missing = view.service.resume(view.answers, view.draft.facts)
        if missing is not None:
            return HttpResponseRedirect(_next(face, draft_id, missing) + "?back_to=check")
        return _check_page(request, view, face, status=409, seen=_version_seen(request))
    except NotComplete as error:
        view = case_queries.draft(actor, draft_id)
        paths = [problem.path for problem in error.problems if problem.path]
        if paths:
            return HttpResponseRedirect(address(face, "question", draft_id=draft_id, path=paths[0]) + "?back_to=check")
        said = [("main", screens.sentence(problem, _language(request))) for problem in error.problems]
        return _check_page(request, view, face, said, status=422)


def _hand_in(request: HttpRequest, actor: Actor, draft_id: UUID, face: str) -> str:
    """Send it, or ask those who must sign before; the address of the page that says so."""
    signed = signing.signed(request, draft_id) if "credential" in request.POST and face == PORTAL else None
    version = _version_seen(request)
    try:
        case = cases.submit(draft_id, actor=actor, version=version, signed=signed)
    except OthersMustSign:
        cases.ask_to_sign(draft_id, actor=actor, version=version, signed=signed)
        return address(face, "going_round", draft_id=draft_id)
    return address(face, "sent", number=case.number)


@require_safe
def to_sign(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> JsonResponse:
    """What the browser asks the passkey: a challenge that commits to every answer as it stands now."""
    actor = actor_of(request, face)
    if face != PORTAL:  # at the office people sign on paper
        raise NotFound
    return JsonResponse(signing.question(request, case_queries.draft(actor, draft_id), actor))


def _version_seen(request: HttpRequest) -> UUID | None:
    """The version of the service that the page with the answers was made from."""
    try:
        return UUID(request.POST.get("version", ""))
    except ValueError:
        return None


def _not_declared(request: HttpRequest, actor: Actor, draft_id: UUID, face: str) -> HttpResponse:
    view = case_queries.draft(actor, draft_id)
    return _check_page(request, view, face, [("declared", words.sentence("declaration_not_ticked"))], status=422)


@require_POST
def discard(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    cases.discard_draft(draft_id, actor=actor_of(request, face))
    return HttpResponseRedirect(leave_to(face))


@require_POST
def remove(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    group, index = request.POST.get("group", ""), request.POST.get("index", "")
    if not index.isascii() or not index.isdigit() or len(index) > 3:
        raise NotFound
    cases.remove_item(draft_id, actor=actor_of(request, face), group=group, index=int(index))
    return HttpResponseRedirect(address(face, "draft", draft_id=draft_id))


@require_GET
def sent(request: HttpRequest, number: str, face: str = PORTAL) -> HttpResponse:
    actor = actor_of(request, face)
    own = case_queries.of_applicant(actor, number)
    context = {"case": own.case, "service": own.service, "due": own.due, "fee": own.case.fee, "offers": own.offers}
    context |= {"helps": face == DESK, "promise": own.promise}
    return render(request, "intake/sent.html", context)


@require_GET
def correction(request: HttpRequest, number: str, face: str = PORTAL) -> HttpResponse:
    view = _to_correct(request, face, number)
    if view.correction is None:
        return HttpResponseRedirect(_case_of(face, view.case))
    return _correction_page(request, view, face)


def _correction_page(
    request: HttpRequest, view: CaseView, face: str, problems: Sequence[tuple[str, str]] = (), status: int = 200
) -> HttpResponse:
    language = _language(request)
    assert view.correction is not None  # noqa: S101 - both callers have looked
    answers, facts = view.correction.answers, view.case.facts
    open_ = {screen.path for screen in view.service.screens(answers, facts) if view.correction.covers(screen)}
    rows = [row for row in view.service.rows(answers, facts, asking_for(language)) if row.path in open_]
    context = {
        "service_title": view.service.title.in_(language),
        "view": view,
        "rows": rows,
        "change": lambda row: address(face, "correct", number=view.case.number, path=row.path),
        "send": address(face, "send_correction", number=view.case.number),
        "signs": view.must_sign,
        "has_passkey": view.must_sign and signing.has_passkey(request),
        "to_sign": address(face, "correction_to_sign", number=view.case.number),
        "leave": leave_to(face),
        "problems": problems,
    }
    return render(request, "intake/correction.html", context, status=status)


def _to_correct(request: HttpRequest, face: str, number: str) -> CaseView:
    return case_queries.of_applicant(actor_of(request, face), number)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str, path: str, face: str = PORTAL) -> HttpResponse:
    actor, language = actor_of(request, face), _language(request)
    view = case_queries.of_applicant(actor, number)
    back = address(face, "correction", number=number)
    if view.correction is None:
        return HttpResponseRedirect(_case_of(face, view.case))
    screen = view.service.screen(path, view.correction.answers, view.case.facts)
    if screen is None or not view.correction.covers(screen):
        return HttpResponseRedirect(back)
    posted, problems = None, []
    if request.method == "POST":
        answered = cases.answer_correction(
            number,
            actor=actor,
            path=path,
            form=_form(request),
            language=language,
            before_look_up=lambda: count_or_refuse(f"look-up:{actor.party}", LOOK_UPS, 3600),
        )
        if answered.ok:
            opened = answered.next
            return HttpResponseRedirect(address(face, "correct", number=number, path=opened.path) if opened else back)
        posted = {name: list(values) for name, values in request.POST.lists()}
        problems = list(answered.parsed.problems)
    stored = screen.values(view.correction.answers)
    shown = screens.asked(screen, asking_for(language), stored=stored, posted=posted, problems=problems)
    context = {
        "service_title": view.service.title.in_(language),
        "screen": screen,
        "asked": shown,
        "back": back,
        "problems": [error for each in shown for error in each.summary()],
        "found": _found(view.service, screen, view.correction.answers, language),
        "message": view.correction.message,
        "multipart": any(each.type in ("file", "repeated") for each in shown),
        "leave": back,
    }
    return render(request, "intake/question.html", context, status=422 if problems else 200)


@require_safe
def correction_to_sign(request: HttpRequest, number: str, face: str = PORTAL) -> JsonResponse:
    """What the browser asks the passkey about the mended answers."""
    actor = actor_of(request, face)
    if face != PORTAL:  # at the office people sign on paper
        raise NotFound
    return JsonResponse(signing.act_question(request, number, "correct", actor))


@require_POST
def send_correction(request: HttpRequest, number: str, face: str = PORTAL) -> HttpResponse:
    actor = actor_of(request, face)
    try:
        signed = signing.signed_act(request, number, "correct") if face == PORTAL else None
        case = cases.send_correction(number, actor=actor, signed=signed)
    except (NotSigned, PasskeyRefused) as error:
        view = case_queries.of_applicant(actor, number)
        return _correction_page(request, view, face, [("main", str(error.message))], status=409)
    except NotComplete as error:
        view = case_queries.of_applicant(actor, number)
        mended = view.correction
        opened = mended and mended.opened(view.service.screens(mended.answers, view.case.facts))
        if opened:
            return HttpResponseRedirect(address(face, "correct", number=number, path=opened.path))
        said = [("main", screens.sentence(problem, _language(request))) for problem in error.problems]
        return _correction_page(request, view, face, said, status=422)
    return HttpResponseRedirect(_case_of(face, case))
