"""Compare the roles that officials hold with the record of who was given which."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from panjereh.identity.models import Change, Official

GIVES = ("put in office", "roles changed", "office ended")


@dataclass(frozen=True, slots=True)
class Unexplained:
    """An official who holds other roles than were ever given to them."""

    official: UUID
    agency: str
    roles: frozenset[str]

    def __str__(self) -> str:
        return (
            f"official {self.official} of {self.agency} holds roles that nobody gave: {', '.join(sorted(self.roles))}"
        )


def offices() -> Iterator[Unexplained]:
    """Every official in office whose roles are not those of the newest record about them."""
    for held in Official.objects.filter(ended_at=None).prefetch_related("grants").order_by("pk").iterator(100):
        newest = Change.objects.filter(party=held.party_id, what__in=GIVES).order_by("-pk").first()
        given = frozenset(newest.fields) if newest and newest.what != "office ended" else frozenset()
        if held.roles != given:
            yield Unexplained(held.pk, held.agency, held.roles ^ given)
