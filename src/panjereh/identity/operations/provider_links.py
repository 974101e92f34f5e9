"""Accounts that open by a provider of identity: found, linked, and taken apart again."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity.errors import AlreadyLinked
from panjereh.identity.models import Account, ProviderLink
from panjereh.identity.operations.accounts import create_account
from panjereh.identity.operations.binding import loosen
from panjereh.identity.operations.changes import record
from panjereh.identity.operations.notices import tell
from panjereh.identity.providers import Vouched
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotFound


@transaction.atomic
def use_provider(vouched: Vouched) -> Account | None:
    """Whose account the provider's word opens; nobody's, as long as it was not linked."""
    found = (
        ProviderLink.objects.select_for_update(of=("self",))
        .select_related("account__party")
        .filter(issuer=vouched.issuer, subject=vouched.subject, account__is_active=True, account__party__isnull=False)
        .first()
    )
    if found is None:
        return None
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    return found.account


@transaction.atomic
def link_provider(account: Account, vouched: Vouched, *, actor: Actor = SYSTEM) -> ProviderLink:
    """From now on the provider's word opens this account. Its owner is told.

    The caller has made sure that whom the provider vouches for and the owner are one: both have just shown who they are
    in the same browser, or the register names the same person. Raises AlreadyLinked when it opens another account.
    """
    try:
        with transaction.atomic():
            link, new = ProviderLink.objects.get_or_create(
                issuer=vouched.issuer,
                subject=vouched.subject,
                defaults={"account": account, "provider": vouched.provider, "used_at": clock.now()},
            )
    except IntegrityError:  # somebody was faster: look again
        link, new = ProviderLink.objects.get(issuer=vouched.issuer, subject=vouched.subject), False
    if link.account_id != account.pk:
        raise AlreadyLinked(_("This identity already opens another account here. Sign in with it, and end that first."))
    if new and account.party_id is not None:
        record("provider linked", account.party_id, actor=actor, fields=[vouched.provider])
        tell(account, "provider linked")
    return link


@transaction.atomic
def open_account(vouched: Vouched, *, language: str) -> Account | None:
    """A new account at the address that a trusted provider calls verified; none if there is no such address, or it is
    somebody's already: then they must show that it is theirs."""
    if not vouched.email or Account.objects.filter(email=vouched.email.lower(), party__isnull=False).exists():
        return None
    account = create_account(vouched.email, language=language)
    link_provider(account, vouched)
    return account


@transaction.atomic
def unlink_provider(link_id: UUID, *, actor: Actor) -> None:
    """The provider's word opens the account no longer. Codes by e-mail still do."""
    link = ProviderLink.objects.select_related("account__party").filter(pk=link_id, account__party=actor.party).first()
    if link is None or actor.party is None:
        raise NotFound(_("There is no such provider among yours."))
    account = link.account
    link.delete()
    record("provider unlinked", actor.party, actor=actor, fields=[link.provider])
    tell(account, "provider unlinked")
    loosen(account)


def links_of(account: Account) -> list[ProviderLink]:
    """By which providers this account opens, the oldest first."""
    return list(ProviderLink.objects.filter(account=account).order_by("since", "pk"))
