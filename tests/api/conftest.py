"""A program and its token."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from tests.project import town

from panjereh.identity import operations as identity
from panjereh.identity.models import Client
from panjereh.identity.software import Scope
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.ids import new_id


def ask(browser: Browser, said: dict[str, str], **headers: str) -> Any:
    """The request for a token, as OAuth wants it."""
    form = "application/x-www-form-urlencoded"
    return browser.post("/api/v1/token", urlencode(said), content_type=form, headers=headers)


@dataclass
class Caller:
    """A program that calls us, as a test sees it."""

    client: Client
    secret: str
    token: str = ""
    browser: Browser = field(default_factory=lambda: Browser(raise_request_exception=False))

    def sign_in(self, scope: str = "") -> "Caller":
        said = {"grant_type": "client_credentials", "scope": scope}
        said |= {"client_id": str(self.client.pk), "client_secret": self.secret}
        answer = ask(self.browser, said)
        assert answer.status_code == 200, answer.content
        self.token = answer.json()["access_token"]
        return self

    def get(self, path: str, *, language: str = "en", **query: Any) -> Any:
        return self.browser.get(f"/api/v1{path}", query, headers=self._headers(language))

    def post(self, path: str, body: Any, *, key: str | None = None, language: str = "en") -> Any:
        headers = {**self._headers(language), "Idempotency-Key": key if key is not None else str(new_id())}
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.browser.post(f"/api/v1{path}", content, content_type="application/json", headers=headers)

    def _headers(self, language: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": language}


def program(agency: str = town.AGENCY, *scopes: str) -> Caller:
    client, secret = identity.register_client(agency, "Billing", scopes=scopes or Scope.values, actor=SYSTEM)
    return Caller(client, secret).sign_in()


@pytest.fixture
def caller(db: None) -> Caller:
    return program()
