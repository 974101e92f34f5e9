"""How a case stands, without signing in: the code and a second thing that only those concerned know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panjereh.cases import queries as cases
from panjereh.portal.forms import TrackForm
from panjereh.ui.http import at_most, count_or_refuse

GUESSES = 30  # an hour and code, from whichever addresses: the second fact may have four digits only


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="tracking")
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm.of(request, code=request.GET.get("code", "")[:20])
    if form.is_valid():
        count_or_refuse(f"tracked:{form.cleaned_data['code']}", GUESSES, 3600)
        found = cases.track(form.cleaned_data["code"], form.cleaned_data["second"])
        if found is not None:
            return render(request, "portal/tracked.html", {"found": found})
        form.add_error("code", _("No case fits these two together. Check both"))
    return render(request, "portal/track.html", {"form": form, "problems": form.problems})
