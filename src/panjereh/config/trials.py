"""Running worked examples: scenarios.yaml through the real rooms, in a database of its own, with a clock that moves.

Every example runs in a transaction that is undone in the end, so none sees another, but those that it names in `after`.
"""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases.errors import AlreadyApplied, NotComplete
from panjereh.cases.models import Case, Task
from panjereh.cases.operations.fill import fill, fill_correction
from panjereh.catalogue import operations as publishing
from panjereh.catalogue import queries as catalogue
from panjereh.config import demonstration
from panjereh.config.handlers import HANDLERS
from panjereh.config.trial_results import Trial, mismatches
from panjereh.definitions import Country, DefinitionErrors, yaml
from panjereh.definitions.reading import findings_of
from panjereh.definitions.scenarios import Happening, Scenario, ScenarioFile
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel, Level
from panjereh.kernel.errors import NotAllowed, PanjerehError
from panjereh.outbox import operations as outbox
from panjereh.signing import operations as signing

MORNING = time(10)
PAUSE = timedelta(minutes=10)  # between two things that happen


class Stuck(Exception):
    """The example can't go on as it says; the sentence tells why."""


class Undo(Exception):
    """Ends the transaction of an example without keeping it."""


def set_the_stage(country: Country) -> None:
    """Into empty tables: keys, the demonstration's people and every service, as of the day before the first example."""
    examples = [each for name in country.services if (file := examples_of(country, name)) for each in file.scenarios]
    first = min((each.on for each in examples), default=clock.today())
    with clock.at(datetime.combine(first - timedelta(days=1), MORNING, tzinfo=clock.home_zone())):
        signing.prepare({name: dict(agency.title) for name, agency in country.agencies.items()})
        demonstration.load()
        for name in country.services:
            bundle = definitions.bundle(country.path, name)
            publishing.publish(bundle, by="try", note="worked examples", in_force_from=clock.today())
    catalogue.forget()


def examples_of(country: Country, service: str) -> ScenarioFile | None:
    """The examples in a service's folder; None when it has none. Raises DefinitionErrors with file and line."""
    folder = country.folder.services[service]
    content = folder.files.get("scenarios.yaml")
    if content is None:
        return None
    source = yaml.read(content, f"{folder.relative}/scenarios.yaml")
    try:
        return ScenarioFile.model_validate(source.data)
    except ValidationError as error:
        raise DefinitionErrors(findings_of(error, source, ())) from error


def run(country: Country, service: str, *, only: str | None = None) -> bool:
    """Run the examples of a service and print how each ended; whether all ended as they say."""
    try:
        examples = examples_of(country, service)
    except DefinitionErrors as error:
        print(error)
        return False
    if examples is None:
        print(f"– {service}: no scenarios.yaml, so nothing to try")
        return True
    sound = True
    for scenario in examples.scenarios:
        if only not in (None, scenario.scenario):
            continue
        wrong = try_one(country, service, scenario, examples)
        sound = sound and not wrong
        print(f"{'✗' if wrong else '✓'} {service} · {scenario.scenario}: {scenario.title.in_('en')}")
        for line in wrong:
            print(f"    {line}")
    return sound


def try_one(country: Country, service: str, scenario: Scenario, examples: ScenarioFile) -> list[str]:
    """What differs from what the example says; empty when nothing does."""
    by_name = {each.scenario: each for each in examples.scenarios}
    wrong: list[str] = []
    try:
        with transaction.atomic():
            for name in scenario.after:
                _go(country, service, by_name[name])
            trial = _go(country, service, scenario)
            wrong = list(mismatches(trial))
            raise Undo
    except Undo:
        return wrong
    except (Stuck, PanjerehError) as error:
        return [str(error)]


def _go(country: Country, service: str, scenario: Scenario) -> Trial:
    start = datetime.combine(scenario.on, MORNING, tzinfo=clock.home_zone())
    with clock.at(start):
        trial = Trial(scenario, _applicant(country, scenario))
        _send(trial, country, service)
        for happening in scenario.then if trial.case else []:
            clock.advance(PAUSE)
            _happen(trial, happening)
            outbox.run_until_idle(HANDLERS)
        if trial.case is not None:
            trial.case.refresh_from_db()
        return trial


def _applicant(country: Country, scenario: Scenario) -> Actor:
    people = {person.id: person for person in country.demonstration.people}
    person = people.get(scenario.applicant or "")
    if scenario.applicant and person is None:
        raise Stuck(f"there is nobody called {scenario.applicant} in demonstration.yaml")
    email = (person.email if person else None) or f"{scenario.applicant or 'somebody'}@example.org"
    account = identity.create_account(email, language=scenario.language)
    return identities.actor_of(account, language=scenario.language)


