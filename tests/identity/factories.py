"""Parties, accounts and actors for tests."""

from uuid import UUID

from panjereh.identity import operations
from panjereh.identity.models import Account, Official, Party
from panjereh.identity.queries import actor_of
from panjereh.kernel.actor import Actor, Channel
from panjereh.kernel.ids import new_id


def person(email: str | None = None, **fields: str) -> tuple[Account, Actor]:
    """Somebody who has signed in."""
    account = operations.create_account(email or f"{new_id()}@example.com")
    if fields:
        Party.objects.filter(pk=account.party_id).update(**fields)
        account = Account.objects.select_related("party").get(pk=account.pk)
    return account, actor_of(account)


def official(
    *roles: str, agency: str = "civil-registry", office: str = "", email: str | None = None
) -> tuple[Official, Actor]:
    """Somebody at an agency, put there without anybody's leave."""
    held = operations.put_in_office(
        email or f"{new_id()}@example.org",
        agency=agency,
        roles=roles or ("officer",),
        office=office,
        given_name="سارا",
        family_name="کریمی",
    )
    return held, actor_of(held.account, as_official=True, channel=Channel.DESK)


def entry(**fields: str) -> dict[str, object]:
    """What a population register says of somebody."""
    return {
        "entity": new_id(),
        "national_id": "0499370899",
        "given_name": "مریم",
        "family_name": "احمدی",
        **fields,
    }


def party_ids(*actors: Actor) -> frozenset[UUID]:
    return frozenset(actor.party for actor in actors if actor.party)
