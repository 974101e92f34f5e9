"""My data: ask for a copy of everything, see when it is ready, fetch it. For somebody who has signed in lately."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.identity.adapters import sessions
from panjereh.kernel import clock
from panjereh.oversight import export
from panjereh.portal import mine
from panjereh.ui.http import at_most, signed_in_actor

LATELY = timedelta(minutes=15)


@require_http_methods(["GET", "POST"])
@at_most(10, seconds=3600, what="export")
def data(request: HttpRequest) -> HttpResponse:
    actor = mine.whole(signed_in_actor(request))
    lately = has_proven_lately(request)
    if request.method == "POST" and lately:
        export.ask(actor)
        return redirect("portal:data")
    context = {
        "made": export.current(actor),
        "lately": lately,
        "days": export.KEPT.days,
        "erasure": catalogue.country().file.erasure,
    }
    return render(request, "portal/data.html", context)


@require_POST
def prove(request: HttpRequest) -> HttpResponseRedirect:
    """Sign out, in again, and back here: whoever finds an open browser gets no copy of a life."""
    signed_in_actor(request)
    logout(request)
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': reverse('portal:data')})}")


@require_safe
def fetch(request: HttpRequest, export_id: UUID) -> HttpResponse | FileResponse:
    actor = mine.whole(signed_in_actor(request))
    if not has_proven_lately(request):
        return redirect("portal:data")
    response = FileResponse(export.open_(actor, export_id), as_attachment=True, filename="my-data.zip")
    response["Cache-Control"] = "no-store"
    return response


def has_proven_lately(request: HttpRequest) -> bool:
    """Whether the person has signed in, or proven themselves once more, within the last minutes."""
    newest = max((at for _way, at in sessions.ways(request)), default=0)
    return clock.now().timestamp() - newest <= LATELY.total_seconds()
