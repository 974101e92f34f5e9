"""Signing together: the applicant sees who has signed; each signatory reads the document, then signs or declines."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotSigned, ReasonMissing
from panjereh.cases.queries import SignView
from panjereh.cases.signatures import digest
from panjereh.identity.errors import PasskeyRefused, SignInIsTooWeak
from panjereh.intake import screens, signing
from panjereh.intake.faces import DESK, PORTAL, actor_of, address, leave_to
from panjereh.kernel.errors import NotFound
from panjereh.ui.addresses import url
from panjereh.ui.http import prove_page
from panjereh.ui.jinja import language


@require_http_methods(["GET", "POST"])
def going_round(request: HttpRequest, draft_id: UUID, face: str = PORTAL) -> HttpResponse:
    """One's own document that waits for signatures. By POST it is taken back."""
    actor = actor_of(request, face)
    if request.method == "POST":
        cases.call_off(draft_id, actor=actor)
        return HttpResponseRedirect(address(face, "check", draft_id=draft_id))
    view = case_queries.going_round(actor, draft_id)
    if view is None:
        return HttpResponseRedirect(address(face, "draft", draft_id=draft_id))
    draft = case_queries.draft(actor, draft_id)
    rows = view.service.rows(draft.answers, draft.draft.facts, asking_for(language()))
    context = {
        "service_title": view.service.title.in_(language()),
        "view": view,
        "groups": screens.grouped(rows, language()),
        "change": lambda row: f"{address(face, 'question', draft_id=draft_id, path=row.path)}?back_to=check",
        "leave": leave_to(face),
        "take_back": address(face, "going_round", draft_id=draft_id),
    }
    return render(request, "intake/going_round.html", context)


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, signatory_id: UUID, face: str = PORTAL) -> HttpResponse:
    """The document that waits for somebody's signature. By POST it is signed."""
    actor = actor_of(request, face)
    if request.method == "GET":
        return _page(request, signatory_id, face)
    if face == PORTAL and request.POST.get("declared") != "yes":
        return _page(request, signatory_id, face, [("declared", "declaration_not_ticked")])
    try:
        signed = signing.signed_document(request, signatory_id) if "credential" in request.POST else None
        cases.sign(signatory_id, actor=actor, signed=signed, papers=request.POST.get("papers", ""))
    except (NotSigned, PasskeyRefused) as error:
        return _page(request, signatory_id, face, [("main", str(error.message))], status=409)
    except ReasonMissing as error:
        return _page(request, signatory_id, face, [("papers", str(error.message))])
    return HttpResponseRedirect(address(face, "signed", signatory_id=signatory_id))


def _page(
    request: HttpRequest,
    signatory_id: UUID,
    face: str,
    problems: Sequence[tuple[str, str]] = (),
    status: int | None = None,
) -> HttpResponse:
    try:
        view = case_queries.to_be_signed(actor_of(request, face), signatory_id)
    except SignInIsTooWeak as error:
        back_to = address(face, "document", signatory_id=signatory_id)
        return prove_page(request, error.params["wanted"], back_to=back_to)
    needs_passkey = face == PORTAL and view.how == "passkey"
    context = {
        "service_title": view.service.title.in_(language()),
        "view": view,
        "helps": face == DESK,
        "signs": needs_passkey,
        "has_passkey": needs_passkey and signing.has_passkey(request),
        "send": address(face, "document", signatory_id=signatory_id),
        "to_sign": address(face, "document_to_sign", signatory_id=signatory_id),
        "decline": address(face, "decline", signatory_id=signatory_id),
        "later": _leave_to(face, view),
        "problems": problems,
        "errors": defaultdict(str, problems),
        "posted": defaultdict(str, request.POST.items()),
    }
    return render(request, "intake/document.html", context, status=status or (422 if problems else 200))


def _leave_to(face: str, view: SignView) -> str:
    return url("desk:visitor", party_id=view.signatory.party_id) if face == DESK else url("portal:my")


@require_safe
def document_to_sign(request: HttpRequest, signatory_id: UUID, face: str = PORTAL) -> JsonResponse:
    """What the browser asks the passkey: a challenge that is the document's own hash."""
    actor = actor_of(request, face)
    if face != PORTAL:  # at the office people sign on paper
        raise NotFound
    view = case_queries.to_be_signed(actor, signatory_id)
    return JsonResponse(signing.question_about(request, signatory_id, digest(view.request.document)))


@require_POST
def decline(request: HttpRequest, signatory_id: UUID, face: str = PORTAL) -> HttpResponse:
    try:
        cases.decline(signatory_id, actor=actor_of(request, face), reason=request.POST.get("reason", ""))
    except ReasonMissing as error:
        return _page(request, signatory_id, face, [("reason", str(error.message))])
    return HttpResponseRedirect(address(face, "signed", signatory_id=signatory_id))


@require_safe
def signed(request: HttpRequest, signatory_id: UUID, face: str = PORTAL) -> HttpResponse:
    """What became of it: signed, sent, or declined."""
    own = case_queries.own_place(actor_of(request, face), signatory_id)
    to = url("desk:visitor", party_id=own.party) if face == DESK else url("portal:my")
    return render(request, "intake/signed.html", {"own": own, "to": to, "helps": face == DESK})
