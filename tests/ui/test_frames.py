from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from tests.pages import Shown, check, parse, words

FRAMES = ["ui/base.html", "ui/transaction.html", "ui/plain.html"]


def shown(frame: str, language: str, path: str = "/somewhere/?a=1", **context) -> Shown:
    request = RequestFactory().get(path if language == "fa" else f"/en{path}")
    request.user = SimpleNamespace(is_authenticated=False)
    source = (
        f'{{% extends "{frame}" %}}{{% block title %}}A title{{% endblock %}}'
        "{% block content %}<h1>A heading</h1>{% endblock %}"
    )
    with translation.override(language):
        html = engines["jinja2"].from_string(source).render({"service_title": "Register a birth", **context}, request)
    return Shown(response=None, root=parse(html))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_keeps_the_promises_of_every_page(frame, language):
    check(shown(frame, language), "/" if language == "fa" else "/en/")


def test_the_link_to_the_other_language_keeps_the_page():
    assert shown("ui/base.html", "fa").link("English") == "/en/somewhere/?a=1"
    assert shown("ui/base.html", "en").link("فارسی") == "/somewhere/?a=1"


def test_the_title_says_that_there_is_an_error():
    assert shown("ui/base.html", "en", problems=[("a", "Wrong")]).title == "Error: A title – Panjereh"
    assert shown("ui/base.html", "fa", problems=[]).title == "A title – پنجره"


def test_in_a_transaction_the_navigation_gives_way_to_save_and_leave():
    page = shown("ui/transaction.html", "en", leave="/en/my/")

    assert page.all("nav") == []
    assert page.link("Save and leave") == "/en/my/"
    assert "Register a birth" in words(page.one("header"))


def test_save_and_leave_can_be_a_button_of_the_form():
    button = shown("ui/transaction.html", "en", leave_form="question").one("button", name="leave")

    assert button.get("form") == "question"


def test_an_english_page_does_not_fetch_the_persian_font():
    assert shown("ui/base.html", "en").all("link", rel="preload") == []
    assert len(shown("ui/base.html", "fa").all("link", rel="preload")) == 1