def _send(trial: Trial, country: Country, service: str) -> None:
    """Fill the form in and send it; what keeps it from being sent is noted."""
    actor, applicant = trial.actor, None
    if trial.scenario.channel == "desk":
        agency = country.services[service].agency
        actor, applicant = _official(agency, "helpdesk", set()), trial.actor.party
    draft = cases.start_draft(service, actor=actor, applicant=applicant)
    trial.screens = fill(draft.pk, actor=actor, answers=trial.scenario.answers)
    try:
        trial.case = cases.submit(draft.pk, actor=actor)
    except NotComplete as error:
        trial.problems = sorted({problem.question for problem in error.problems})
    except AlreadyApplied:
        trial.refused_as_duplicate = True
    except NotAllowed:
        trial.problems = ["role"]
    outbox.run_until_idle(HANDLERS)


def _happen(trial: Trial, happening: Happening) -> None:
    case = trial.case
    if case is None:
        return
    if happening.wait is not None:
        _wait(happening)
    elif happening.applicant == "withdraw":
        cases.withdraw(case.number, actor=trial.actor, reason=happening.reason or "")
    elif happening.applicant == "appeal":
        cases.appeal(case.number, actor=trial.actor, reason=happening.reason or "—")
    elif happening.applicant == "correct":
        fill_correction(case.number, actor=trial.actor, answers=happening.answers)
        cases.send_correction(case.number, actor=trial.actor)
    else:
        _do_task(case, happening)


def _wait(happening: Happening) -> None:
    """Day after day, so that what falls due happens on its day."""
    assert happening.wait is not None  # noqa: S101 - the caller looked
    until = catalogue.country().working_calendar.add(clock.today(), happening.wait)
    while clock.today() < until:
        clock.advance(timedelta(days=1))
        outbox.run_until_idle(HANDLERS)


def _do_task(case: Case, happening: Happening) -> None:
    open_tasks = {task.element: task for task in Task.objects.filter(case=case, done_at=None)}
    task = open_tasks.get(happening.task or "")
    if task is None:
        raise Stuck(f"the step {happening.task} is not open; open: {', '.join(open_tasks) or 'none'}")
    concerned = {party for party in (task.not_by_id, case.applicant_id, case.helper_id) if party}
    actor = _official(task.agency, task.who, concerned, rather=task.assignee_id)
    cases.take(task.pk, actor=actor, reason="worked example")
    reason, outcome = happening.reason or "—", happening.outcome
    if outcome == "correct":
        cases.ask_correction(task.pk, actor=actor, screens=_screens(case, happening.fields), message=reason)
    elif task.does == "check":
        cases.accept(task.pk, actor=actor)
    elif task.does == "decide":
        cases.decide(task.pk, actor=actor, outcome=outcome or "approve", conditions=happening.conditions, reason=reason)
    elif task.does == "confirm":
        cases.confirm(task.pk, actor=actor, agree=outcome != "return", reason=reason)
    elif task.does == "review":
        cases.review(task.pk, actor=actor, outcome=outcome or "uphold", conditions=happening.conditions, reason=reason)
    elif task.does == "pay":
        cases.record_payment(task.pk, actor=actor, receipt=happening.receipt or case.number)
    else:
        raise Stuck(f"the step {happening.task} does {task.does}, which no example can do yet")


def _official(agency: str, role: str, concerned: set[UUID], *, rather: UUID | None = None) -> Actor:
    """Somebody of the agency with that role whom the case does not concern."""
    able = [one for one in identities.officials(agency, role=role) if one.party_id not in concerned]
    if not able:
        raise Stuck(f"no official of {agency} has the role {role}, or the case concerns all who have it")
    chosen = next((one for one in able if one.party_id == rather), able[0])
    return Actor(
        party=chosen.party_id,
        name=chosen.party.name,
        agency=chosen.agency,
        office=chosen.office or None,
        roles=chosen.roles,
        channel=Channel.DESK,
        level=Level.SUBSTANTIAL,
        language="fa",
    )


def _screens(case: Case, fields: list[str]) -> list[str]:
    """The screens that ask these questions. A path names itself."""
    service = catalogue.version(case.version_id).service
    return [
        screen.path
        for screen in service.screens(case.answers, case.facts)
        if screen.kind not in ("found", "more") and (screen.path in fields or set(screen.asks) & set(fields))
    ]
