"""One case, for its applicant: how it stands, what to do, and the acts that are open to them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.documents import operations as issuing
from panjereh.portal import mine, paying, showing
from panjereh.portal.forms import AppealForm, FeedbackForm, MessageForm, ReasonForm
from panjereh.ui import way
from panjereh.ui.addresses import url
from panjereh.ui.asked import answers_of_registers
from panjereh.ui.http import signed_in_actor
from panjereh.ui.laws import law_words


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
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    form = ReasonForm.of(request)
    if form.is_valid():
        cases.withdraw(number, actor=actor, reason=form.cleaned_data["reason"])
        return HttpResponseRedirect(url("portal:case", number))
    return render(request, "portal/withdraw.html", {"view": view, "form": form, "problems": form.problems})


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    form = AppealForm.of(request)
    if form.is_valid():
        cases.appeal(number, actor=actor, reason=form.cleaned_data["reason"])
        return HttpResponseRedirect(url("portal:case", number))
    return render(request, "portal/appeal.html", {"view": view, "form": form, "problems": form.problems})


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    actor = signed_in_actor(request)
    view = case_queries.of_applicant(actor, number)
    form = FeedbackForm.of(request)
    if form.is_valid():
        cases.rate_case(number, actor=actor, score=form.cleaned_data["score"], text=form.cleaned_data["text"])
        return HttpResponseRedirect(f"{url('portal:case', number)}?thanks=yes")
    return render(request, "portal/rate.html", {"view": view, "form": form, "problems": form.problems})
