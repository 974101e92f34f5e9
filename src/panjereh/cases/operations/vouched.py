"""Who comes with a provider's word for a national number: the entry that it names, and whose account that is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from panjereh.cases.access import POPULATION
from panjereh.catalogue import queries as catalogue
from panjereh.identity import queries as identity
from panjereh.identity.errors import AlreadyLinked
from panjereh.identity.models import Account
from panjereh.identity.operations import binding
from panjereh.identity.providers import Vouched
from panjereh.kernel.actor import Actor, Level
from panjereh.registries import queries as registries
from panjereh.registries.types import Entry

PURPOSE = "link_by_provider"
"""As the register's `reads` call it: a country that doesn't want such links leaves it out."""


def entry_of(vouched: Vouched) -> Entry | None:
    """The entry of the register of residents with the number that a provider vouches for, read through its one door.

    None below substantial, without a number, without an entry, and where the register doesn't allow it.
    """
    registry = catalogue.country().registries.get(POPULATION)
    if registry is None or not vouched.national_number or not vouched.level.meets(Level.SUBSTANTIAL):
        return None
    permission = next((one for one in registry.reads if one.purpose == PURPOSE), None)
    if permission is None:
        return None
    reader = Actor(party=None, name="sign-in", agency=registry.agency)  # the keeper of the register answers itself
    match: dict[str, Any] = {registry.key: vouched.national_number}
    return registries.read(registry, actor=reader, purpose=PURPOSE, law=permission.law, **match)


def account_of(entry: Entry) -> Account | None:
    """Whose account stands for somebody whom the register names, if they have one that is open."""
    party = identity.party_of_entity(entry.entity)
    opened = [one for one in identity.accounts_of(party.pk) if one.is_active] if party else []
    return opened[0] if opened else None


def is_linked(account: Account, vouched: Vouched) -> bool:
    """Whether the provider's word adds nothing to what is known of this account."""
    party = account.party
    if not vouched.national_number or not vouched.level.meets(Level.SUBSTANTIAL):
        return True
    same = party is not None and party.entity is not None and party.national_id == vouched.national_number
    return same and Level(account.assurance).meets(vouched.level)


def link_to_register(account: Account, vouched: Vouched, entry: Entry) -> Account:
    """The account is surely that person's, at the level that the provider vouches for.

    Raises AlreadyLinked when the account or the entry belongs to somebody else.
    """
    if account.party is not None and account.party.entity not in (None, entry.entity):
        raise AlreadyLinked(_("The provider names another person than the one to whom this account belongs."))
    data = entry.data
    return binding.link_by_provider(
        account.pk,
        provider=vouched.provider,
        level=vouched.level,
        entity=entry.entity,
        national_id=vouched.national_number,
        given_name=str(data.get("given_name") or ""),
        family_name=str(data.get("family_name") or ""),
    )
