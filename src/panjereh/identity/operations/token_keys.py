"""The keys that sign ID tokens: made here, closed by the vault, changed every three months without anybody noticing."""

from datetime import timedelta
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction

from panjereh.identity.models import TokenKey
from panjereh.kernel import clock

IN_USE = timedelta(days=90)
AHEAD = timedelta(days=2)
"""A key is published so long before it signs: others keep our list of keys for a while."""
AFTERWARDS = timedelta(days=2)
"""And so long after the next has begun: tokens live for minutes, hints of signing out a little longer."""
BITS = 3072  # 128 bits of security (NIST SP 800-57 part 1, table 2)


def published() -> list[TokenKey]:
    """The keys that are published today, the oldest first. Makes the first one, and the next when its time has come."""
    now = clock.now()
    known = _standing()
    if not known:
        return [make_key(begins_in=timedelta(0))]
    if known[-1].begins_at < now - IN_USE + AHEAD:
        known.append(make_key(begins_in=AHEAD))
    return known


def _standing() -> list[TokenKey]:
    """Each until some time after the next one has begun."""
    now = clock.now()
    known = list(TokenKey.objects.filter(ended_at=None).order_by("begins_at", "pk"))
    past = [key for key, later in pairwise(known) if later.begins_at + AFTERWARDS <= now]
    return known[len(past) :]


@transaction.atomic
def make_key(*, begins_in: timedelta) -> TokenKey:
    """A new RSA key (RS256, which every relying party must know: OpenID Connect Core 1.0, 15.1)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return TokenKey.objects.create(pem=pem, begins_at=clock.now() + begins_in)


@transaction.atomic
def replace_keys() -> TokenKey:
    """After a theft: nobody believes the old keys any more, from now on. Sites fetch the new one by themselves."""
    TokenKey.objects.filter(ended_at=None).update(ended_at=clock.now())
    return make_key(begins_in=timedelta(0))
