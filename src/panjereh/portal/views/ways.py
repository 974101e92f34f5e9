"""Ways to sign in, on the profile's pages: which there are, how to add one, name it, take it away."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.identity import levels, passkeys, providers
from panjereh.identity import queries as identity
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import PasskeyRefused, TooManyWays
from panjereh.identity.operations import binding, provider_links, recovery
from panjereh.identity.operations import passkeys as operations
from panjereh.kernel.actor import Level
from panjereh.portal.forms import PasskeyForm
from panjereh.portal.mine import number_of
from panjereh.portal.trust import number_in, way_in_words, what_changed
from panjereh.ui import passkeys as asking
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, require_recent, signed_in_account, signed_in_actor

ADDING = "add"
SHOWN = 20


@require_http_methods(["GET", "POST"])
def ways(request: HttpRequest) -> HttpResponse:
    actor, account = signed_in_actor(request), signed_in_account(request)
    if request.method == "POST" and request.POST.get("do") == "stop":
        recovery.stop_recovery(account, actor=actor)
        return HttpResponseRedirect(url("portal:ways"))
    if request.method == "POST" and request.POST.get("do") == "unlink":
        require_recent(request)
        provider_links.unlink_provider(number_in(request.POST.get("link", "")), actor=actor)
        return HttpResponseRedirect(f"{url('portal:ways')}?removed=provider")
    links = provider_links.links_of(account)
    names = {one.id: one.name for one in providers.all_known()}
    context = {
        "account": account,
        "passkeys": identity.passkeys_of(account),
        "level": actor.level,
        "recovery": identity.recovery_of(account),
        "recovery_codes": identity.recovery_codes_left(account),
        "links": [(link, names.get(link.provider, link.issuer)) for link in links],
        "offered": [one for one in providers.all_known() if one.id not in {link.provider for link in links}],
        "by_phone": bool(settings.SMS_GATEWAY),
        "changes": identity.changes_of(number_of(actor))[:SHOWN],
        "what_changed": what_changed,
    }
    return render(request, "portal/ways.html", context)


@require_http_methods(["GET", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in now; they end one, or all but this."""
    account = signed_in_account(request)
    if request.method == "POST" and request.POST.get("do") == "all":
        sessions.end_others(request, account)
        return HttpResponseRedirect(f"{url('portal:sign_ins')}?ended=all")
    if request.method == "POST":
        sessions.end(account, number_in(request.POST.get("end", "")))
        return HttpResponseRedirect(f"{url('portal:sign_ins')}?ended=one")
    context = {"sign_ins": identity.sign_ins_of(account), "current": request.session.session_key, "way": way_in_words}
    return render(request, "portal/sign_ins.html", context)


@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """The code to read to the official at a counter, who has the papers: shown only after a sure proof."""
    account = signed_in_account(request)
    proven = levels.of_ways(sessions.names(request))
    sure = proven.meets(Level.SUBSTANTIAL)
    context = {
        "code": binding.counter_code(account) if sure else "",
        "confirmed": Level(account.assurance).meets(Level.SUBSTANTIAL),
        "passkeys": identity.passkeys_of(account),
        "account": account,
    }
    return render(request, "portal/counter.html", context)


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="passkey")
def add_passkey(request: HttpRequest) -> HttpResponse:
    actor, account = signed_in_actor(request), signed_in_account(request)
    require_recent(request)
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
    require_recent(request)
    asked = passkeys.ask_to_make(asking.relying_party(request), account, identity.passkeys_of(account))
    return JsonResponse(asking.put(request, asked, ADDING))


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    actor = signed_in_actor(request)
    found = identity.own_passkey(actor, passkey_id)
    if request.method == "POST" and request.POST.get("do") == "remove":
        require_recent(request)
        operations.remove_passkey(passkey_id, actor=actor)
        return HttpResponseRedirect(f"{url('portal:ways')}?removed=passkey")
    form = PasskeyForm.of(request, name=found.name)
    if form.is_valid():
        operations.rename_passkey(passkey_id, actor=actor, name=form.cleaned_data["name"])
        return HttpResponseRedirect(url("portal:ways"))
    return render(request, "portal/passkey.html", {"passkey": found, "form": form, "problems": form.problems})
