"""P9: scenarios fit the service and take every branch."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.expressions import Formula
from panjereh.definitions.findings import Finding
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.questionnaire import Group
from panjereh.definitions.questions import Question
from panjereh.definitions.reading import similar
from panjereh.definitions.scenarios import Scenario
from panjereh.definitions.types import Asking
from panjereh.definitions.yaml import Path
from panjereh.rules.errors import RowsContradict


def present(lint: Lint) -> Iterator[Finding]:
    if lint.definition.ask and "scenarios.yaml" not in lint.own.files:
        yield lint.found("P901", ("service",), "The folder has no scenarios.yaml.")


def fitting(lint: Lint) -> Iterator[Finding]:
    """Scenarios name questions, conditions and steps that exist."""
    if lint.scenarios is None or lint.service is None:
        return
    steps = {element.id for element in lint.service.process.elements.values()}
    known = {*lint.questions, *lint.groups, "role"}
    names = {each.scenario for each in lint.scenarios.scenarios}
    people = {each.id for each in lint.folder.demonstration.people}
    for number, scenario in enumerate(lint.scenarios.scenarios):
        base: Path = ("scenarios", number)
        for name in scenario.answers:
            if name not in known:
                yield wrong(lint, (*base, "answers", name), name, known)
        if scenario.applicant is not None and scenario.applicant not in people:
            yield wrong(lint, (*base, "applicant"), scenario.applicant, people)
        for other in scenario.after:
            if other not in names:
                yield wrong(lint, (*base, "after"), other, names)
        for place, happening in enumerate(scenario.then):
            if happening.task is not None and happening.task not in steps:
                yield wrong(lint, (*base, "then", place, "task"), happening.task, steps)
            for name in happening.conditions:
                if name not in lint.definition.conditions:
                    yield wrong(lint, (*base, "then", place, "conditions"), name, lint.definition.conditions)


def wrong(lint: Lint, path: Path, name: str, known: Any) -> Finding:
    return lint.found("P902", path, f"There is no {name!r}.{similar(name, known)}", source=lint.scenario_source)


def values(lint: Lint) -> Iterator[Finding]:
    """Answers of scenarios have the shape of their questions."""
    if lint.scenarios is None or lint.service is None:
        return
    for number, scenario in enumerate(lint.scenarios.scenarios):
        for name, value in scenario.answers.items():
            path: Path = ("scenarios", number, "answers", name)
            for wrong_value in _misfits(lint, name, value):
                yield lint.found("P902", path, f"{name}: {wrong_value}.", source=lint.scenario_source)


def _misfits(lint: Lint, name: str, value: Any) -> Iterator[str]:
    assert lint.service is not None  # noqa: S101  # the caller looked
    if name in lint.groups:
        for item in value if isinstance(value, list) else []:
            for inner, each in item.items() if isinstance(item, Mapping) else []:
                if inner in lint.questions:
                    yield from _misfits(lint, inner, each)
                else:
                    yield f"there is no {inner!r}"
        return
    question = lint.service.questions.get(name)
    if question is None or value is None or question.kind.name == "file":
        return
    asking = Asking(lists=lint.folder.lists, places=lint.folder.places, proven=True)
    for each in value if question.repeat and isinstance(value, list) else [value]:
        try:
            question.kind.accept(_answer(lint, question, each), name, asking)
        except AnswerProblem as problem:
            yield f"{each!r} does not fit ({problem.code})"


def branches(lint: Lint) -> Iterator[Finding]:
    """Each condition of a screen was true once and false once, each row of the fee came to bear."""
    if lint.scenarios is None or lint.service is None or any(values(lint)):
        return
    runs = [_context(lint, scenario) for scenario in lint.scenarios.scenarios]
    for path, formula, group in _conditions(lint):
        results = {formula.holds(inner) for context in runs for inner in _scopes(context, group)}
        for missing in sorted({True, False} - results, reverse=True):
            word = "true" if missing else "false"
            yield lint.found("P903", path, f"In no scenario is “{formula.text}” {word}.")
    yield from _rows(lint, runs)
    yield from _roles(lint)


def _context(lint: Lint, scenario: Scenario) -> dict[str, Any]:
    """What expressions see in a scenario; people are as the demonstration's register knows them."""
    assert lint.service is not None  # noqa: S101  # callers looked
    facts = {
        "submitted_on": scenario.on.isoformat(),
        "channel": scenario.channel,
        "applicant": _person(lint, scenario.applicant) if scenario.applicant else {},
    }
    if scenario.kind == "organisation":
        facts |= {"applicant": {"company_id": scenario.acts_for}, "applicant_kind": "organisation"}
    questions = lint.service.questions
    answers: dict[str, Any] = {}
    for name, value in scenario.answers.items():
        if name in lint.groups:
            answers[name] = [
                {inner: _answer(lint, questions[inner], each) for inner, each in item.items()} for item in value or ()
            ]
        else:
            answers[name] = _answer(lint, questions[name], value) if name in questions else value
    return lint.service.context(answers, facts)


