"""Cases to act on: the worked examples of the demonstration country, brought as far as a test needs."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from tests.standing import standing_country

from panjereh import definitions
from panjereh.cases.models import Case, Task
from panjereh.catalogue import operations as catalogue
from panjereh.config.handlers import HANDLERS
from panjereh.config.trying import world
from panjereh.config.trying.play import Trial
from panjereh.definitions import Country
from panjereh.definitions.scenarios import Scenario
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel
from panjereh.outbox import operations as outbox

NOON = datetime(2026, 11, 23, 14, tzinfo=ZoneInfo("Asia/Tehran"))


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with standing_country(django_db_blocker) as country:
        yield country


class House:
    """What tests do with the country: be somebody, have a case, let workers run."""

    def __init__(self, country: Country) -> None:
        self.country = country

    def person(self, name: str) -> Actor:
        return identities.actor_of(identity.create_account(f"{name}@example.org"))

    def official(self, name: str) -> Actor:
        account = identity.create_account(f"{name}@example.org")
        return identities.actor_of(account, as_official=True, channel=Channel.DESK)

    def case(self, name: str = "mother", *then: Any, service: str = "birth-registration", **changes: Any) -> Case:
        """The case of a worked example, sent on that Monday's morning, after the steps in `then`."""
        file = world.examples(self.country, service)
        assert file is not None
        example = dict(next(each for each in file.scenarios if each.scenario == name))
        scenario = Scenario.model_validate({**example, "on": NOON.date(), **changes, "then": list(then)})
        trial = Trial(self.country, service, scenario)
        trial.run()
        assert trial.case is not None, trial.outcome.problems
        return trial.case

    def task(self, case: Case, by: Actor | None = None) -> Task:
        """The open step of a case, taken by an official."""
        task = Task.objects.get(case=case, done_at=None)
        if by is not None:
            task.assignee_id = by.party
            task.save(update_fields=["assignee"])
        return task

    def let_workers_run(self) -> int:
        return outbox.run_until_idle(HANDLERS)


@pytest.fixture
def house(country: Country, db: None) -> Iterator[House]:
    with clock.at(NOON):
        yield House(country)


@pytest.fixture
def change_permit(tmp_path: Path, house: House) -> Callable[..., None]:
    """Publishes the stall permit with some words replaced, and with a drawn process if one is given."""

    def publish(*words: str, drawn: str = "") -> None:
        folder = tmp_path / "services"
        shutil.copytree(settings.SERVICES, folder, ignore=shutil.ignore_patterns("*.jsonl"))
        home = folder / "municipality/stall-permit"
        text = (home / "service.yaml").read_text()
        for old, new in zip(words[::2], words[1::2], strict=True):
            assert old in text
            text = text.replace(old, new)
        (home / "service.yaml").write_text(text)
        if drawn:
            (home / "process.bpmn").write_text(drawn)
        catalogue.publish(definitions.bundle(folder, "stall-permit"), by="test", note="changed")

    return publish
