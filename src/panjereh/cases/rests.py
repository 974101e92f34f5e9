"""While the applicant or another agency is asked, the agency's term rests; when both have answered, it goes on."""

from panjereh.cases import rows, terms
from panjereh.cases.models import Case, Inquiry, Rest
from panjereh.definitions import Service
from panjereh.kernel import clock

AWAITED = "awaited"
"""Part of the keys of clocks that end a waiting."""


def now(case: Case) -> list[Rest]:
    """What the case waits for at present, the longest first."""
    return [rest for rest in rows.RESTS.all(case.pk) if rest.ended_at is None]


def for_correction(case: Case) -> None:
    Rest.objects.create(case=case, waits_for=Rest.For.CORRECTION)
    terms.rest(case)


def for_agency(case: Case, inquiry: Inquiry) -> Rest:
    """Wait for an agency that was asked, but not longer than the law lets it."""
    rest = Rest.objects.create(
        case=case,
        waits_for=Rest.For.AGENCY,
        agency=inquiry.agency,
        reason=inquiry.text,
        by_id=inquiry.by_id,
        inquiry=inquiry,
        until_at=inquiry.until_at,
    )
    terms.rest(case)
    return rest


def end_all(case: Case) -> None:
    """The agency has decided, or the case is closed: it waits for nobody any more, and no term goes on."""
    if now(case):
        Rest.objects.filter(case=case, ended_at=None).update(ended_at=clock.now())


def end_correction(case: Case, service: Service) -> None:
    """The applicant has answered, or let their time pass."""
    _end([rest for rest in now(case) if rest.waits_for == Rest.For.CORRECTION], case, service)


def end_waiting(case: Case, service: Service, inquiry: Inquiry) -> bool:
    """The asked agency has answered, or its time is over. False: the term did not rest for that."""
    return _end([rest for rest in now(case) if rest.inquiry_id == inquiry.pk], case, service)


def end(rest: Rest, case: Case, service: Service) -> None:
    _end([rest], case, service)


def _end(ended: list[Rest], case: Case, service: Service) -> bool:
    """What it waited for has come. The term goes on unless it waits for something else still."""
    for rest in ended:
        rest.ended_at = clock.now()
        rest.save(update_fields=["ended_at"])
    if ended and not now(case):
        terms.resume(case, service)
    return bool(ended)
