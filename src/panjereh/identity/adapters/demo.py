"""People and officials of the demonstration country, who sign in with one click. There are none in production."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import operations, queries
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import NoDemonstration
from panjereh.identity.models import Account, Official, Party


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody to try the portal or the desk as."""

    account_id: UUID
    name: str
    email: str
    agency: str | None
    office: str
    roles: frozenset[str]

    @property
    def is_official(self) -> bool:
        return self.agency is not None


def identities() -> list[Identity]:
    """Everybody to choose from, people first, in the order in which they were loaded; none in production."""
    if not is_open():
        return []
    accounts = Account.objects.filter(is_demonstration=True, is_active=True).select_related("party").order_by("pk")
    offices = {held.account_id: held for held in queries.officials()}
    shown = [_identity(account, offices.get(account.pk)) for account in accounts]
    return sorted(shown, key=lambda identity: identity.is_official)


def sign_in(request: Any, account_id: UUID) -> Account:
    """Sign the browser of `request` in as one of the demonstration's identities. Raises NoDemonstration."""
    _refuse_in_production()
    account = Account.objects.filter(pk=account_id, is_demonstration=True, is_active=True).first()
    if account is None:
        raise NoDemonstration(_("There is no such demonstration identity."))
    sessions.begin(request, account, "demonstration")
    return account


@transaction.atomic
def load_person(
    email: str, *, entity: UUID, national_id: str, given_name: str, family_name: str, language: str = "fa"
) -> Account:
    """Somebody with an entry in the population register. Loading them again changes nothing."""
    _refuse_in_production()
    account = operations.create_account(email, language=language, is_demonstration=True)
    party = account.party
    if party is not None and party.entity is None:
        operations.link(
            party.pk,
            entity=entity,
            national_id=national_id,
            given_name=given_name,
            family_name=family_name,
            proof=Party.Proof.DEMONSTRATION,
        )
        Party.objects.filter(pk=party.pk).update(is_demonstration=True)
    return Account.objects.get(pk=account.pk)


@transaction.atomic
def load_official(
    email: str,
    *,
    agency: str,
    roles: list[str],
    office: str = "",
    entity: UUID | None = None,
    national_id: str | None = None,
    given_name: str,
    family_name: str,
) -> Official:
    """Somebody who works at an agency, and perhaps lives in the country too. Loading them again changes nothing."""
    _refuse_in_production()
    if entity is not None and national_id is not None:
        load_person(email, entity=entity, national_id=national_id, given_name=given_name, family_name=family_name)
    account = operations.create_account(email, is_demonstration=True)
    held = queries.current_office(account)
    return held or operations.put_in_office(
        email,
        agency=agency,
        roles=roles,
        office=office,
        given_name=given_name,
        family_name=family_name,
        reason="demonstration",
    )


def _identity(account: Account, held: Official | None) -> Identity:
    return Identity(
        account_id=account.pk,
        name=account.party.name if account.party else account.email,
        email=account.email,
        agency=held.agency if held else None,
        office=held.office if held else "",
        roles=held.roles if held else frozenset(),
    )


def is_open() -> bool:
    """Whether this installation has demonstration identities at all."""
    return bool(settings.DEMONSTRATION) and not settings.PRODUCTION


def _refuse_in_production() -> None:
    if not is_open():
        raise NoDemonstration(_("Demonstration identities exist only in the demonstration country."))
