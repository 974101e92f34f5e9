"""A telephone number to sign in with: confirmed by a code, and moved to whoever proves it now."""

from uuid import UUID

from django.db import transaction

from panjereh.identity.models import Account, Party
from panjereh.identity.operations.changes import record
from panjereh.identity.operations.notices import tell
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotFound


@transaction.atomic
def set_phone(account_id: UUID, *, actor: Actor, phone: str) -> None:
    """The number is theirs: a code that came there was entered. "" takes it away.

    Numbers change hands: whoever had confirmed it before loses it, and is told by e-mail.
    """
    account = Account.objects.select_for_update(of=("self",)).filter(pk=account_id, party=actor.party).first()
    if account is None or account.party_id is None:
        raise NotFound
    for before in Account.objects.select_related("party").filter(phone=phone).exclude(pk=account.pk) if phone else ():
        before.phone = None
        before.save(update_fields=["phone"])
        tell(before, "phone taken")
        if before.party_id is not None:
            record("phone removed", before.party_id, actor=SYSTEM)
    account.phone = phone or None
    account.save(update_fields=["phone"])
    if phone:
        Party.objects.filter(pk=account.party_id).update(phone=phone)
    record("phone set" if phone else "phone removed", account.party_id, actor=actor)
    tell(account, "phone set" if phone else "phone removed")


def account_with_phone(phone: str) -> Account | None:
    """Whose confirmed number this is."""
    return Account.objects.select_related("party").filter(phone=phone, is_active=True, party__isnull=False).first()
