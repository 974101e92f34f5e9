"""What all tests share."""

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings
from tests.pages import Page

# The machine is shared by several workers: how long one example takes says nothing.
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def first_language() -> None:
    """No test begins in the language that another one has left behind."""
    translation.deactivate()


@pytest.fixture
def page(db: None, client: Client) -> Page:
    """Opens pages and checks on each what every page promises (see tests/pages.py)."""
    return Page(client)
