"""Addresses of pages in the reader's language: found once for each kind of page, then filled in."""

import re
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import translation

WORD = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)
WORDS = re.compile(r"[-a-zA-Z0-9_.]*[-a-zA-Z0-9_]", re.ASCII)
"""Texts that stand in an address as they are: a word fits wherever a text does, words with dots only where they may."""

Part = tuple[int, str]
"""The place of a value, and the text behind it."""


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a page as Django's `reverse` gives it. Finding one anew costs as much as a small page."""
    values = (*args, *kwargs.values())
    kinds = tuple(map(_kind, values))
    if "" not in kinds:
        found = _parts(translation.get_language(), get_urlconf(), name, kinds, tuple(kwargs))
        if found is not None:
            start, parts = found
            return start + "".join([f"{values[place]}{text}" for place, text in parts])
    return reverse(name, args=args, kwargs=kwargs)


def _kind(value: Any) -> str:
    """What a value is put in place of; empty for one that only Django knows how to write."""
    if type(value) is UUID:
        return "number"
    if type(value) is not str:
        return ""
    return "word" if WORD.fullmatch(value) else "words" if WORDS.fullmatch(value) else ""


def _mark(kind: str) -> Any:
    return uuid4() if kind == "number" else f"x{uuid4().hex}{'.y' if kind == 'words' else ''}"


@lru_cache(maxsize=2048)
def _parts(
    _language: str | None, _urlconf: str | None, name: str, kinds: tuple[str, ...], names: tuple[str, ...]
) -> tuple[str, list[Part]] | None:
    """The address cut where the values stand: what comes before the first, and the parts. None: not to be cut so."""
    marks = [_mark(kind) for kind in kinds]
    by_place = len(marks) - len(names)
    try:
        whole = reverse(name, args=marks[:by_place], kwargs=dict(zip(names, marks[by_place:], strict=True)))
    except NoReverseMatch:  # there is none, or it takes other values: Django will say which
        return None
    texts = [str(mark) for mark in marks]
    if any(whole.count(text) != 1 for text in texts):
        return None
    order = sorted(range(len(texts)), key=lambda place: whole.index(texts[place]))
    between = re.split("|".join(map(re.escape, texts)), whole) if texts else [whole]
    return between[0], list(zip(order, between[1:], strict=True))
