"""Showing more surely, or once more, who one is, in the middle of something else; then back to it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.identity import passkeys, providers
from panjereh.identity import queries as identity
from panjereh.identity.adapters import demo, sessions
from panjereh.identity.errors import CodeIsWrong, PasskeyRefused
from panjereh.identity.models import Account
from panjereh.identity.operations import passkeys as operations
from panjereh.identity.operations import passwords, provider_links, recovery_codes
from panjereh.identity.providers import Provider
from panjereh.kernel.actor import Level
from panjereh.portal import codes
from panjereh.portal.trust import going_to, level_in_words
from panjereh.ui import passkeys as asking
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, count_or_refuse, signed_in_account

PROVING = "prove"


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="prove")
def prove(request: HttpRequest) -> HttpResponse:
    account = signed_in_account(request)
    wanted = _wanted(request)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _try(request, account, request.POST.get("do", "passkey"))
        if not problems and request.POST.get("do") != "send":
            return HttpResponseRedirect(going_to(request) or url("portal:my"))
    own = identity.passkeys_of(account)
    at_desk = identity.is_official(account) and going_to(request).startswith(url("desk:home"))
    level = identity.level_of(account, sessions.names(request), as_official=at_desk)
    context = {
        "account": account,
        "passkeys": own,
        "wanted": level_in_words(wanted) if wanted else "",
        "level": level_in_words(level),
        "too_weak": bool(wanted) and not level.meets(Level(wanted)),
        "must_confirm": bool(wanted) and not at_desk and not Level(account.assurance).meets(Level(wanted)),
        "has_password": account.has_usable_password(),
        "by_email": not own and not account.has_usable_password() and not wanted,
        "recovers": not wanted and identity.recovery_codes_left(account) > 0,
        "sent": codes.waits(request, PROVING),
        "offered": _providers(account, wanted),
        "plays": account.is_demonstration and demo.is_open(),
        "next": going_to(request),
        "asks": wanted,
        "problems": problems,
        "errors": dict(problems),
    }
    return render(request, "portal/prove.html", context, status=422 if problems else 200)


@require_safe
def passkey_to_prove(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, for the script: one of the person's own passkeys."""
    own = identity.passkeys_of(signed_in_account(request))
    return JsonResponse(asking.put(request, passkeys.ask(asking.relying_party(request), own), PROVING))


def _wanted(request: HttpRequest) -> str:
    """The level that the page behind asks for; empty when it only asks once more."""
    asked = request.POST.get("level") or request.GET.get("level") or ""
    return asked if asked in set(Level) else ""


def _providers(account: Account, wanted: str) -> list[Provider]:
    """Those that would be sure enough; to prove oneself once more, those by which the account opens."""
    if wanted:
        return providers.that_reach(Level(wanted))
    linked = {one.provider for one in provider_links.links_of(account)} if providers.all_known() else set()
    return [one for one in providers.all_known() if one.id in linked]


def _try(request: HttpRequest, account: Account, way: str) -> list[tuple[str, str]]:
    """Empty when it worked."""
    if way == "send":
        return _send(request, account)
    try:
        if way == "code":
            codes.check(request, request.POST.get("code", ""), purpose=PROVING)
            sessions.remember(request, "email")
        elif way in ("password", "recovery"):
            return _by_secret(request, account, way)
        elif way == "demonstration" and account.is_demonstration and demo.is_open():
            sessions.remember(request, "demonstration")
        else:
            rp, state = asking.relying_party(request), asking.take(request, PROVING)
            operations.use_passkey(rp, state, asking.answer(request), account=account)
            sessions.remember(request, "passkey")
    except PasskeyRefused as refusal:
        return [("main", str(refusal.message))]
    except CodeIsWrong as wrong:
        return [("main" if wrong.params["over"] else "code", str(wrong.message))]
    return []


def _by_secret(request: HttpRequest, account: Account, way: str) -> list[tuple[str, str]]:
    """Password with code, or a line of the list on paper."""
    count_or_refuse(f"prove-{way}:{account.pk}", 10, 3600)
    if way == "recovery":
        if not recovery_codes.use_recovery_code(account, request.POST.get("recovery", "")):
            return [("recovery", _("This isn’t one of your recovery codes, or it was used before."))]
    elif (
        passwords.use_password(account.email, request.POST.get("password", ""), _typed(request), account=account)
        is None
    ):
        return [("password", _("Password and code don’t fit. A code of the app opens only once."))]
    sessions.remember(request, way)
    return []


def _typed(request: HttpRequest) -> str:
    return request.POST.get("app_code", "")[:20]


def _send(request: HttpRequest, account: Account) -> list[tuple[str, str]]:
    count_or_refuse(f"prove-code:{account.pk}", 5, 600)
    codes.send(request, account.email, by="email", purpose=PROVING)
    return []
