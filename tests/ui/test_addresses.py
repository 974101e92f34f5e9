"""Addresses that are filled in are those that Django finds."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from panjereh.ui.addresses import url

DRAFT = uuid4()


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("portal:home", (), {}),
        ("portal:case", ("1234567890",), {}),
        ("portal:document", (), {"code": "ABC-123"}),
        ("intake:question", (), {"draft_id": DRAFT, "path": "children.0.given_name"}),
        ("intake:question", (), {"path": "role", "draft_id": uuid4()}),
        ("assist:question", (), {"draft_id": DRAFT, "path": "role"}),
        ("desk:act", ("1234567890", "accept"), {}),
        ("desk:file", (), {"number": "1234567890", "upload_id": uuid4()}),
        ("intake:question", (), {"draft_id": DRAFT, "path": "a b/é%?#"}),
        ("intake:question", (), {"draft_id": str(DRAFT), "path": "x"}),
    ],
)
def test_an_address_is_the_one_that_django_finds(
    language: str, name: str, args: tuple[str, ...], kwargs: dict[str, str]
):
    with translation.override(language):
        for _ in range(2):
            assert _answer(url, name, args, kwargs) == _answer(
                lambda name, *args, **kwargs: reverse(name, args=args, kwargs=kwargs), name, args, kwargs
            )


def _answer(find: object, name: str, args: tuple[str, ...], kwargs: dict[str, str]) -> str:
    try:
        return find(name, *args, **kwargs)  # type: ignore[operator]
    except NoReverseMatch:
        return "none"


def test_an_unknown_page_has_no_address():
    with pytest.raises(NoReverseMatch):
        url("portal:nowhere", number="12")
    with pytest.raises(NoReverseMatch):
        url("portal:case", "not a number/")
