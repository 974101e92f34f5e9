"""One case, for its applicant: how it stands, what to do, and the acts that are open to them."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.errors import NotSigned
from panjereh.cases.queries import CaseView
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.documents import operations as issuing
from panjereh.identity.errors import PasskeyRefused
from panjereh.intake import signing
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.portal import mine, paying, showing
from panjereh.portal.forms import AppealForm, FeedbackForm, MessageForm, Plain, ReasonForm
from panjereh.ui import way
from panjereh.ui.addresses import url
from panjereh.ui.asked import answers_of_registers
from panjereh.ui.http import signed_in_actor
from panjereh.ui.laws import law_words

WORDS = "act"
"""Where the session keeps what somebody wrote until they have signed it."""


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    if view.messages:
        correspondence.mark_case_read(actor, number)
    return render(
        request,
        "portal/case.html",
        {
            "view": view,
            "case": view.case,
            "bill": paying.bill_about(view.case) if view.case.fee and view.case.decided_at else None,
            "agencies": catalogue.country().agencies,
            "looks": mine.looks_at_case(actor, number),
            "offers": showing.offered(view.offers),
            "way": way.of_case(view.service, view.case.marking),
            "law": law_words,
            "signatories": case_queries.signatories_of(view.case, view.service, actor.language),
            "registers_said": answers_of_registers(view.service, view.case.facts),
        },
    )


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent and when, as a PDF to keep."""
    actor = signed_in_actor(request)
    content = mine.receipt_of(case_queries.of_applicant(actor, number), actor)
    response = HttpResponse(issuing.receipt(content, actor.language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: str) -> HttpResponse:
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    form = MessageForm.of(request)
    if form.is_valid():
        cases.say(number, actor=actor, text=form.cleaned_data["text"])
        return HttpResponseRedirect(f"{url('portal:case', number)}#messages")
    return render(request, "portal/write.html", {"view": view, "form": form, "problems": form.problems})


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, "withdraw", ReasonForm, cases.withdraw)


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    return _act(request, number, "appeal", AppealForm, cases.appeal)


def _act(request: HttpRequest, number: str, act: str, form_of: type[Plain], do: Callable[..., object]) -> HttpResponse:
    """Withdraw or object, in the person's own words; with a passkey where the service is signed with one."""
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    if view.must_sign and "credential" in request.POST:
        return _signed_act(request, actor, view, act, do)
    form = form_of.of(request)
    if not form.is_valid():
        return render(request, f"portal/{act}.html", {"view": view, "form": form, "problems": form.problems})
    reason = str(form.cleaned_data["reason"])
    if view.must_sign:
        request.session[WORDS] = {"act": act, "number": number, "reason": reason}
        return _page_to_sign(request, view, act, reason)
    do(number, actor=actor, reason=reason)
    return HttpResponseRedirect(url("portal:case", number))


def _signed_act(
    request: HttpRequest, actor: Actor, view: CaseView, act: str, do: Callable[..., object]
) -> HttpResponse:
    number = view.case.number
    reason = _words_of(request, act, number)
    try:
        do(number, actor=actor, reason=reason, signed=signing.signed_act(request, number, act))
    except (NotSigned, PasskeyRefused) as error:
        return _page_to_sign(request, view, act, reason, [("main", str(error.message))], status=409)
    del request.session[WORDS]
    return HttpResponseRedirect(url("portal:case", number))


def _page_to_sign(
    request: HttpRequest,
    view: CaseView,
    act: str,
    reason: str,
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """What was written, to be signed as it stands."""
    context = {
        "view": view,
        "act": act,
        "reason": reason,
        "problems": problems,
        "has_passkey": signing.has_passkey(request),
    }
    return render(request, "portal/sign_act.html", context, status=status)


def _words_of(request: HttpRequest, act: str, number: str) -> str:
    """What the person wrote on the page before. Raises NotFound where they wrote nothing for this."""
    kept = request.session.get(WORDS, {})
    if (kept.get("act"), kept.get("number")) != (act, number):
        raise NotFound
    return str(kept["reason"])


@require_safe
def act_to_sign(request: HttpRequest, number: str, act: str) -> JsonResponse:
    """What the browser asks the passkey about a withdrawal or an objection."""
    actor = signed_in_actor(request)
    reason = _words_of(request, act, number)
    return JsonResponse(signing.act_question(request, number, act, actor, reason))


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    form = FeedbackForm.of(request)
    if form.is_valid():
        cases.rate_case(number, actor=actor, score=form.cleaned_data["score"], text=form.cleaned_data["text"])
        return HttpResponseRedirect(f"{url('portal:case', number)}?thanks=yes")
    return render(request, "portal/rate.html", {"view": view, "form": form, "problems": form.problems})
