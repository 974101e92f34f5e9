"""Accounts: made when a code is asked for, in use from the first code entered."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import queries
from panjereh.identity.errors import ContactIsWrong
from panjereh.identity.models import Account, Party
from panjereh.localisation import identifiers
from panjereh.localisation.errors import IdentifierProblem


@transaction.atomic
def create_account(
    email: str, *, party: Party | None = None, language: str = "fa", is_demonstration: bool = False
) -> Account:
    """An account in use, for `party` or for a new person. An account that exists keeps its party."""
    account = _get_or_make(email)
    party_of(account, otherwise=party, language=language)
    if is_demonstration and not account.is_demonstration:
        account.is_demonstration = True
        account.save(update_fields=["is_demonstration"])
    return account


@transaction.atomic
def account_for_code(email: str) -> Account:
    """The account that a code goes to. An unknown address gets one, so nobody learns which addresses are known.

    It belongs to nobody until the code comes back (`enter`), and is forgotten after a day without.
    """
    forget_unproven_accounts()
    return _get_or_make(email)


@transaction.atomic
def enter(account: Account, *, language: str = "fa") -> Party:
    """The address is proven: the account is in use from now on. Returns the party behind it."""
    return party_of(Account.objects.select_for_update(of=("self",)).get(pk=account.pk), language=language)


def party_of(account: Account, *, otherwise: Party | None = None, language: str = "fa") -> Party:
    """The party behind an account; if it has none yet, `otherwise` or a new person from now on."""
    if account.party is None:
        account.party = otherwise or Party.objects.create(email=account.email, language=language)
        account.save(update_fields=["party"])
    return account.party


def forget_unproven_accounts(at_most: int = 100) -> int:
    """Delete accounts that nobody proved in a day. Called in passing, so a few at a time."""
    stale = list(queries.unproven_accounts().values_list("pk", flat=True)[:at_most])
    if not stale:
        return 0
    count, _by_model = Account.objects.filter(pk__in=stale, party=None).delete()
    return count


def _get_or_make(email: str) -> Account:
    try:
        address = identifiers.parse_email(email).lower()
    except IdentifierProblem as error:
        raise ContactIsWrong(_("This isn’t an e-mail address."), field="email", problem=error.code) from error
    account, new = Account.objects.get_or_create(email=address)
    if new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account
