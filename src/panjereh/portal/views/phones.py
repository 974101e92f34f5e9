"""Addresses that are proven by a code: the telephone to sign in with, and the e-mail address for notices."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from panjereh.identity import operations as identity
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import CodeIsWrong
from panjereh.identity.operations import phones
from panjereh.localisation import identifiers
from panjereh.localisation.errors import IdentifierProblem
from panjereh.portal import codes
from panjereh.portal.mine import number_of
from panjereh.portal.trust import going_to
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, count_or_refuse, require_recent, signed_in_account, signed_in_actor

CONFIRM, SIGN_IN, NOTICES = "phone", "sign-in by phone", "notices"


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="phone")
def phone(request: HttpRequest) -> HttpResponse:
    """The person's own number: typed, then proven by the code that came there."""
    actor, account = signed_in_actor(request), signed_in_account(request)
    require_recent(request)
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and request.POST.get("do") == "remove":
        phones.set_phone(account.pk, actor=actor, phone="")
        return HttpResponseRedirect(f"{url('portal:ways')}?removed=phone")
    if request.method == "POST" and request.POST.get("do") == "code":
        proven, problems = _typed_code(request, CONFIRM)
        if not problems:
            phones.set_phone(account.pk, actor=actor, phone=proven)
            return HttpResponseRedirect(f"{url('portal:ways')}?added=phone")
    elif request.method == "POST":
        number, problems = _typed_number(request)
        if not problems:
            _count(number)
            codes.send(request, number, by="phone", purpose=CONFIRM)
    context = {
        "account": account,
        "sent_to": codes.waits(request, CONFIRM),
        "typed": request.POST.get("phone", ""),
        "problems": problems,
        "errors": dict(problems),
    }
    return render(request, "portal/phone.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="phone-sign-in")
def by_phone(request: HttpRequest) -> HttpResponse:
    """Known and unknown numbers are answered alike, with the same work; only known ones get a message."""
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and request.POST.get("do") == "code":
        proven, problems = _typed_code(request, SIGN_IN)
        account = phones.account_with_phone(proven) if not problems else None
        if account is not None:
            sessions.begin(request, account, "phone")
            return HttpResponseRedirect(going_to(request) or url("portal:my"))
        problems = problems or [("main", _("That code holds no longer. Ask for a new one."))]
    elif request.method == "POST":
        number, problems = _typed_number(request)
        if not problems:
            _count(number)
            known = phones.account_with_phone(number) is not None
            codes.send(request, number, by="phone", purpose=SIGN_IN, known=known)
    context = {
        "sent_to": codes.waits(request, SIGN_IN),
        "typed": request.POST.get("phone", ""),
        "next": going_to(request),
        "problems": problems,
        "errors": dict(problems),
    }
    return render(request, "portal/phone_signin.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="notice-address")
def notice_address(request: HttpRequest) -> HttpResponse:
    """Notices go to a new address only when the code that came there was typed."""
    actor = signed_in_actor(request)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        proven, problems = _typed_code(request, NOTICES)
        if not problems:
            chosen = request.session.pop("notices", None)
            identity.update_contact(number_of(actor), actor=actor, email=proven, notices=chosen)
            return HttpResponseRedirect(f"{url('portal:profile')}?saved=yes")
    sent_to = codes.waits(request, NOTICES)
    if not sent_to and not problems:
        return HttpResponseRedirect(url("portal:profile"))
    context = {"sent_to": sent_to, "problems": problems, "errors": dict(problems)}
    return render(request, "portal/notice_address.html", context, status=422 if problems else 200)


def _typed_code(request: HttpRequest, purpose: str) -> tuple[str, list[tuple[str, str]]]:
    """What the code proves, or what is wrong with it."""
    try:
        return codes.check(request, request.POST.get("code", ""), purpose=purpose), []
    except CodeIsWrong as wrong:
        return "", [("main" if wrong.params["over"] else "code", str(wrong.message))]


def _typed_number(request: HttpRequest) -> tuple[str, list[tuple[str, str]]]:
    try:
        return str(identifiers.parse_phone(request.POST.get("phone", ""))), []
    except IdentifierProblem:
        return "", [("phone", _("This isn’t a phone number. A mobile number looks like 0912 123 4567."))]


def _count(number: str) -> None:
    """Messages cost money, and a stranger’s telephone must not ring without end."""
    count_or_refuse(f"sms:{number}", 3, 600)
    count_or_refuse(f"sms-day:{number}", 10, 24 * 3600)
