"""The same matter twice: what is before an agency already, or was granted, is refused or shown to its officials.

A refusal ends the matter for the agency until somebody objects: who can mend what was missing need not wait for the end
of the term to object. An objection takes the matter up again, and is never refused for a newer request.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.cases.errors import AlreadyApplied
from panjereh.cases.models import Case, Deadline, DuplicateKey
from panjereh.definitions import Service
from panjereh.storage import Prepared
from panjereh.vault import keys

KEYED = "k"  # what a digest begins with that only the installation can make
NOTHING_CAME_OF_IT = (Case.Outcome.REFUSED, Case.Outcome.WITHDRAWN, Case.Outcome.LAPSED)


def be_wary(case: Case, service: Service, matter: str | None) -> None:
    """Refuse the case or mark it, as its service says. Raises AlreadyApplied. The caller saves the case."""
    found = _found(case, service, matter)
    if found is None or service.duplicates is None:
        return
    if service.duplicates.then == "refuse":
        if found.applicant_id == case.applicant_id:
            raise AlreadyApplied(
                _("You handed the same matter in before: case %(number)s. Look there how it stands.")
                % {"number": found.number}
            )
        raise AlreadyApplied(_("The same matter was handed in before. Look at your cases, or ask the agency."))
    case.duplicate_of = found.number


def look_again(case: Case, service: Service, context: Mapping[str, Any]) -> None:
    """Corrected answers may make it another matter. The caller holds the lock on the case and saves it."""
    matter = service.duplicate_key(context)
    known = DuplicateKey.objects.filter(case=case)
    if [key.digest for key in known] == ([] if matter is None else [_digest(matter)]):
        return
    known.delete()
    case.duplicate_of = ""
    be_wary(case, service, matter)
    remember(case, matter)


def renew(case: Case, service: Service, context: Mapping[str, Any]) -> None:
    """Another version may call other things the same matter. What the case was marked as before stays."""
    DuplicateKey.objects.filter(case=case).delete()
    remember(case, service.duplicate_key(context))


def look_when_objected(case: Case, service: Service) -> None:
    """Officials shall see what was asked for anew since the refusal. The caller saves the case."""
    newer = _found(case, service, service.duplicate_key(service.context(case.answers, case.facts)))
    if newer is not None:
        case.duplicate_of = newer.number


def remember(case: Case, matter: str | None) -> None:
    if matter is not None:
        DuplicateKey.objects.create(case=case, service=case.service, digest=_digest(matter))


def _found(case: Case, service: Service, matter: str | None) -> Case | None:
    """The first other case about the matter that is undecided, objected to, or granted."""
    if matter is None or service.duplicates is None:
        return None
    digest = _digest(matter)
    if connection.vendor == "postgresql":  # on SQLite there is one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[1:16], 16)])
    found = BEFORE_US.first(case.service, digest, case.pk)
    return found.case if found else None


def _before_us(service: str, digest: str, case: UUID) -> QuerySet[DuplicateKey]:
    may_object = Deadline.objects.filter(case=OuterRef("case"), kind=Deadline.Kind.APPEAL, ended_at=None)
    same = DuplicateKey.objects.filter(service=service, digest=digest).exclude(case=case)
    before_us = same.exclude(case__outcome__in=NOTHING_CAME_OF_IT).exclude(Exists(may_object))
    return before_us.select_related("case").order_by("case__submitted_at", "case_id")


BEFORE_US = Prepared(_before_us)


def close_old_digests() -> int:
    """Digests from before there was a key could be guessed: a national number and a day of birth are few bits. How many
    were made anew."""
    old = list(DuplicateKey.objects.exclude(digest__startswith=KEYED))
    for key in old:
        key.digest = _keyed(key.digest)
        key.save(update_fields=["digest"])
    return len(old)


def _digest(matter: str) -> str:
    return _keyed(hashlib.sha256(matter.encode()).hexdigest())


def _keyed(digest: str) -> str:
    return KEYED + keys.digest("matter", digest)[1:]
