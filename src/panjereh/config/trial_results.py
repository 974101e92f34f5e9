"""What came out of a worked example, compared with what its `expect` says. What it leaves out is not compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from panjereh.cases.models import Case, Deadline, Task
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.definitions import Service
from panjereh.definitions.scenarios import Entry, Issued, Scenario, Told
from panjereh.documents import queries as documents
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor

ANY = "any"


@dataclass
class Trial:
    """One example on its way, and what it left behind."""

    scenario: Scenario
    actor: Actor
    screens: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    refused_as_duplicate: bool = False
    case: Case | None = None


def mismatches(trial: Trial) -> Iterator[str]:
    """One sentence for each thing that is not as it must be."""
    expect = trial.scenario.expect
    if expect.screens is not None:
        yield from differs("screens", expect.screens, trial.screens)
    if expect.problems is not None or trial.problems:
        yield from differs("problems", sorted(expect.problems or []), trial.problems)
    if trial.case is None:
        if expect.duplicate is not None or trial.refused_as_duplicate:
            yield from differs("duplicate", bool(expect.duplicate), trial.refused_as_duplicate)
        return
    yield from _of_case(trial, trial.case)


def _of_case(trial: Trial, case: Case) -> Iterator[str]:
    expect = trial.scenario.expect
    service = catalogue.version(case.version_id).service
    facts = {
        "fee": lambda: case.fee,
        "four_eyes": lambda: service.needs_four_eyes(service.context(case.answers, case.facts)),
        "duplicate": lambda: bool(case.duplicate_of),
        "route": lambda: list(
            Task.objects.filter(case=case).order_by("opened_at", "id").values_list("element", flat=True)
        ),
        "outcome": lambda: outcome_of(case),
    }
    for name, actual in facts.items():
        wanted = getattr(expect, name)
        if wanted is not None:
            yield from differs(name, wanted, actual())
    for kind, day in expect.deadlines.items():
        yield from differs(f"deadline {kind}", day.isoformat(), _deadline(case, kind))
    if expect.notices is not None:
        yield from _notices(expect.notices, case)
    if expect.records is not None:
        yield from _records(expect.records, case)
    if expect.documents is not None:
        yield from _documents(expect.documents, case, service)


def differs(what: str, wanted: Any, actual: Any) -> Iterator[str]:
    if wanted != actual:
        yield f"{what}: should be {show(wanted)}, is {show(actual)}"


def show(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def outcome_of(case: Case) -> str:
    """How it ended; a refusal that can still be objected to is a refusal."""
    if case.outcome:
        return str(case.outcome)
    last = case.decisions.exclude(kind="confirm").order_by("-at").first()
    refused = case.decided_at is not None and last is not None and last.outcome in ("refuse", "uphold")
    return "refused" if refused and not Task.objects.filter(case=case, done_at=None).exists() else "open"


def _deadline(case: Case, kind: str) -> str:
    deadline = Deadline.objects.filter(case=case, kind=kind).order_by("-started_at").first()
    return deadline.due_at.astimezone(clock.home_zone()).date().isoformat() if deadline else "none"


def _notices(wanted: Sequence[Told], case: Case) -> Iterator[str]:
    told = [each for each in correspondence.conversation(case.number) if each.party_id == case.applicant_id]
    kinds = [each.key.split(":")[2] for each in told]
    yield from differs("notices", [each.notice for each in wanted], kinds)
    for one, message in zip(wanted, told, strict=False):
        if one.contains and one.contains not in f"{message.subject}\n{message.text}":
            yield f"notice {one.notice}: should contain “{one.contains}”, says “{message.text}”"


def _records(wanted: Sequence[Entry], case: Case) -> Iterator[str]:
    made = list(case.results.get("records", {}).values())
    yield from differs("entries", [each.registry for each in wanted], [each["registry"] for each in made])
    for one, record in zip(wanted, made, strict=False):
        yield from _unlike(f"entry in {one.registry}", one.data, record["data"])


def _documents(wanted: Sequence[Issued], case: Case, service: Service) -> Iterator[str]:
    issued = documents.of_case(case.number)
    kinds = [each.kind.removeprefix(f"{service.id}/") for each in issued]
    yield from differs("documents", [one.produce or kind for one, kind in pairs(wanted, kinds)], kinds)
    for one, certificate in zip(wanted, issued, strict=False):
        yield from _unlike(f"document {certificate.kind}", one.data, certificate.data)


def pairs(wanted: Sequence[Issued], kinds: Sequence[str]) -> Iterator[tuple[Issued, str]]:
    """Each wanted document with the kind at its place; a document that is missing has none."""
    for place, one in enumerate(wanted):
        yield one, kinds[place] if place < len(kinds) else "missing"


def _unlike(what: str, wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        held = actual.get(name)
        if value == ANY and held not in (None, ""):
            continue
        yield from differs(f"{what}, {name}", value, held)