def _answer(lint: Lint, question: Question, value: Any) -> Any:
    """What a scenario says, as it would be stored: people by their names in the demonstration, files by theirs."""
    if question.repeat is not None and isinstance(value, list):
        return [_one(lint, question, each) for each in value]
    return _one(lint, question, value)


def _one(lint: Lint, question: Question, value: Any) -> Any:
    if question.kind.name == "person" and value is not None:
        return _person(lint, value, found=question.source is not None)
    if question.kind.name == "entry" and isinstance(value, str):
        return _held(lint, question, value)
    if question.kind.name == "file" and isinstance(value, str):
        return {"name": value}
    return value


def _held(lint: Lint, question: Question, number: str) -> dict[str, Any]:
    """An entry by its number, with what the demonstration's register holds of it."""
    entry = lint.folder.entries(question.source.registry).get(number) if question.source else None
    given = {question.kind.options.field: number, "source": None}
    if entry is None or question.source is None:
        return given
    source = {"registry": question.source.registry, "entity": str(entry.get("entity", "")), "at": ""}
    returned = {name: entry[name] for name in question.source.returns if name in entry}
    return {**given, **returned, "source": source}


def _person(lint: Lint, value: Any, *, found: bool = True) -> Any:
    """A person by id in the demonstration or by national number, with what the register holds."""
    known = {each.id: each for each in lint.folder.demonstration.people}
    if isinstance(value, str) and value in known:
        day = known[value].birth_date
        value = {"national_id": known[value].national_id, "birth_date": day.isoformat() if day else None}
    if not isinstance(value, Mapping):
        return value
    empty = {"national_id": None, "given_name": None, "family_name": None, "birth_date": None, "source": None}
    entry = lint.folder.residents.get(str(value.get("national_id"))) if found else None
    if entry is None:
        return {**empty, **value}
    source = {"registry": "population", "entity": str(entry.get("entity", "")), "at": ""}
    plain = {name: each for name, each in entry.items() if not isinstance(each, list | dict)}
    return {**empty, **plain, **value, "source": source}


def _conditions(lint: Lint) -> Iterator[tuple[Path, Formula, str | None]]:
    """Each show_if with its place, and the list in whose items it is judged."""
    assert lint.service is not None  # noqa: S101  # callers looked
    pages = {page.page: number for number, page in enumerate(lint.definition.ask)}
    paths = {asked.id: path for path, _, asked in lint.asked}
    for part in lint.service.form.plan:
        group = part.id if isinstance(part, Group) else None
        for page in part.pages if isinstance(part, Group) else (part,):
            if page.show_if is not None:
                yield ("ask", pages[page.id], "show_if"), page.show_if, group
            for question in page.questions:
                if question.show_if is not None:
                    yield (*paths[question.id], "show_if"), question.show_if, group


def _scopes(context: Mapping[str, Any], group: str | None) -> list[Mapping[str, Any]]:
    if group is None:
        return [context]
    return [{**context, **item, "item": item, "index": index} for index, item in enumerate(context.get(group) or (), 1)]


def _rows(lint: Lint, runs: list[dict[str, Any]]) -> Iterator[Finding]:
    table = lint.service.fee_table if lint.service else None
    if table is None or lint.service is None:
        return
    reached: set[str] = set()
    for context in runs:
        with suppress(RowsContradict):  # P703 says so
            reached |= {row.id for row in lint.service.fee_for(context).rows}
    for row in table.rows:
        if row.id not in reached:
            yield lint.found("P904", ("fee",), f"No scenario comes to row {row.id} of {table.name!r}.")


def _roles(lint: Lint) -> Iterator[Finding]:
    assert lint.scenarios is not None  # noqa: S101  # callers looked
    applicants = lint.definition.applicants
    first = {
        kind: next((one.role for one in applicants if one.kind == kind), "") for kind in ("person", "organisation")
    }
    tried = {str(each.answers.get("role") or first.get(each.kind)) for each in lint.scenarios.scenarios}
    for number, applicant in enumerate(applicants):
        if applicant.role not in tried:
            yield lint.found("P906", ("applicants", number), f"No scenario applies as {applicant.role!r}.")


def endings(lint: Lint) -> Iterator[Finding]:
    if lint.scenarios is None:
        return
    tasks = {happening.outcome for each in lint.scenarios.scenarios for happening in each.then}
    ends = {each.expect.outcome for each in lint.scenarios.scenarios}
    for verb, end in (("approve", "approved"), ("refuse", "refused")):
        if verb not in tasks and end not in ends:
            yield lint.found("P905", (), f"No scenario is {end}.", source=lint.scenario_source)


CHECKS = (present, fitting, values, branches, endings)
