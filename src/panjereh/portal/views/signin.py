"""The one-click page of the demonstration country. Signing in by code is identity's; its templates are in account/."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from panjereh.catalogue import queries as catalogue
from panjereh.definitions import DemonstrationOfficial, DemonstrationPerson
from panjereh.identity import queries as identity
from panjereh.identity.adapters import demo
from panjereh.kernel.errors import NotFound
from panjereh.portal.mine import roles_in_words
from panjereh.ui.http import at_most
from panjereh.ui.jinja import url


@require_http_methods(["GET", "POST"])
@at_most(60, seconds=60, what="demonstration")
def demonstration(request: HttpRequest) -> HttpResponse:
    if not demo.is_open():
        raise NotFound
    chosen = _number(request.POST.get("identity", ""))
    if chosen is not None:
        account = demo.sign_in(request, chosen)
        return redirect(_next(request) or url("desk:home" if identity.is_official(account) else "portal:my"))
    identities = demo.identities()
    return render(
        request,
        "portal/demonstration.html",
        {
            "people": [one for one in identities if not one.is_official],
            "officials": [one for one in identities if one.is_official],
            "agencies": catalogue.country().agencies,
            "roles_in_words": roles_in_words,
            "cast": _cast(),
            "next": _next(request),
        },
    )


def _cast() -> dict[str, DemonstrationPerson | DemonstrationOfficial]:
    """Who they are and what to try as each of them, by e-mail address."""
    told = catalogue.country().demonstration
    everybody: list[DemonstrationPerson | DemonstrationOfficial] = [*told.people, *told.officials]
    return {one.email or f"{one.id}@example.org": one for one in everybody}


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _next(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""
