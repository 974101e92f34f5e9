"""Password with a code from an app, and recovery codes: set up on the profile's pages, used to sign in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from panjereh.identity import queries as identity
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import CodeIsWrong, PasswordIsWeak
from panjereh.identity.operations import passwords, recovery_codes
from panjereh.portal.trust import going_to
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, count_or_refuse, require_recent, signed_in_account, signed_in_actor

SECRET = "app_secret"  # noqa: S105 - a name in the session
GUESSES = 10  # an hour and address, from wherever they come


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="set-password")
def password(request: HttpRequest) -> HttpResponse:
    """Set up both together. The secret waits in the session until a code shows that the app has it."""
    actor, account = signed_in_actor(request), signed_in_account(request)
    require_recent(request)
    secret = request.session.setdefault(SECRET, passwords.new_secret())
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and request.POST.get("do") == "remove":
        passwords.remove_password(account.pk, actor=actor)
        sessions.keep(request, account)
        return HttpResponseRedirect(f"{url('portal:ways')}?removed=password")
    if request.method == "POST":
        chosen, code = request.POST.get("password", ""), request.POST.get("code", "")
        try:
            passwords.set_password(account.pk, actor=actor, password=chosen, secret=secret, code=code)
        except PasswordIsWeak as weak:
            problems = [("password", str(weak.message))]
        except CodeIsWrong as wrong:
            problems = [("code", str(wrong.message))]
        else:
            del request.session[SECRET]
            sessions.keep(request, account)
            sessions.remember(request, "password")
            return HttpResponseRedirect(f"{url('portal:ways')}?added=password")
    context = {
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "picture": _picture(passwords.address_for_app(secret, account)),
        "is_set": account.has_usable_password(),
        "account": account,
        "problems": problems,
        "errors": dict(problems),
    }
    return render(request, "portal/password.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="recovery-codes")
def recovery(request: HttpRequest) -> HttpResponse:
    """The codes stand on this page once, when they are made."""
    actor, account = signed_in_actor(request), signed_in_account(request)
    require_recent(request)
    made = recovery_codes.make_recovery_codes(account.pk, actor=actor) if request.method == "POST" else []
    return render(request, "portal/recovery.html", {"made": made, "left": identity.recovery_codes_left(account)})


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="password")
def by_password(request: HttpRequest) -> HttpResponse:
    """Address, password and code in one form: whatever does not fit is answered with one sentence."""
    typed = {name: request.POST.get(name, "")[:200] for name in ("email", "password", "code")}
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        count_or_refuse(f"password:{typed['email'].strip().lower()}", GUESSES, 3600)
        account = passwords.use_password(typed["email"], typed["password"], typed["code"])
        if account is not None:
            sessions.begin(request, account, "password")
            return HttpResponseRedirect(going_to(request) or url("portal:my"))
        problems = [("email", _("These three don’t fit together. Check them; a code of the app opens only once."))]
    context = {"email": typed["email"], "next": going_to(request), "problems": problems}
    return render(request, "portal/password_signin.html", context, status=403 if problems else 200)


def _picture(text: str) -> Markup:
    """The QR code as a drawing in the page."""
    import segno  # only who sets up an app pays for loading it

    drawn = segno.make(text, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return Markup(drawn)  # noqa: S704 - made here, of paths and numbers
