"""Data keys: one for each scope, made at its first value, remembered by each process, destroyed to erase."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Count

from panjereh.kernel import clock
from panjereh.storage import Prepared, insert
from panjereh.vault.errors import Damaged, KeyDestroyed, KeyIsMissing, MasterKeyInUse
from panjereh.vault.masters import KEY_BYTES, NONCE, masters
from panjereh.vault.models import DataKey

INDEX = UUID("5ea1ed00-0000-8000-8000-000000000001")
"""The scope of the key by which values are found without being told."""

MOST_REMEMBERED = 5000  # keys in each process: about 2 MB
KEY = Prepared(lambda scope: DataKey.objects.filter(scope=scope))
KEYS = Prepared(lambda scopes: DataKey.objects.filter(scope__in=scopes))


class _Fresh:
    """A key that this transaction has made. It waits among what the transaction does when it commits: a rollback, also
    to a savepoint, forgets it there, and so it is never remembered without its row."""

    def __init__(self, scope: UUID, key: bytes) -> None:
        self.scope = scope
        self.key: bytes | None = key

    def __call__(self) -> None:
        if self.key is not None:
            _remember(self.scope, self.key)


_remembered: "OrderedDict[UUID, tuple[bytes, AESGCM]]" = OrderedDict()


def seal(scope: UUID, about: str, content: bytes) -> bytes:
    """Encrypt for a scope, whose key is made if there is none yet. `about` says where it stands: `table.column:row`.

    Raises KeyDestroyed.
    """
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(scope, make=True).encrypt(nonce, content, about.encode())


def open_(scope: UUID, about: str, sealed: bytes) -> bytes:
    """What was sealed. Raises Damaged, KeyDestroyed, KeyIsMissing."""
    try:
        return _cipher(scope).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Damaged(f"{about} does not open: it was changed, or moved here from another row.") from error


def key_of(scope: UUID, *, make: bool = False) -> bytes:
    """The 32 bytes themselves, for what encrypts piece by piece."""
    return _found(scope, make=make)[0]


def digest(kind: str, value: str) -> str:
    """What stands in an index instead of a value (HMAC-SHA-256, hex): equal values meet, and nobody can guess them
    without the key. `kind` keeps the values of different columns apart."""
    key = key_of(INDEX, make=True)
    return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def make_ready(scopes: Iterable[UUID]) -> None:
    """Fetch the keys of many scopes at once, before their values are opened one by one."""
    missing = [scope for scope in dict.fromkeys(scopes) if scope not in _remembered]
    for row in KEYS.all(missing) if missing else ():
        if row.wrapped is not None and _made_here(row.scope) is None:
            _remember(row.scope, _unwrapped(row))


def make(scopes: Iterable[UUID]) -> None:
    """Make the keys of many new scopes at once."""
    new = list(dict.fromkeys(scopes))
    made = {scope: secrets.token_bytes(KEY_BYTES) for scope in new}
    insert([_row(scope, key) for scope, key in made.items()])
    for scope, key in made.items():
        transaction.on_commit(_Fresh(scope, key))


def destroy(scopes: Iterable[UUID]) -> int:
    """Let nobody open again what belongs to these scopes; how many keys there were. A mark stays for each."""
    wanted = set(scopes)
    for scope in wanted:
        _remembered.pop(scope, None)
        if (made := _made_here(scope)) is not None:
            made.key = None
    living = DataKey.objects.filter(scope__in=wanted, destroyed_at=None)
    return living.update(wrapped=None, destroyed_at=clock.now())


def are_destroyed(scopes: Iterable[UUID]) -> set[UUID]:
    """Which of these were erased."""
    return set(
        DataKey.objects.filter(scope__in=set(scopes), destroyed_at__isnull=False).values_list("scope", flat=True)
    )


@transaction.atomic
def rewrap(at_most: int = 500) -> int:
    """Wrap data keys by the present master key that are wrapped by an older one; how many there were. What they closed
    is not touched. Again and again until it returns 0; it may be broken off and gone on with at any time."""
    current = masters().current()
    older = DataKey.objects.select_for_update().filter(destroyed_at=None).exclude(master=current)
    rows = list(older.order_by("scope")[:at_most])
    for row in rows:
        wrapped, row.master = masters().wrap(_unwrapped(row), row.scope.bytes)
        row.wrapped = wrapped
        row.save(update_fields=["wrapped", "master"])
    return len(rows)


def counts() -> dict[str, int]:
    """How many living data keys are wrapped by each master key, by its number; destroyed ones under the empty one."""
    living = DataKey.objects.filter(destroyed_at=None).values_list("master").annotate(Count("scope")).order_by()
    return {**dict(living), "": DataKey.objects.filter(destroyed_at__isnull=False).count()}


def retire(number: str) -> None:
    """Destroy a master key by which nothing is wrapped any more. Raises MasterKeyInUse, NoMasterKey."""
    if number == masters().current():
        raise MasterKeyInUse("This is the master key that wraps now. Make another one first: keys rotate.")
    if left := DataKey.objects.filter(master=number, destroyed_at=None).count():
        raise MasterKeyInUse(f"{left} data keys are still wrapped by this master key. Rewrap them first: keys rewrap.")
    masters().destroy(number)


def forget() -> None:
    """Remember no key. For tests, and after a database was brought back."""
    _remembered.clear()


def _cipher(scope: UUID, *, make: bool = False) -> AESGCM:
    return _found(scope, make=make)[1]


def _found(scope: UUID, *, make: bool) -> tuple[bytes, AESGCM]:
    held = _remembered.get(scope)
    if held is not None:
        return held
    made = _made_here(scope)
    if made is not None and made.key is not None:
        return made.key, AESGCM(made.key)
    row = KEY.first(scope)
    if row is None:
        if not make:
            raise KeyIsMissing(f"There is no data key of {scope}.")
        key = _make(scope)
        return key, AESGCM(key)
    key = _unwrapped(row)
    return _remember(scope, key)


def _made_here(scope: UUID) -> _Fresh | None:
    for waiting in reversed(connections[DEFAULT_DB_ALIAS].run_on_commit):
        what = waiting[1]
        if isinstance(what, _Fresh) and what.scope == scope:
            return what
    return None


def _make(scope: UUID) -> bytes:
    """A new key, unless another process was faster."""
    key = secrets.token_bytes(KEY_BYTES)
    row = _row(scope, key)
    insert([row], ignore_conflicts=True)
    kept = KEY.first(scope)
    if kept is None or bytes(kept.wrapped or b"") != row.wrapped:
        return _unwrapped(kept or row)
    transaction.on_commit(_Fresh(scope, key))
    return key


def _row(scope: UUID, key: bytes) -> DataKey:
    wrapped, number = masters().wrap(key, scope.bytes)
    return DataKey(scope=scope, wrapped=wrapped, master=number, made_at=clock.now())


def _unwrapped(row: DataKey) -> bytes:
    if row.wrapped is None:
        raise KeyDestroyed(f"The data of {row.scope} were erased on {row.destroyed_at:%Y-%m-%d}.")
    return masters().unwrap(bytes(row.wrapped), row.master, row.scope.bytes)


def _remember(scope: UUID, key: bytes) -> tuple[bytes, AESGCM]:
    held = _remembered[scope] = (key, AESGCM(key))
    if len(_remembered) > MOST_REMEMBERED:
        _remembered.popitem(last=False)
    return held
