"""Passkeys of an account: added, named, removed, and used to sign in."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import passkeys
from panjereh.identity.errors import PasskeyRefused, TooManyWays
from panjereh.identity.models import Account, Passkey
from panjereh.identity.operations.binding import loosen
from panjereh.identity.operations.changes import record
from panjereh.identity.operations.notices import tell
from panjereh.identity.passkeys import Assertion, RelyingParty
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import letters

MOST = 20

log = logging.getLogger(__name__)


@transaction.atomic
def add_passkey(
    account_id: UUID,
    *,
    actor: Actor,
    rp: RelyingParty,
    state: Mapping[str, Any] | None,
    answer: Mapping[str, Any],
    name: str,
) -> Passkey:
    """Keep the passkey that the browser has just made for this account. Raises PasskeyRefused, TooManyWays."""
    account = _own_account(account_id, actor)
    new = passkeys.made(rp, state, answer)
    if Passkey.objects.filter(account=account).count() >= MOST:
        raise TooManyWays(_("You have %(most)s passkeys already. Remove one first.") % {"most": MOST})
    if Passkey.objects.filter(credential_id=new.credential_id).exists():
        raise PasskeyRefused.because("this passkey is known already")
    kept = Passkey.objects.create(
        account=account,
        name=_name(name) or "passkey",
        **{field: getattr(new, field) for field in new.__dataclass_fields__},
    )
    record("passkey added", _party_of(account), actor=actor)
    tell(account, "passkey added", detail=kept.name)
    return kept


@transaction.atomic
def rename_passkey(passkey_id: UUID, *, actor: Actor, name: str) -> Passkey:
    """Give it a name by which its owner knows it again. An empty one changes nothing."""
    found = _own(passkey_id, actor)
    if _name(name):
        found.name = _name(name)
        found.save(update_fields=["name"])
    return found


@transaction.atomic
def remove_passkey(passkey_id: UUID, *, actor: Actor) -> None:
    """From now on nobody signs in with it. Without any sure way, the account is no longer surely theirs."""
    found = _own(passkey_id, actor)
    record("passkey removed", _party_of(found.account), actor=actor)
    tell(found.account, "passkey removed", detail=found.name)
    found.delete()
    loosen(found.account)


@transaction.atomic
def use_passkey(
    rp: RelyingParty, state: Mapping[str, Any] | None, answer: Mapping[str, Any], *, account: Account | None = None
) -> tuple[Account, Assertion]:
    """Whose passkey has answered: who signs in, or `account` once more. Raises PasskeyRefused for everything else.

    A counter that doesn't go on means that the key was copied (WebAuthn, 7.2 step 22): then it opens nothing.
    """
    found = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("account__party")
        .filter(credential_id=passkeys.named_in(answer), account__is_active=True)
        .first()
    )
    if found is not None and account is not None and found.account_id != account.pk:
        raise PasskeyRefused.because("somebody else's passkey")
    proof = passkeys.check(rp, state, answer, found)
    assert found is not None  # noqa: S101 - `check` refuses None
    if (proof.sign_count or found.sign_count) and proof.sign_count <= found.sign_count:
        log.warning("the counter of passkey %s went from %s to %s", found.pk, found.sign_count, proof.sign_count)
        raise PasskeyRefused.because("the counter went back")
    found.sign_count, found.backed_up, found.used_at = proof.sign_count, proof.backed_up, clock.now()
    found.save(update_fields=["sign_count", "backed_up", "used_at"])
    return found.account, proof


def _own_account(account_id: UUID, actor: Actor) -> Account:
    found = (
        Account.objects.select_for_update(of=("self",))
        .select_related("party")
        .filter(pk=account_id, party=actor.party)
        .first()
    )
    if found is None or actor.party is None:
        raise NotFound
    return found


def _own(passkey_id: UUID, actor: Actor) -> Passkey:
    found = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("account__party")
        .filter(pk=passkey_id, account__party=actor.party)
        .first()
    )
    if found is None or actor.party is None:
        raise NotFound(_("There is no such passkey among yours."))
    return found


def _party_of(account: Account) -> UUID:
    assert account.party_id is not None  # noqa: S101 - found by its party
    return account.party_id


def _name(text: str) -> str:
    return letters.normalise(text).strip()[:60]
