"""When every way in is lost, and when accounts close: at the counter, by two officials, told to the person everywhere.

Recovery makes nobody surer of anything: it closes the old ways and gives the account another address. Its holder then
adds a sure way and confirms the account at the counter again (`binding.confirm_account`).
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.errors import (
    AlreadyLinked,
    ContactIsWrong,
    HoldsAnOffice,
    NotLinked,
    NotTheSameOfficial,
    RecoveryIsClosed,
    TooEarly,
)
from panjereh.identity.models import Account, Passkey, Recovery, RecoveryCode, SignIn
from panjereh.identity.operations.changes import need_reason, record
from panjereh.identity.operations.notices import tell
from panjereh.identity.operations.passwords import forget_password
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Level
from panjereh.kernel.errors import NotFound
from panjereh.localisation import identifiers
from panjereh.localisation.errors import IdentifierProblem


@transaction.atomic
def ask_recovery(party_id: UUID, *, actor: Actor, papers: str, reason: str, email: str) -> Recovery:
    """An official has somebody with their papers before them who can't sign in any more. Another official confirms it.

    email: where codes go from then on. The owner is told at once, at every address known, and can stop it.
    Raises NotLinked, AlreadyLinked when the address is another account's, RecoveryIsClosed when one is open already.
    """
    policy.require(actor, "account.recover", _about(party_id))
    papers, reason = need_reason(papers), need_reason(reason)
    account = _account_of(party_id)
    if actor.party is None:
        raise NotFound  # a recovery is asked by somebody who has seen papers
    if account.party is None or account.party.entity is None:
        raise NotLinked(_("Link this person to the register first: their papers must be those of an entry."))
    address = _address(email)
    if Account.objects.filter(email=address).exclude(pk=account.pk).exists():
        raise AlreadyLinked(_("This address belongs to another account. The visitor needs one of their own."))
    if Recovery.objects.filter(account=account, state=Recovery.State.ASKED).exists():
        raise RecoveryIsClosed(_("A recovery of this account waits for confirmation already."))
    asked = Recovery.objects.create(
        account=account,
        email=address,
        papers=papers[:300],
        reason=reason[:300],
        asked_by=actor.party,
        agency=actor.agency or "",
    )
    record("recovery asked", party_id, actor=actor, reason=reason)
    tell(account, "recovery asked", also=_addresses(account))
    return asked


@transaction.atomic
def confirm_recovery(recovery_id: UUID, *, actor: Actor) -> None:
    """A second official agrees: all old ways are closed, all sessions over, and codes go to the new address.

    Raises NotTheSameOfficial for whoever asked, TooEarly before the owner had time to stop it.
    """
    asked = _open(recovery_id, actor)
    if asked.asked_by == actor.party:
        raise NotTheSameOfficial(_("You asked for this recovery yourself: somebody else must confirm it."))
    if clock.now() < may_be_confirmed(asked):
        raise TooEarly(_("The owner was told and has time to stop it. Confirm it when the time is over."))
    account = asked.account
    before, phone = _addresses(account), account.phone
    close_ways(account)
    account.email, account.assurance = asked.email, Level.LOW
    account.save(update_fields=["email", "assurance"])
    _decide(asked, Recovery.State.DONE, actor)
    record("recovered", _party(account), actor=actor, fields=["email"], reason=asked.reason)
    tell(account, "recovered", also=before, phone=phone)


@transaction.atomic
def refuse_recovery(recovery_id: UUID, *, actor: Actor, reason: str) -> None:
    """A second official doesn't agree: everything stays as it was."""
    asked = _open(recovery_id, actor)
    _decide(asked, Recovery.State.REFUSED, actor)
    record("recovery refused", _party(asked.account), actor=actor, reason=need_reason(reason))


@transaction.atomic
def stop_recovery(account: Account, *, actor: Actor) -> int:
    """The owner, who can still sign in, says that it wasn't them. How many were stopped."""
    stopped = Recovery.objects.filter(account=account, account__party=actor.party, state=Recovery.State.ASKED).update(
        state=Recovery.State.STOPPED, decided_by=actor.party, decided_at=clock.now()
    )
    if stopped and actor.party is not None:
        record("recovery stopped", actor.party, actor=actor)
    return stopped


