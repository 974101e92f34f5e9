"""The circumstances in which a question is asked: the reader's language and the country's lists and places."""

from collections.abc import Callable, Mapping
from typing import Any

from panjereh.catalogue import queries as catalogue
from panjereh.definitions.types import Asking


def asking_for(
    language: str,
    *,
    store: Callable[[bytes, str, str], str] | None = None,
    file: Callable[[str], Mapping[str, Any] | None] | None = None,
) -> Asking:
    country = catalogue.country()
    known: dict[str, Any] = {"language": language, "lists": country.lists, "places": country.places}
    if store is not None:
        known["store"] = store
    if file is not None:
        known["file"] = file
    return Asking(**known)
