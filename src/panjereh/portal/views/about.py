"""What stands behind the services: agencies, offices, promises, help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.cases import operations as cases
from panjereh.catalogue import queries as catalogue
from panjereh.kernel.errors import NotFound
from panjereh.portal.forms import FeedbackForm
from panjereh.ui.http import at_most


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/agencies.html", {"agencies": catalogue.agencies().items()})


@require_safe
def agency(request: HttpRequest, agency: str) -> HttpResponse:
    known = catalogue.agencies().get(agency)
    if known is None:
        raise NotFound
    return render(request, "portal/agency.html", {"agency": known, "found": catalogue.by_agency(agency)})


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/offices.html", {"agencies": catalogue.agencies().values()})


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/promises.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html")


@require_http_methods(["GET", "POST"])
@at_most(10, seconds=600, what="feedback")
def feedback(request: HttpRequest) -> HttpResponse:
    form = FeedbackForm.of(request, page=request.GET.get("page", "")[:200])
    if form.is_valid():
        cases.rate(form.cleaned_data["page"], form.cleaned_data["score"], form.cleaned_data["text"])
        return redirect(f"{request.path}?sent=yes")
    return render(
        request, "portal/feedback.html", {"form": form, "sent": "sent" in request.GET, "problems": form.problems}
    )