def may_be_confirmed(asked: Recovery) -> datetime:
    """From when on, so that the owner has time to see the notice."""
    since: datetime = asked.asked_at
    return since + timedelta(hours=settings.RECOVERY_HOURS)


@transaction.atomic
def close_account(party_id: UUID, *, actor: Actor, reason: str) -> None:
    """Nobody signs in any more, and all sessions are over. Cases go on. Raises HoldsAnOffice, NotFound."""
    policy.require(actor, "account.close", _about(party_id))
    _close(_account_of(party_id), actor=actor, what="account closed", reason=need_reason(reason))


@transaction.atomic
def reopen_account(party_id: UUID, *, actor: Actor, reason: str) -> None:
    """The account opens again by its e-mail address; surer ways must be set up and confirmed anew."""
    policy.require(actor, "account.reopen", _about(party_id))
    account = _account_of(party_id, active=False)
    account.is_active = True
    account.save(update_fields=["is_active"])
    record("account reopened", party_id, actor=actor, reason=need_reason(reason))
    tell(account, "account reopened", also=_addresses(account))


@transaction.atomic
def close_for_death(party_id: UUID) -> int:
    """The register says that this person died: their accounts are closed. How many were still open."""
    accounts = list(Account.objects.select_related("party").filter(party=party_id, is_active=True))
    for account in accounts:
        _close(account, actor=SYSTEM, what="account closed after death", reason="")
    return len(accounts)


def close_ways(account: Account) -> None:
    """None of the ways in that were set up opens anything any more, and all sessions are over."""
    Passkey.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    forget_password(account)
    account.phone = None
    account.epoch += 1
    account.save(update_fields=["phone", "epoch"])
    SignIn.objects.filter(account=account, ended_at=None).update(ended_at=clock.now())


def _close(account: Account, *, actor: Actor, what: str, reason: str) -> None:
    if actor is not SYSTEM and account.offices.filter(ended_at=None).exists():
        raise HoldsAnOffice(_("This person holds an office. End the office first."))
    phone = account.phone
    close_ways(account)
    account.is_active, account.assurance = False, Level.LOW
    account.save(update_fields=["is_active", "assurance"])
    Recovery.objects.filter(account=account, state=Recovery.State.ASKED).update(
        state=Recovery.State.STOPPED, decided_at=clock.now()
    )
    record(what, _party(account), actor=actor, reason=reason)
    tell(account, "account closed", also=_addresses(account), phone=phone)


def _open(recovery_id: UUID, actor: Actor) -> Recovery:
    """The recovery, locked, if `actor` may decide it and it is still open."""
    asked = Recovery.objects.select_for_update(of=("self",)).filter(pk=recovery_id).first()
    if asked is None:
        raise NotFound(_("There is no such recovery."))
    policy.require(actor, "account.confirm_recovery", _about(_party(asked.account)))
    if asked.state != Recovery.State.ASKED:
        raise RecoveryIsClosed(_("This recovery was decided or stopped already."))
    return asked


def _decide(asked: Recovery, state: str, actor: Actor) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, actor.party, clock.now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])


def _about(party_id: UUID) -> Target:
    return Target(parties=frozenset({party_id}))


def _account_of(party_id: UUID, *, active: bool = True) -> Account:
    found = Account.objects.select_related("party").filter(party=party_id, is_active=active).order_by("made_at").first()
    if found is None:
        raise NotFound(_("This person has no such account."))
    return found


def _addresses(account: Account) -> tuple[str, ...]:
    """Every address at which the owner was reached so far."""
    party = account.party
    return tuple({account.email, *([party.email] if party and party.email else [])})


def _address(email: str) -> str:
    try:
        return identifiers.parse_email(email).lower()
    except IdentifierProblem as error:
        raise ContactIsWrong(_("This isn’t an e-mail address."), field="email", problem=error.code) from error


def _party(account: Account) -> UUID:
    assert account.party_id is not None  # noqa: S101 - found by its party
    return account.party_id
