"""An agency at work: published services, people in the register, officials in their browsers, cases that were sent."""

import json
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from tests.pages import Page

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case
from panjereh.catalogue import operations as catalogue
from panjereh.catalogue import queries as catalogue_queries
from panjereh.config.handlers import HANDLERS
from panjereh.config.trying.fill import form_of
from panjereh.definitions import Screen
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.adapters import demo
from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.outbox import operations as outbox
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
AGENCY = "civil-registry"
KNOWN = 5  # the demonstration's own people stand first in its register


@cache
def bundles() -> list[definitions.Bundle]:
    country = definitions.load_country(settings.SERVICES)
    return [definitions.bundle(country.path, service) for service in country.services]


@cache
def rows() -> list[dict[str, Any]]:
    with (settings.SERVICES / "demonstration" / "population.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(next(lines)) for _ in range(KNOWN)]


@pytest.fixture(autouse=True)
def published(db: None) -> None:
    """Services are in force, the register knows five people, and nobody has asked anything yet."""
    for bundle in bundles():
        catalogue.publish(bundle, by="test", note="for a test")
    population = catalogue_queries.country().registries["population"]
    entries = [
        (
            UUID(row["entity"]),
            {name: value for name, value in row.items() if name not in ("entity", "valid_from")},
            date.fromisoformat(row["valid_from"]),
        )
        for row in rows()
    ]
    registries.load(population, entries, cause=Cause(law=population.law or "", actor=SYSTEM))


class Desk:
    """An official, and the browser in which they work."""

    def __init__(self, name: str, *roles: str, agency: str = AGENCY) -> None:
        held = identity.put_in_office(
            f"{name}@example.org", agency=agency, roles=roles, given_name=name.title(), family_name="Test"
        )
        self.account: Account = held.account
        self.official = held
        self.client = Client()
        self.client.force_login(self.account, backend=BACKEND)
        self.page = Page(self.client)

    @property
    def actor(self) -> Actor:
        return identity_queries.actor_of(self.account, as_official=True, channel=Channel.DESK)

    @property
    def number(self) -> UUID:
        assert self.actor.party is not None
        return self.actor.party

    def takes(self, case: Case) -> UUID:
        """Take the case's open task out of turn; its number."""
        task = case.tasks.get(done_at=None)
        return cases.take(task.pk, actor=self.actor, reason="for a test").pk

    def does(self, case: Case, act: str, *, status: int = 302, **typed: Any) -> Any:
        """Post an act about the task that is open now."""
        task = case.tasks.filter(done_at=None).first()
        data = {"task": str(task.pk) if task else "", **typed}
        response = self.client.post(f"/en/desk/case/{case.number}/do/{act}/", data)
        assert response.status_code == status, (response.status_code, response.headers.get("Location"))
        return response


@pytest.fixture
def amini() -> Desk:
    return Desk("amini", "officer", "registrar")


@pytest.fixture
def bahrami() -> Desk:
    return Desk("bahrami", "officer", "registrar", "supervisor")


@pytest.fixture
def karimi() -> Desk:
    return Desk("karimi", "registry-clerk", "helpdesk", "officer")


@pytest.fixture
def yazdani() -> Desk:
    return Desk("yazdani", "operator")


def person(place: int) -> Actor:
    """One of the demonstration's people, signed in."""
    row = rows()[place]
    account = demo.load_person(
        f"person{place}@example.org",
        entity=UUID(row["entity"]),
        national_id=row["national_id"],
        given_name=row["given_name"],
        family_name=row["family_name"],
    )
    return identity_queries.actor_of(account)


def _next_of(actor: Actor, draft_id: UUID) -> Screen | None:
    view = case_queries.draft(actor, draft_id)
    return view.service.resume(view.answers, view.draft.facts)


def send(actor: Actor, service: str, answers: dict[str, Any]) -> Case:
    draft = cases.start_draft(service, actor=actor)
    while screen := _next_of(actor, draft.pk):
        form = form_of(screen, answers, asking_for("fa"), {})
        answered = cases.answer(draft.pk, actor=actor, path=screen.path, form=form, language="fa")
        assert answered.ok, answered.parsed.problems
    return cases.submit(draft.pk, actor=actor)


@pytest.fixture
def complaint() -> Case:
    """A request to the Civil Registry: decided in one step, free of charge."""
    return send(person(3), "complaint", {"kind": "request", "addressee": AGENCY, "what": "نسخهٔ دوم می‌خواهم."})


def named(place: int) -> dict[str, str]:
    """How one names somebody for the register to find."""
    return {"national_id": rows()[place]["national_id"], "birth_date": rows()[place]["birth_date"]}


def birth(days_ago: int = 3, name: str = "سارا") -> dict[str, Any]:
    """Answers of a mother who gave birth in a hospital whose notice is not in the register yet."""
    return {
        "role": "mother",
        "setting": "hospital",
        "birth_date": (clock.today() - timedelta(days=days_ago)).isoformat(),
        "birth_place": "070101",
        "children": [{"given_name": name, "sex": "female"}],
        "father_known": True,
        "father": named(1),
        "foreign_parent": False,
        "notice": "BN-4711001",
    }


@pytest.fixture
def birth_case() -> Case:
    """A birth, three days ago: checked, decided, free of charge."""
    return send(person(0), "birth-registration", birth())


@pytest.fixture
def home_birth() -> Case:
    """A birth at home, proved by two witnesses, who are heard while the papers are checked."""
    answers = {**birth(), "setting": "home", "witnesses": [named(2), named(3)]}
    return send(person(0), "birth-registration", {key: value for key, value in answers.items() if key != "notice"})


@pytest.fixture
def late_birth() -> Case:
    """A birth more than a year ago: a fee, and four eyes."""
    return send(person(0), "birth-registration", birth(days_ago=400))


def effects() -> None:
    """What the worker would do."""
    outbox.run_until_idle(HANDLERS)
