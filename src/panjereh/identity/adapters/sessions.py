"""Signed-in browsers: which way somebody came in, and when, as the session remembers it."""

from typing import Any

from django.contrib.auth import login

from panjereh.identity.models import Account
from panjereh.kernel import clock

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
WAYS = "ways"


def begin(request: Any, account: Account, way: str) -> None:
    """Sign the browser of `request` in: `account` has proven itself by `way`."""
    login(request, account, backend=BACKEND)
    remember(request, way, anew=True)


def remember(request: Any, way: str, *, anew: bool = False) -> None:
    """The session's owner has just proven themselves by `way`, once more or for the first time."""
    before = [] if anew else [proof for proof in ways(request) if proof[0] != way]
    request.session[WAYS] = [*before, (way, int(clock.now().timestamp()))]


def ways(request: Any) -> list[tuple[str, int]]:
    """(way, seconds since 1970) of each proof of this session, the newest last."""
    return [(way, at) for way, at in request.session.get(WAYS, [])]
