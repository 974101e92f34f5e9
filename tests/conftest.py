"""What all tests share."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples
from tests.pages import Page

from panjereh.vault import keys

# The machine is shared by several workers: how long one example takes says nothing.
examples.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile("long", parent=examples.get_profile("default"), max_examples=1000)
examples.load_profile("default")


@pytest.fixture(autouse=True)
def first_language() -> None:
    """No test begins in the language that another one has left behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_signed() -> None:
    """Each test has a database of its own; so no log was signed before it."""
    (Path(settings.LOG_FOLDER) / "signed").unlink(missing_ok=True)


@pytest.fixture
def page(db: None, client: Client) -> Page:
    """Opens pages and checks on each what every page promises (see tests/pages.py)."""
    return Page(client)


@pytest.fixture(autouse=True)
def no_remembered_keys() -> None:
    """No test knows data keys of rows that another one has rolled back."""
    keys.forget()
