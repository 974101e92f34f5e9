"""Who could do what on that day: offices, roles and the table of permissions, replayed from their chained histories."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from panjereh.identity import history, policy
from panjereh.identity.models import AuthorityEvent, Official
from panjereh.kernel.actor import SYSTEM

POLICY = "policy"
OFFICIAL = "official:"


@dataclass(frozen=True)
class Standing:
    """An office as it stood at a moment. `since`: when it last changed."""

    official: UUID
    party: UUID
    agency: str
    office: str
    roles: tuple[str, ...]
    since: datetime


def state_of(held: Official) -> dict[str, Any]:
    """What an official's history states with every step."""
    return {
        "party": str(held.party_id),
        "agency": held.agency,
        "office": held.office,
        "roles": sorted(grant.role for grant in held.grants.filter(taken_at=None)),
    }


def begin_histories() -> None:
    """Officials of before there were histories get one from what is true now; a table that changed is written down."""
    known = AuthorityEvent.objects.filter(stream__startswith=OFFICIAL).values_list("stream", flat=True).distinct()
    told = set(known)
    for held in Official.objects.filter(ended_at=None):
        if f"{OFFICIAL}{held.pk}" not in told:
            history.append(f"{OFFICIAL}{held.pk}", "found", actor=SYSTEM, **state_of(held))
    table = table_as_data(policy.TABLE)
    last = history.LAST.first(POLICY)
    if last is None or last.public["table"] != table:
        history.append(POLICY, "table", actor=SYSTEM, table=table)


def table_as_data(table: dict[str, dict[policy.Role, policy.Scope]]) -> dict[str, dict[str, str]]:
    return {action: {str(role): str(scope) for role, scope in rule.items()} for action, rule in table.items()}


def table_at(moment: datetime) -> dict[str, dict[str, str]]:
    """The table of permissions that was in force at a moment; empty for before the first was written down."""
    last = AuthorityEvent.objects.filter(stream=POLICY, at__lte=moment).order_by("-seq").first()
    return dict(last.public["table"]) if last else {}


def offices_at(moment: datetime, agencies: Iterable[str]) -> list[Standing]:
    """Who held which office with which roles at a moment, in these agencies."""
    newest: dict[str, AuthorityEvent] = {}
    events = AuthorityEvent.objects.filter(stream__startswith=OFFICIAL, at__lte=moment).order_by("stream", "seq")
    for event in events.iterator(chunk_size=500):
        newest[event.stream] = event
    wanted = set(agencies)
    return [
        Standing(
            official=UUID(stream.removeprefix(OFFICIAL)),
            party=UUID(event.public["party"]),
            agency=event.public["agency"],
            office=event.public["office"],
            roles=tuple(event.public["roles"]),
            since=event.at,
        )
        for stream, event in newest.items()
        if event.kind != "ended" and event.public["agency"] in wanted
    ]
