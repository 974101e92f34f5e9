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
    return catalogue.country().asking(language, store=store, file=file)
