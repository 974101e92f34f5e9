"""A country with published services, and somebody to use them."""

from datetime import datetime
from functools import cache
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from tests.pages import Page

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.catalogue import operations as catalogue
from panjereh.definitions.types import Form
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"


@cache
def bundles() -> list[definitions.Bundle]:
    country = definitions.load_country(settings.SERVICES)
    return [definitions.bundle(country.path, service) for service in country.services]


@pytest.fixture(autouse=True)
def published(db: None) -> None:
    """The demonstration's services are published, and nobody has asked anything yet."""
    for bundle in bundles():
        catalogue.publish(bundle, by="test", note="for a test")


class Person:
    """Somebody with an account, and the browser in which they are signed in."""

    def __init__(self, email: str) -> None:
        self.account: Account = identity.create_account(email, language="fa")
        self.client = Client()
        self.client.force_login(self.account, backend=BACKEND)
        self.proves_by("email")
        self.page = Page(self.client)

    def proves_by(self, *ways: str, at: datetime | None = None) -> None:
        """The session remembers these proofs, of now or of `at`."""
        session, moment = self.client.session, int((at or clock.now()).timestamp())
        session["ways"], session["began"], session["seen"] = [(way, moment) for way in ways], moment, moment
        session.save()

    @property
    def actor(self) -> Actor:
        return identity_queries.actor_of(self.account, channel=Channel.WEB)

    @property
    def number(self) -> UUID:
        assert self.actor.party is not None
        return self.actor.party

    def begin_complaint(self) -> UUID:
        draft = cases.start_draft("complaint", actor=self.actor)
        for path, boxes in COMPLAINT.items():
            cases.answer(draft.pk, actor=self.actor, path=path, form=Form(boxes), language="fa")
        return draft.pk

    def complain(self) -> str:
        """The number of a case that was sent."""
        return str(cases.submit(self.begin_complaint(), actor=self.actor).number)


COMPLAINT = {
    "kind": {"kind": ["complaint"]},
    "addressee": {"addressee": ["civil-registry"]},
    "since": {"since.day": ["۳"], "since.month": ["آبان"], "since.year": ["۱۴۰۵"]},
    "what": {"what": ["سه بار رفتم و گفتند سامانه قطع است."]},
    "proof": {},
}


@pytest.fixture
def nilufar() -> Person:
    return Person("nilufar@example.org")


@pytest.fixture
def arash() -> Person:
    return Person("arash@example.org")
