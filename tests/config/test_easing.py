"""What Django keeps for asynchronous tasks is kept by thread: each thread has its own, and Django still finds it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.urls import base, get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import translation
from django.utils.translation import trans_real

from panjereh.config import easing


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = trans_real._active, base._prefixes, base._urlconfs  # type: ignore[attr-defined]
    easing.keep_by_thread()
    yield
    trans_real._active, base._prefixes, base._urlconfs = before  # type: ignore[attr-defined]


def test_the_language_of_a_page_is_that_of_its_thread():
    heard: list[str | None] = []
    with translation.override("en"):
        thread = threading.Thread(target=lambda: heard.append(translation.get_language()))
        thread.start()
        thread.join()
        assert translation.get_language() == "en"
    assert heard == ["fa"]  # the installation's own, for nobody has chosen there
    assert translation.get_language() == "fa"


def test_addresses_and_their_first_part_are_found_again():
    set_script_prefix("/below/")
    set_urlconf("panjereh.config.urls")
    assert (get_script_prefix(), get_urlconf()) == ("/below/", "panjereh.config.urls")
    set_urlconf(None)
    set_script_prefix("/")
    assert (get_script_prefix(), get_urlconf()) == ("/", None)


def test_joined_catalogues_say_what_they_said_apart(monkeypatch: pytest.MonkeyPatch):
    words = trans_real.translation("fa")._catalog  # type: ignore[attr-defined]
    before = dict(words.items())  # of several the first says it
    before |= {key: words.get(key) for key in before}
    monkeypatch.setattr(words, "_catalogs", list(words._catalogs))
    monkeypatch.setattr(words, "_plurals", list(words._plurals))
    apart = len(words._catalogs)

    easing.join_catalogues()

    assert len(words._catalogs) < apart / 3
    assert {key: words.get(key) for key in before} == before
    many = [key[0] for key in before if isinstance(key, tuple)]
    assert many
    with translation.override("fa"):
        assert translation.ngettext("One answer needs a correction", "%(num)s answers need a correction", 3)


def test_settings_read_at_once_can_still_be_changed(settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LazySettings, "__getattribute__", LazySettings.__getattribute__)  # as before, afterwards
    easing.read_settings_at_once()

    settings.LANGUAGE_COOKIE_NAME = "another"
    assert django_settings.LANGUAGE_COOKIE_NAME == "another"
    assert django_settings.is_overridden("LANGUAGE_COOKIE_NAME")
    with pytest.raises(AttributeError):
        _ = django_settings.THERE_IS_NO_SUCH_SETTING
