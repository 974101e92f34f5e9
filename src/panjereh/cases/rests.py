"""While the applicant or another agency is asked, the agency's term rests; when both have answered, it goes on."""

from uuid import UUID

from panjereh.cases import rows, terms
from panjereh.cases.models import Case, Rest
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.localisation.calendars import Term
from panjereh.outbox import operations as outbox

AWAITED = "awaited"


def now(case: Case) -> list[Rest]:
    """What the case waits for at present, the longest first."""
    return [rest for rest in rows.RESTS.all(case.pk) if rest.ended_at is None]


def for_correction(case: Case) -> None:
    Rest.objects.create(case=case, waits_for=Rest.For.CORRECTION)
    terms.rest(case)


def for_agency(case: Case, *, agency: str, reason: str, by: UUID, most: Term) -> Rest:
    """Wait for another agency, but not longer than the law lets it."""
    until = terms.end_of(terms.calendar_of(case).deadline(clock.today(), most))
    rest = Rest.objects.create(
        case=case, waits_for=Rest.For.AGENCY, agency=agency, reason=reason, by_id=by, until_at=until
    )
    terms.rest(case)
    payload = {"case": str(case.pk), "rest": rest.pk}
    outbox.queue("cases.rested", payload, key=f"{terms.key(case, AWAITED)}{rest.pk}:", run_at=until, lane=outbox.CROWD)
    return rest


def end_all(case: Case) -> None:
    """The agency has decided, or the case is closed: it waits for nobody any more, and no term goes on."""
    if now(case):
        Rest.objects.filter(case=case, ended_at=None).update(ended_at=clock.now())
        outbox.cancel(terms.key(case, AWAITED))


def end(case: Case, service: Service, waits_for: str) -> bool:
    """What it waited for has come. The term goes on unless it waits for something else still. False: it did not."""
    ended = Rest.objects.filter(case=case, waits_for=waits_for, ended_at=None).update(ended_at=clock.now())
    if not ended:
        return False
    if waits_for == Rest.For.AGENCY:
        outbox.cancel(terms.key(case, AWAITED))
    if not now(case):
        terms.resume(case, service)
    return True
