"""Signing in by a provider of identity, such as a national one: there, back, and who it is here."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjereh.cases.operations import vouched as register
from panjereh.identity import providers
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import AlreadyLinked, ProviderIsAway, ProviderRefused
from panjereh.identity.models import Account
from panjereh.identity.operations import provider_links
from panjereh.identity.providers import Provider, Vouched
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Level
from panjereh.portal.trust import going_to, refusal_in_words
from panjereh.ui.addresses import url
from panjereh.ui.http import (
    address_of,
    at_most,
    count_or_refuse,
    require_recent,
    signed_in_account,
    signed_in_actor,
    visitor,
)
from panjereh.ui.jinja import language, show_text

PENDING = "provider_pending"
"""In the session: what somebody new was vouched for, until they have an account."""

LANGUAGE = "provider_language"
"""In the session: in which language they went. The address to come back to is one for all languages."""

PENDING_LIVES = 1800  # seconds
PROCESSES = ("login", "prove", "link")


@require_POST
@at_most(30, seconds=600, what="provider")
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A page leads there by itself: browsers would not follow a redirect from a form to another site (CSP)."""
    from panjereh.identity.adapters import oidc_client  # loads `requests`

    provider = providers.known(provider_id)
    process = request.POST.get("process", "login")
    if process not in PROCESSES:
        process = "login"
    if process != "login":
        signed_in_actor(request)
    if process == "link":
        require_recent(request)
    request.session[LANGUAGE] = language()
    wanted = request.POST.get("level", "")
    level = Level(wanted) if wanted in set(Level) else Level.NONE
    try:
        where = oidc_client.begin(request, provider, process=process, going_to=going_to(request), level=level)
    except (ProviderIsAway, ProviderRefused) as error:
        return _failed(request, provider, error)
    return render(request, "portal/provider_there.html", {"provider": provider, "where": where})


@require_safe
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back with a code."""
    provider = providers.known(provider_id)
    count_or_refuse(f"provider-back:{address_of(request)}", 60, 600)
    with translation.override(request.session.get(LANGUAGE) or language()):
        return _arrived(request, provider)


def _arrived(request: HttpRequest, provider: Provider) -> HttpResponse:
    from panjereh.identity.adapters import oidc_client

    try:
        vouched, process, next_page = oidc_client.finish(request, provider)
        if process == "login":
            return _sign_in(request, provider, vouched, next_page)
        return _prove(request, vouched, next_page, process)
    except (ProviderIsAway, ProviderRefused, AlreadyLinked) as error:
        return _failed(request, provider, error)


def _sign_in(request: HttpRequest, provider: Provider, vouched: Vouched, next_page: str) -> HttpResponse:
    """Whoever is known here is signed in; somebody new is asked for an address once."""
    with transaction.atomic():
        account = provider_links.use_provider(vouched) or _by_register(vouched)
        account = account or provider_links.open_account(vouched, language=language())
        if account is not None:
            account = _tied_to_register(account, vouched)
    if account is None:
        request.session[PENDING] = {**_as_data(vouched), "until": int(clock.now().timestamp()) + PENDING_LIVES}
        return HttpResponseRedirect(_link_page(provider, next_page))
    sessions.begin(request, account, vouched.way, at=vouched.proven_at)
    request.session[sessions.PROVIDER] = provider.id
    return HttpResponseRedirect(next_page or url("portal:my"))


def _by_register(vouched: Vouched) -> Account | None:
    """The provider names a person of the register who has an account here: it opens by the provider from now on."""
    entry = register.entry_of(vouched)
    account = register.account_of(entry) if entry else None
    if account is not None:
        provider_links.link_provider(account, vouched)
    return account


def _tied_to_register(account: Account, vouched: Vouched) -> Account:
    """As surely theirs as the provider vouches for; unchanged where that is known or can't be. Raises AlreadyLinked."""
    if register.is_linked(account, vouched):
        return account
    entry = register.entry_of(vouched)
    return register.link_to_register(account, vouched, entry) if entry else account


def _prove(request: HttpRequest, vouched: Vouched, next_page: str, process: str) -> HttpResponse:
    """Somebody signed in has shown the provider, too, who they are: their own account is meant, or none."""
    actor, account = signed_in_actor(request), signed_in_account(request)
    if process == "link":
        require_recent(request)
    with transaction.atomic():
        _link(account, vouched, actor)
    sessions.remember(request, vouched.way, at=vouched.proven_at)
    return HttpResponseRedirect(next_page or f"{url('portal:ways')}?added=provider")


def _link(account: Account, vouched: Vouched, actor: Actor) -> None:
    provider_links.link_provider(account, vouched, actor=actor)
    _tied_to_register(account, vouched)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The first time: the person signs in by another way once, or for the first time; then both belong together."""
    provider = providers.known(provider_id)
    vouched = _pending(request, provider)
    if visitor(request) is None or vouched is None:
        context = {"provider": provider, "waits": vouched is not None, "next": request.get_full_path()}
        return render(request, "portal/provider_first.html", context, status=200 if vouched else 409)
    actor, account = signed_in_actor(request), signed_in_account(request)
    if request.method == "POST":
        try:
            with transaction.atomic():
                _link(account, vouched, actor)
        except AlreadyLinked as error:
            return _failed(request, provider, error)
        del request.session[PENDING]
        sessions.remember(request, vouched.way, at=vouched.proven_at)
        request.session[sessions.PROVIDER] = provider.id
        return HttpResponseRedirect(going_to(request) or url("portal:my"))
    context = {"provider": provider, "account": account, "next": going_to(request)}
    return render(request, "portal/provider_link.html", context)


def _pending(request: HttpRequest, provider: Provider) -> Vouched | None:
    kept: dict[str, Any] = dict(request.session.get(PENDING) or {})
    if kept.pop("until", 0) < clock.now().timestamp() or kept.get("provider") != provider.id:
        return None
    return Vouched(**{**kept, "level": Level(kept["level"])})


def _as_data(vouched: Vouched) -> dict[str, Any]:
    names = ("provider", "issuer", "subject", "proven_at", "email", "national_number")
    return {**{name: getattr(vouched, name) for name in names}, "level": str(vouched.level)}


def _link_page(provider: Provider, next_page: str) -> str:
    query = f"?{urlencode({'next': next_page})}" if next_page else ""
    return f"{url('portal:provider_link', provider.id)}{query}"


@require_safe
def out(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Signed out here. At the provider they may still be signed in: then whoever sits down next is them again."""
    from panjereh.identity.adapters import oidc_client

    provider = providers.known(provider_id)
    where = oidc_client.sign_out_address(request, provider, f"{settings.PUBLIC_ADDRESS}{url('portal:home')}")
    return render(request, "portal/provider_out.html", {"provider": provider, "where": where})


def _failed(request: HttpRequest, provider: Provider, error: Any) -> HttpResponse:
    """What went wrong, in words, and what else is possible."""
    name = show_text(provider.name)
    title, sentence = _("This identity belongs to another account"), str(error.message)
    if isinstance(error, ProviderRefused):
        title, sentence = refusal_in_words(error.params["why"], name)
    elif isinstance(error, ProviderIsAway):
        title = _("%(name)s does not answer") % {"name": name}
        sentence = _("Try again in a few minutes, or sign in by another way. Nothing is lost.")
    status = 503 if isinstance(error, ProviderIsAway) else 409 if isinstance(error, AlreadyLinked) else 403
    context = {"provider": provider, "title": title, "sentence": sentence, "known": visitor(request) is not None}
    return render(request, "portal/provider_failed.html", context, status=status)
