"""Signing in by passkey, and with one click in the demonstration. By code: identity's, with templates in account/."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.definitions import DemonstrationOfficial, DemonstrationPerson
from panjereh.identity import passkeys
from panjereh.identity import queries as identity
from panjereh.identity.adapters import demo, sessions
from panjereh.identity.errors import PasskeyRefused
from panjereh.identity.operations import passkeys as operations
from panjereh.kernel.errors import NotFound
from panjereh.portal.mine import roles_in_words
from panjereh.portal.trust import going_to, number_in
from panjereh.ui import passkeys as asking
from panjereh.ui.addresses import url
from panjereh.ui.http import address_of, at_most, count_or_refuse

SIGNING_IN = "sign-in"


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="passkey")
def by_passkey(request: HttpRequest) -> HttpResponse:
    """No name is typed: the passkey says whose it is. What proves nothing is answered with one and the same page."""
    sentence = ""
    if request.method == "POST":
        rp, state = asking.relying_party(request), asking.take(request, SIGNING_IN)
        try:
            account, _proof = operations.use_passkey(rp, state, asking.answer(request))
        except PasskeyRefused as refusal:
            sentence = str(refusal.message)
        else:
            sessions.begin(request, account, "passkey")
            return HttpResponseRedirect(going_to(request) or url("portal:my"))
    context = {"next": going_to(request), "problems": [("main", sentence)] if sentence else []}
    return render(request, "portal/passkey_signin.html", context, status=403 if sentence else 200)


@require_safe
def passkey_to_sign_in(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, for the script. The same for everybody: whose passkey it will be isn't known yet."""
    count_or_refuse(f"passkey-question:{address_of(request)}", 60, 600)
    return JsonResponse(asking.put(request, passkeys.ask(asking.relying_party(request)), SIGNING_IN))


@require_http_methods(["GET", "POST"])
@at_most(60, seconds=60, what="demonstration")
def demonstration(request: HttpRequest) -> HttpResponse:
    if not demo.is_open():
        raise NotFound
    if request.POST.get("identity"):
        account = demo.sign_in(request, number_in(request.POST["identity"]))
        return HttpResponseRedirect(
            going_to(request) or url("desk:home" if identity.is_official(account) else "portal:my")
        )
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
            "next": going_to(request),
        },
    )


def _cast() -> dict[str, DemonstrationPerson | DemonstrationOfficial]:
    """Who they are and what to try as each of them, by e-mail address."""
    told = catalogue.country().demonstration
    everybody: list[DemonstrationPerson | DemonstrationOfficial] = [*told.people, *told.officials]
    return {one.email or f"{one.id}@example.org": one for one in everybody}
