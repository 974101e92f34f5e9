"""When somebody dies according to the register: their accounts close and what they had begun is put away."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from panjereh.cases.access import POPULATION
from panjereh.cases.models import Draft
from panjereh.cases.operations.files import forget_uploads
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Registry
from panjereh.identity import queries as identity
from panjereh.identity.operations import recovery
from panjereh.kernel import clock
from panjereh.registries import queries as registries

CONCEPT = "person.death_date"
LOOKS_BACK = timedelta(days=7)
"""A worker that was away for less misses nobody."""


def close_for_deaths() -> int:
    """Close what belongs to people whose death was recorded lately. Doing it again changes nothing. How many."""
    registry = catalogue.country().registries.get(POPULATION)
    field = _field_of_death(registry) if registry else None
    linked = identity.entities_with_accounts() if field else {}
    if registry is None or field is None or not linked:
        return 0
    since = clock.now() - LOOKS_BACK
    dead = registries.having(registry, linked, field, recorded_since=since, purpose="close-accounts")
    for entity in dead:
        _put_away(linked[entity])
    return len(dead)


@transaction.atomic
def _put_away(party: UUID) -> None:
    recovery.close_for_death(party)
    for draft in Draft.objects.select_for_update().filter(case=None, applicant__in=identity.numbers_of(party)):
        forget_uploads(draft)
        draft.delete()


def _field_of_death(registry: Registry) -> str | None:
    return next((name for name, field in registry.fields.items() if field.concept == CONCEPT), None)
