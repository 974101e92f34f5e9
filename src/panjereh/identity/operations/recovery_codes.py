"""Recovery codes: a list on paper, each good once, for whoever has lost the device."""

import base64
import secrets
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from panjereh.identity.models import Account, RecoveryCode
from panjereh.identity.operations.changes import record
from panjereh.identity.operations.notices import tell
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits

NUMBER = 10
BYTES = 10
"""Eighty bits: sixteen signs of base32. Only a keyed digest is stored."""


@transaction.atomic
def make_recovery_codes(account_id: UUID, *, actor: Actor) -> list[str]:
    """Ten new codes, told this once; older ones are void."""
    account = Account.objects.select_related("party").filter(pk=account_id, party=actor.party).first()
    if account is None or account.party_id is None:
        raise NotFound
    codes = [base64.b32encode(secrets.token_bytes(BYTES)).decode() for _each in range(NUMBER)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(account, code)) for code in codes)
    record("recovery codes made", account.party_id, actor=actor)
    tell(account, "recovery codes made")
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


@transaction.atomic
def use_recovery_code(account: Account, typed: str) -> bool:
    """Whether this is a code of the account that was not used before. From now on it is used."""
    code = "".join(sign for sign in digits.to_ascii(typed).upper() if sign.isalnum())
    unused = RecoveryCode.objects.filter(account=account, digest=_digest(account, code), used_at=None)
    if not unused.update(used_at=clock.now()):
        return False
    tell(account, "recovery code used")
    return True


def _digest(account: Account, code: str) -> str:
    return salted_hmac("recovery code", f"{account.pk}:{code}").hexdigest()
