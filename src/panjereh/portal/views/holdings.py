"""What the person holds by the registers, and the services that can follow it, begun with everything filled in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.kernel.errors import NotFound
from panjereh.portal import mine
from panjereh.ui.http import signed_in_actor


@require_http_methods(["GET", "POST"])
def holdings(request: HttpRequest) -> HttpResponse:
    actor = mine.whole(signed_in_actor(request))
    if request.method == "POST":
        draft = cases.follow_up(request.POST.get("service", ""), _number(request.POST.get("entry", "")), actor=actor)
        return redirect("intake:draft", draft_id=draft.pk)
    return render(request, "portal/holdings.html", {"held": case_queries.holdings_of(actor)})


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
