"""Signed-in browsers: by which ways somebody proved themselves, since when, and when it is over."""

from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    login,
    update_session_auth_hash,
)
from django.db import transaction
from django.utils.crypto import constant_time_compare

from panjereh.identity import levels, queries
from panjereh.identity.models import Account, SignIn
from panjereh.identity.operations import notices
from panjereh.kernel import clock

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
WAYS, BEGAN, SEEN = "ways", "began", "seen"
PROVIDER = "provider"
"""By which provider of identity somebody came, if by one: there they may go on being signed in."""

TOUCH = 300  # seconds between two notes that somebody is still there: a write each

BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
]


def account_of(request: Any) -> Any:
    """Who is signed in: what Django's `get_user` answers, without its way to our backend. Each page asks."""
    session = request.session
    number, backend, proof = (session.get(key) for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY))
    if backend == BACKEND and proof:
        account = queries.account(UUID(number))
        if account is not None and account.is_active and constant_time_compare(proof, account.get_session_auth_hash()):
            return account
    return get_user(request)  # somebody unknown; or a session that is over and must be emptied


def begin(request: Any, account: Account, way: str, *, at: int | None = None) -> None:
    """Sign the browser of `request` in: `account` has proven itself by `way`, now or `at` (seconds since 1970)."""
    login(request, account, backend=BACKEND)
    began(request, account, way, at=at)


@transaction.atomic
def began(request: Any, account: Account, way: str, *, at: int | None = None) -> None:
    """Note a sign-in that has just happened. Its owner is told when the device is new."""
    session = request.session
    session[WAYS], session[BEGAN], session[SEEN] = [(way, _now() if at is None else at)], _now(), _now()
    session.save()  # from here on it has a key
    device = device_of(request.META.get("HTTP_USER_AGENT", ""))
    if way != "demonstration":
        before = list(SignIn.objects.filter(account=account).values_list("device", flat=True).distinct())
        if before and device not in before:
            notices.tell(account, "new device", detail=device)
    SignIn.objects.create(account=account, session=session.session_key, way=way, device=device)


def remember(request: Any, way: str, *, at: int | None = None) -> None:
    """The session's owner has proven themselves by `way`, once more or for the first time, now or `at`."""
    before = [proof for proof in ways(request) if proof[0] != way]
    request.session[WAYS] = [*before, (way, _now() if at is None else at)]


def ways(request: Any) -> list[tuple[str, int]]:
    """(way, seconds since 1970) of each proof of this session, the newest last."""
    return [(way, at) for way, at in request.session.get(WAYS, [])]


def names(request: Any) -> list[str]:
    return [way for way, _at in ways(request)]


def fresh(request: Any) -> list[str]:
    """The ways that were proven lately enough for what is sensitive."""
    return [way for way, at in ways(request) if 0 <= _now() - at <= levels.RECENT.total_seconds()]


def is_over(request: Any) -> bool:
    """Whether the sign-in has lasted too long, or nobody was there for too long. If not, somebody is there now."""
    session = request.session
    start, seen = session.get(BEGAN), session.get(SEEN)
    if start is None or seen is None:
        return False
    limits = levels.LIMITS[levels.of_ways(names(request))]
    now = _now()
    if now - start > limits.absolute.total_seconds() or now - seen > limits.idle.total_seconds():
        return True
    if now - seen > TOUCH:
        session[SEEN] = now
    return False


@transaction.atomic
def end_others(request: Any, account: Account) -> None:
    """Sign out everywhere but here: every other session of the account is over with the next click."""
    account.epoch += 1
    account.save(update_fields=["epoch"])
    keep(request, account)


def keep(request: Any, account: Account) -> None:
    """This session goes on, all others of the account are over: after a change that ends them all by itself."""
    before = request.session.session_key
    update_session_auth_hash(request, Account.objects.get(pk=account.pk))  # gives this session a new key
    running = SignIn.objects.filter(account=account, ended_at=None)
    running.exclude(session=before).update(ended_at=clock.now())
    running.update(session=request.session.session_key)


@transaction.atomic
def end(account: Account, sign_in_id: UUID) -> None:
    """Sign one browser out. Nothing happens if it is somebody else's or over already."""
    found = SignIn.objects.filter(account=account, pk=sign_in_id, ended_at=None).first()
    if found is not None:
        import_module(settings.SESSION_ENGINE).SessionStore(found.session).delete()
        found.ended_at = clock.now()
        found.save(update_fields=["ended_at"])


def device_of(agent: str) -> str:
    """Browser and system in two words, as far as the browser says; enough to know one's own devices again."""
    found = [[name for sign, name in known if sign in agent][:1] for known in (BROWSERS, SYSTEMS)]
    return " · ".join(name for names in found for name in names)


def _now() -> int:
    return int(clock.now().timestamp())
