"""Offices as they are now: agencies.yaml is the base that comes with a country, and what pages changed lies over it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from panjereh import definitions
from panjereh.catalogue.errors import ChangedMeanwhile, NoSuchOffice, NothingChanged, ReasonMissing
from panjereh.catalogue.models import OfficeChange
from panjereh.definitions.country import Country
from panjereh.identity import policy
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.storage import Prepared

FIELDS = ("title", "address", "phone", "open", "closed", "hours")
"""What pages change, named as in agencies.yaml. Its place and the office itself stay with the file."""
REASON_AT_MOST = 300
NEWEST = Prepared(lambda: OfficeChange.objects.only("id").order_by("-id"))


class _Heard:
    """The newest change that this process knows of."""

    newest: UUID | None = None


def look() -> None:
    """Learn what other processes changed. One small question to the database."""
    newest = NEWEST.first()
    _Heard.newest = newest.pk if newest else None


def country() -> Country:
    """The country with its offices as this process last heard of them."""
    return _overlaid(_Heard.newest) if _Heard.newest else _written()


def forget() -> None:
    """Read everything anew when it is asked for next."""
    _Heard.newest = None
    _written.cache_clear()
    _overlaid.cache_clear()


def changes_of(agency: str, office: str) -> list[OfficeChange]:
    """What was changed about an office, newest first."""
    return list(OfficeChange.objects.filter(agency=agency, office=office).order_by("-number"))


@transaction.atomic
def change(
    agency: str, office: str, wanted: Mapping[str, Any], *, actor: Actor, reason: str, seen: int | None = None
) -> OfficeChange:
    """Give an office other particulars: any of FIELDS, each as agencies.yaml would say it. They hold at once; days that
    were promised before stay as they were.

    `seen` is the number of the change that the actor last saw (0: none). Raises NotAllowed, NoSuchOffice,
    ReasonMissing, NothingChanged, ChangedMeanwhile, and Invalid for what an office cannot have.
    """
    policy.require(actor, "office.manage", policy.Target(agency=agency, office=office))
    if not reason.strip():
        raise ReasonMissing(_("Say why, in a few words: others must be able to follow it later."))
    look()
    different = _different(agency, office, wanted)
    before = changes_of(agency, office)
    number = before[0].number if before else 0
    if seen is not None and seen != number:
        raise _meanwhile()
    if not different:
        raise NothingChanged(_("Nothing is different from before."))
    try:
        with transaction.atomic():
            made = OfficeChange.objects.create(
                agency=agency,
                office=office,
                number=number + 1,
                fields=different,
                by=actor.party,
                reason=reason.strip()[:REASON_AT_MOST],
            )
    except IntegrityError:
        raise _meanwhile() from None
    transaction.on_commit(look)
    return made


def _meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(_("Somebody else changed this office meanwhile. Look at it again before you change it."))


def _different(agency: str, office: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted fields that say something else than what holds now."""
    known = country()
    if agency not in known.agencies or office not in known.agencies[agency].offices:
        raise NoSuchOffice(_("There is no such office."))
    if not set(wanted) <= set(FIELDS):
        raise Invalid(_("Pages don’t change this about an office."))
    try:
        after = known.with_offices({(agency, office): wanted}).agencies[agency].offices[office].model_dump()
    except ValueError:
        raise Invalid(_("An office can’t have these particulars.")) from None
    before = known.agencies[agency].offices[office].model_dump()
    return {name: after[name] for name in wanted if after[name] != before[name]}


@lru_cache(maxsize=1)
def _written() -> Country:
    return definitions.load_country(settings.SERVICES)


@lru_cache(maxsize=2)
def _overlaid(_newest: UUID) -> Country:
    changes: dict[tuple[str, str], dict[str, Any]] = {}
    for made in OfficeChange.objects.order_by("number"):
        changes.setdefault((made.agency, made.office), {}).update(made.fields)
    return _written().with_offices(changes)
