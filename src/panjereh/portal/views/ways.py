"""Ways to sign in, on the profile's pages: which there are, how to add one, name it, take it away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.identity import passkeys
from panjereh.identity import queries as identity
from panjereh.identity.errors import PasskeyRefused, TooManyWays
from panjereh.identity.operations import passkeys as operations
from panjereh.portal.forms import PasskeyForm
from panjereh.ui import passkeys as asking
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, signed_in_account, signed_in_actor

ADDING = "add"


@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    account = signed_in_account(request)
    return render(request, "portal/ways.html", {"account": account, "passkeys": identity.passkeys_of(account)})


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="passkey")
def add_passkey(request: HttpRequest) -> HttpResponse:
    actor, account = signed_in_actor(request), signed_in_account(request)
    form = PasskeyForm.of(request)
    sentence = ""
    if form.is_valid():
        try:
            operations.add_passkey(
                account.pk,
                actor=actor,
                rp=asking.relying_party(request),
                state=asking.take(request, ADDING),
                answer=asking.answer(request),
                name=form.cleaned_data["name"],
            )
        except (PasskeyRefused, TooManyWays) as error:
            sentence = str(error.message)
        else:
            return HttpResponseRedirect(f"{url('portal:ways')}?added=passkey")
    context = {"form": form, "problems": [("main", sentence)] if sentence else form.problems}
    return render(request, "portal/passkey_add.html", context, status=422 if sentence else 200)


@require_safe
def passkey_to_make(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, for the script."""
    account = signed_in_account(request)
    asked = passkeys.ask_to_make(asking.relying_party(request), account, identity.passkeys_of(account))
    return JsonResponse(asking.put(request, asked, ADDING))


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    actor = signed_in_actor(request)
    found = identity.own_passkey(actor, passkey_id)
    if request.method == "POST" and request.POST.get("do") == "remove":
        operations.remove_passkey(passkey_id, actor=actor)
        return HttpResponseRedirect(f"{url('portal:ways')}?removed=passkey")
    form = PasskeyForm.of(request, name=found.name)
    if form.is_valid():
        operations.rename_passkey(passkey_id, actor=actor, name=form.cleaned_data["name"])
        return HttpResponseRedirect(url("portal:ways"))
    return render(request, "portal/passkey.html", {"passkey": found, "form": form, "problems": form.problems})
