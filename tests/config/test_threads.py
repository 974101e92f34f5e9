"""What Django keeps for asynchronous tasks is kept by thread: each thread has its own, and Django still finds it."""

import threading
from collections.abc import Iterator

import pytest
from django.urls import base, get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import translation
from django.utils.translation import trans_real

from panjereh.config import threads


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = trans_real._active, base._prefixes, base._urlconfs  # type: ignore[attr-defined]
    threads.keep_by_thread()
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
