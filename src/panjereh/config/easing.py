"""What Django looks up over and over lies where it is found at once, in the processes that serve and work.

The language of a page and the first part of its address are asked for hundreds of times in a registration, settings
some two thousand times. Django goes through the contexts of asynchronous tasks (nothing here runs in an event loop),
through a wrapper, and for each sentence through twenty catalogues. Together that was a tenth of all calls.
"""

import threading
from typing import Any

from django.conf import LazySettings, settings
from django.urls import base
from django.utils.translation import trans_real


def keep_by_thread() -> None:
    """What is kept for asynchronous tasks: before anybody has chosen a language or an address."""
    trans_real._active = threading.local()  # type: ignore[attr-defined]
    base._prefixes = threading.local()  # type: ignore[attr-defined]
    base._urlconfs = threading.local()  # type: ignore[attr-defined]


def read_settings_at_once() -> None:
    """Django asks of each setting, each time, whether it is a method that its wrapper hides. None of them is."""
    LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]


def join_catalogues() -> None:
    """Neighbours that count alike become one; the first that has a sentence still says it."""
    for code, _name in settings.LANGUAGES:
        words = trans_real.translation(code)._catalog  # type: ignore[attr-defined]
        catalogues: list[dict[Any, str]] = []
        plurals: list[Any] = []
        for catalogue, plural in zip(words._catalogs, words._plurals, strict=True):
            if plurals and plurals[-1].__code__ == plural.__code__:
                catalogues[-1] = {**catalogue, **catalogues[-1]}
            else:
                catalogues.append(catalogue)
                plurals.append(plural)
        words._catalogs, words._plurals = catalogues, plurals


def ease() -> None:
    """Call when Django is set up and before anything is asked of it."""
    keep_by_thread()
    read_settings_at_once()
    join_catalogues()
