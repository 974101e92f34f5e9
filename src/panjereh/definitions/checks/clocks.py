"""P5, continued: the legal clocks can be counted, and what follows when they pass has a law."""

from collections.abc import Iterator
from datetime import timedelta

from panjereh.definitions.checks.lint import Lint, finding
from panjereh.definitions.checks.names import unknown
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder
from panjereh.definitions.service import Deadline
from panjereh.kernel import clock
from panjereh.localisation.dates import Jalali, to_jalali

ONLY_OF = {
    "of": ("apply",),
    "late": ("apply",),
    "extend": ("decide",),
    "silence": ("decide",),
    "await_agency": ("decide",),
    "received": ("decide",),
}
"""Keys that mean something for some of the deadlines only."""
DEEMED = ("check", "decide", "confirm")
AFTERWARDS = ("pay", "review", "correct")


def silence(lint: Lint) -> Iterator[Finding]:
    term = lint.definition.deadlines.decide
    if term is None or term.silence == "escalate":
        return
    if term.law is None:
        yield lint.found("P506", ("deadlines", "decide", "silence"), "No law says what silence means.")
    if lint.service is None:
        return
    for element in lint.service.process.elements.values():
        of_officials = element.who not in (None, "", "applicant")
        if of_officials and element.does not in (*DEEMED, *AFTERWARDS):
            message = f"No law can deem the step {element.id!r} done."
            yield lint.found("P507", ("deadlines", "decide", "silence"), message)


def keys(lint: Lint) -> Iterator[Finding]:
    """Each key stands at a deadline for which it means something; laws exist; reminders can come."""
    for kind, term in lint.definition.deadlines:
        if term is None:
            continue
        for key, kinds in ONLY_OF.items():
            if key in term.model_fields_set and kind not in kinds:
                yield lint.found("P508", ("deadlines", kind, key), f"{key!r} means nothing for {kind!r}.")
        law = term.law.partition("#")[0] if term.law else None
        if law is not None and law not in lint.folder.laws:
            yield unknown(lint, "P104", ("deadlines", kind, "law"), law, lint.folder.laws)
        for length in term.remind or ():
            if length.as_timedelta() >= term.within.as_timedelta():
                yield lint.found("P512", ("deadlines", kind, "remind"), f"{length} is not shorter than {term.within}.")


def opening_hours(lint: Lint) -> Iterator[Finding]:
    term = lint.definition.deadlines.decide
    agency = lint.folder.agencies.get(lint.definition.agency)
    if term is None or agency is None or term.received == "any-time":
        return
    if not agency.offices or not all(office.open for office in agency.offices.values()):
        yield lint.found("P511", ("deadlines", "decide", "received"), f"{agency.id!r} has an office without `open`.")


def horizon(folder: Folder) -> Iterator[Finding]:
    """The holidays are known for as long as any term that begins today can run."""
    source = folder.sources.get("calendar.yaml")
    definitions = [own.definition for own in folder.services.values() if own.definition is not None]
    terms = [term for each in definitions for _kind, term in each.deadlines if term is not None]
    if source is None or not terms:
        return
    today = clock.today()
    first, last = to_jalali(today).year, to_jalali(today + max(map(_longest, terms))).year
    for year in range(first, last + 1):
        known = folder.holidays.known(Jalali(year, 1, 1).to_date())
        if known == "unknown":
            yield finding("P509", source, ("holidays",), f"No holidays are known for the year {year}.")
        elif known == "computed":
            yield finding("P510", source, ("holidays",), f"The holidays of the year {year} are computed.")


def _longest(term: Deadline) -> timedelta:
    """How long it can run, roughly: extended, rested and moved to a working day."""
    length = term.within.as_timedelta() * (2 if term.extend == "once" else 1)
    if term.calendar == "working-days":
        length = length * 7 / 5
    return length + (term.await_agency.as_timedelta() if term.await_agency else timedelta()) + timedelta(days=14)


CHECKS = (silence, keys, opening_hours)
COUNTRY_CHECKS = (horizon,)
