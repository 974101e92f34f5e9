"""How surely an account is tied to a proven person: raised at the counter or by a trusted provider, never by typing."""

from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from panjereh.identity import levels, policy, queries
from panjereh.identity.errors import CodeIsWrong, NotLinked, SignInIsTooWeak
from panjereh.identity.models import Account, Party
from panjereh.identity.operations.changes import need_reason, record
from panjereh.identity.operations.notices import tell
from panjereh.identity.operations.parties import link
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Level
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits

WINDOW = 10 * 60
"""Seconds in which a code for the counter holds; the one before holds, too."""


def counter_code(account: Account, *, windows_ago: int = 0) -> str:
    """Eight digits that show the counter whose account it is. Shown only to who signed in by a sure way."""
    window = int(clock.now().timestamp()) // WINDOW - windows_ago
    return f"{int(salted_hmac('counter', f'{account.pk}:{account.epoch}:{window}').hexdigest(), 16) % 10**8:08}"


@transaction.atomic
def confirm_account(party_id: UUID, *, actor: Actor, code: str, papers: str) -> Account:
    """An official sees the papers of somebody who reads the code from their own screen: the account is surely theirs.

    Their party must be linked to the register before. papers: which were seen, kept as the reason.
    Raises NotLinked, CodeIsWrong.
    """
    policy.require(actor, "party.link", Target(parties=frozenset({party_id})))
    papers = need_reason(papers)
    party = Party.objects.filter(pk=party_id).first()
    if party is None:
        raise NotFound(_("There is nobody with this number."))
    if party.entity is None:
        raise NotLinked(_("Link this person to the register first."))
    typed = "".join(sign for sign in digits.to_ascii(code) if sign.isdigit())
    accounts = Account.objects.select_for_update(of=("self",)).select_related("party").filter(party=party)
    account = next((one for one in accounts if _is_code_of(one, typed)), None)
    if account is None:
        raise CodeIsWrong(_("This isn’t the code on the visitor’s screen, or it is older than ten minutes."))
    _raise(account, Level.SUBSTANTIAL)
    record("account confirmed by papers", party_id, actor=actor, reason=papers)
    tell(account, "account confirmed")
    return account


@transaction.atomic
def link_by_provider(
    account_id: UUID, *, provider: str, level: Level, entity: UUID, national_id: str, given_name: str, family_name: str
) -> Account:
    """A trusted provider of identity has just vouched at `level` for who signs in to this account.

    The caller has checked the provider's signature and found the register's entry for its claim of a national number.
    Raises SignInIsTooWeak below substantial, AlreadyLinked when account or entry belong to somebody else.
    """
    if not level.meets(Level.SUBSTANTIAL):
        raise SignInIsTooWeak(
            _("The provider isn’t sure enough who you are to link you to the register."), wanted=level
        )
    account = Account.objects.select_for_update(of=("self",)).select_related("party").filter(pk=account_id).first()
    if account is None or account.party_id is None:
        raise NotFound(_("There is nobody with this number."))
    names = {"national_id": national_id, "given_name": given_name, "family_name": family_name}
    link(account.party_id, entity=entity, proof=Party.Proof.SIGN_IN, **names)
    _raise(account, level)
    record("linked by provider", account.party_id, actor=SYSTEM, fields=["entity", "national_id"], reason=provider)
    return account


def loosen(account: Account) -> None:
    """After a way was taken away: with none that proves more than an address, the account is only as sure as that."""
    if account.party is not None and account.party.linked_by == Party.Proof.SIGN_IN:
        return  # the provider still vouches for them
    sure = levels.lower(Level(account.assurance), queries.strongest_of(account))
    if sure != account.assurance and account.party_id is not None:
        account.assurance = sure
        account.save(update_fields=["assurance"])
        record("account no longer confirmed", account.party_id, actor=SYSTEM)


def _raise(account: Account, level: Level) -> None:
    if not Level(account.assurance).meets(level):
        account.assurance = level
        account.save(update_fields=["assurance"])


def _is_code_of(account: Account, typed: str) -> bool:
    return any(constant_time_compare(counter_code(account, windows_ago=ago), typed) for ago in (0, 1))
