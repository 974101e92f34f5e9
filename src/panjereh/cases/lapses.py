"""Before what somebody holds ends, they are told in time, and offered to renew it with everything filled in."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from panjereh.cases.queries.holdings import following
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.correspondence import queries as letters
from panjereh.definitions import Registry
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.localisation import dates, digits
from panjereh.localisation.calendars import Term
from panjereh.registries import queries as registries

PURPOSE = "remind-holder"
LOOKS_BACK = 3
"""Days: a worker that was away for less misses nobody."""
AT_MOST = 10_000
"""Entries of one register that end on the same day."""


class _Looked:
    """For which day this process has looked already; each day is enough once."""

    on: date | None = None


def remind_of_lapses() -> int:
    """Tell holders what will end. Doing it again tells nobody twice. How many were told."""
    if _Looked.on == clock.today():
        return 0
    told = 0
    for registry in catalogue.country().registries.values():
        for length in registry.holding.remind if registry.holding else ():
            for back in range(LOOKS_BACK + 1):
                told += _remind(registry, length, clock.today() - timedelta(days=back))
    _Looked.on = clock.today()
    return told


def forget() -> None:
    """Look again when it is asked for next."""
    _Looked.on = None


def _remind(registry: Registry, length: Term, day: date) -> int:
    """Those whose entry ends this length of time after the day."""
    if registry.holding is None or registry.holding.until is None:
        return 0
    ends = catalogue.country().working_calendar.add(day, length, "days")
    if ends < clock.today():
        return 0
    entities = registries.entities_naming(registry, registry.holding.until, ends.isoformat(), at_most=AT_MOST)
    return sum(_tell(registry, entity, ends, f"lapse:{entity}:{ends}:{length}") for entity in entities)


@transaction.atomic
def _tell(registry: Registry, entity: UUID, ends: date, key: str) -> bool:
    """Whether the holder is told now: not twice, and nobody whom this place does not know."""
    held = registry.holding
    if held is None or letters.was_told(key):
        return False
    fields = [registry.key, held.holder]
    entry = registries.read(registry, actor=SYSTEM, purpose=PURPOSE, law=held.law, fields=fields, entity=entity)
    party = identity.party_of_number(str(entry.data.get(held.holder))) if entry else None
    if entry is None or party is None:
        return False
    renewal = next((one.service for one in following(registry.id) if _renews(one.service)), None)
    with translation.override(party.language):
        what = registry.title.in_(party.language)
        number = digits.for_language(str(entry.data.get(registry.key, "")), party.language)
        last_day = dates.format_date(ends, party.language)
        text = _("What you hold by the %(register)s under the number %(number)s holds until the end of %(day)s.") % {
            "register": what,
            "number": number,
            "day": last_day,
        }
        if renewal is not None:
            text += " " + _("To renew it, open “What I hold” in the portal: everything is filled in, and you confirm.")
        subject = renewal.title.in_(party.language) if renewal else what
        correspondence.tell(
            party.pk,
            key=key,
            subject=subject,
            text=text,
            agency=registry.agency,
            service=renewal.id if renewal else "",
            language=party.language,
        )
    return True


def _renews(service: object) -> bool:
    block = getattr(getattr(service, "definition", None), "follow_up", None)
    return block is not None and block.as_ == "renewal"
