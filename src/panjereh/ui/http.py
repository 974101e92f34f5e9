"""Who stands at the other end of a request, and how often they may ask."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from panjereh.identity import levels, operations
from panjereh.identity import queries as identity
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import MandateHasEnded, ProveAgain, SignInIsTooWeak
from panjereh.identity.models import Account
from panjereh.kernel.actor import ActingFor, Actor, Channel, Level
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.ui import acting

_ENDED = "_panjereh_mandate_ended"


class SignInFirst(NotAllowed):
    """The page belongs to somebody: who it is must be known first."""

    code = "sign_in_first"


class NotAnOfficial(NotAllowed):
    """The page belongs to officials."""

    code = "not_an_official"


class TooOften(NotAllowed):
    """The same address asked more often than a person would."""

    code = "too_often"


def visitor(request: HttpRequest) -> Actor | None:
    """The person who is signed in, for themselves or for whom they act; None for somebody unknown."""
    return _actor(request, as_official=False)


def signed_in_actor(request: HttpRequest) -> Actor:
    """The person who is signed in. Raises SignInFirst, which the middleware turns into the sign-in page.

    Raises MandateHasEnded, once, if they acted for somebody and may no longer: they shall not go on in the belief that
    they still do.
    """
    actor = visitor(request)
    if actor is None:
        raise SignInFirst
    ended: MandateHasEnded | None = request.__dict__.get(_ENDED)
    if ended is not None:
        acting.end(request)
        raise ended
    return actor


def signed_in_account(request: HttpRequest) -> Account:
    """What the person is signed in to. Raises SignInFirst."""
    signed_in_actor(request)
    account: Account = request.user  # type: ignore[assignment]  # whoever acts is signed in
    return account


def person(request: HttpRequest) -> Actor:
    """The person who is signed in, as themselves, for whomever they act. Raises SignInFirst."""
    return replace(signed_in_actor(request), acting_for=None)


def acts_for(request: HttpRequest) -> ActingFor | None:
    """For whom the person acts on this page, if not for themselves."""
    if acting.KEY not in getattr(request, "session", ()):  # pages of errors may come before the session
        return None
    actor = visitor(request)
    return actor.acting_for if actor else None


def require_recent(request: HttpRequest) -> None:
    """Raise ProveAgain unless the person has lately shown who they are, as surely as their account can.

    A recovery code counts too: it is there for whoever lost the sure way.
    """
    account, fresh = signed_in_account(request), sessions.fresh(request)
    if "recovery" not in fresh and not levels.of_ways(fresh).meets(identity.strongest_of(account)):
        raise ProveAgain


def desk_actor(request: HttpRequest) -> Actor:
    """The official who is signed in, acting for their agency. Raises SignInFirst, or NotAllowed for anyone else.

    Raises SignInIsTooWeak below the level that the operator asks of officials (PANJEREH_DESK_LEVEL).
    """
    actor = _actor(request, as_official=True)
    if actor is not None:
        if not actor.level.meets(Level(settings.DESK_LEVEL)):
            raise SignInIsTooWeak(_("The officials’ desk asks for a surer sign-in."), wanted=settings.DESK_LEVEL)
        return actor
    if visitor(request) is None:
        raise SignInFirst
    raise NotAnOfficial(_("You hold no office at an agency. Your operator can give you one."))


def is_official(request: HttpRequest) -> bool:
    """Whether the desk is open to who is signed in."""
    return _actor(request, as_official=True) is not None


def _actor(request: HttpRequest, *, as_official: bool) -> Actor | None:
    """Looked up once for each request and side."""
    kept: dict[bool, Actor | None] = request.__dict__.setdefault("_panjereh_actors", {})
    if as_official not in kept:
        kept[as_official] = _look_up(request, as_official=as_official)
    return kept[as_official]


def _look_up(request: HttpRequest, *, as_official: bool) -> Actor | None:
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return None
    if sessions.is_over(request):
        logout(request)
        return None
    try:
        found = identity.actor_of(
            account,
            as_official=as_official,
            channel=Channel.DESK if as_official else Channel.WEB,
            language=getattr(request, "LANGUAGE_CODE", "fa"),
            ways=sessions.names(request),
        )
    except (NotAllowed, NotFound):  # no office; or an account that nobody has proven yet
        return None
    if as_official:
        return found
    try:
        return acting.in_whose_name(request, found)
    except MandateHasEnded as error:
        request.__dict__[_ENDED] = error
        return found


def sign_in_page(request: HttpRequest) -> HttpResponseRedirect:
    """To the sign-in page, and back afterwards to where the person was going."""
    back_to = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back_to})}")


def prove_page(request: HttpRequest, wanted: str = "", back_to: str = "") -> HttpResponseRedirect:
    """To the page where somebody signed in shows more surely, or once more, who they are; and back afterwards."""
    back_to = back_to or (request.get_full_path() if request.method == "GET" else request.path)
    return HttpResponseRedirect(f"{reverse('portal:prove')}?{urlencode({'level': wanted, 'next': back_to})}")


def address_of(request: HttpRequest) -> str:
    """The network address that asks. Behind a proxy the server in front has put it right."""
    return str(request.META.get("REMOTE_ADDR", ""))


def at_most(
    times: int, *, seconds: int, what: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let one address send a form `times` within `seconds`; afterwards raise TooOften. Looking at a page is free.

    what: name of the thing that is counted, shared by the pages that give away the same knowledge
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                count_or_refuse(f"{what}:{address_of(request)}", times, seconds)
            return view(request, *args, **kwargs)

        return limited

    return decorate


def count_or_refuse(key: str, times: int, seconds: int) -> None:
    """One more of `key`. Raises TooOften above `times` in a window of `seconds` that begins with the first."""
    if operations.count(key, seconds=seconds) > times:
        raise TooOften(seconds=seconds)
