"""Whether a new version of a service only says the same in better words: then cases under way may have it, too."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from panjereh.definitions import yaml
from panjereh.definitions.bundle import Bundle
from panjereh.definitions.differing import Difference, between
from panjereh.definitions.texts import Text

EXAMPLES = "scenarios.yaml"


def beyond_words(old: Bundle, new: Bundle, languages: tuple[str, ...]) -> list[Difference]:
    """What differs besides texts; empty for a text patch.

    A text is what stands under the code of a language. The same values must be filled into it, for who reads it relies
    on them; a language more or less is no matter of words. Worked examples may follow the words. Other files (the
    certificate, a drawn process) must be the same.
    """
    return list(_beyond_words(old, new, frozenset(languages)))


def _beyond_words(old: Bundle, new: Bundle, languages: frozenset[str]) -> Iterator[Difference]:
    for name in sorted({*old.files, *new.files} - {EXAMPLES}):
        before, after = old.files.get(name), new.files.get(name)
        if before is None or after is None or (before != after and not name.endswith(".yaml")):
            yield Difference(f"{name}: the file is another one", None, None)
        elif before != after:
            first, second = (_without_words(yaml.read(content, name).data, languages) for content in (before, after))
            yield from between(first, second, "" if name == "service.yaml" else name.removesuffix(".yaml"))
    first, second = (_without_words(json.loads(bundle.shared), languages) for bundle in (old, new))
    yield from between(first, second, "shared")


def _without_words(value: Any, languages: frozenset[str]) -> Any:
    """The same with each text replaced by what is filled into it."""
    if isinstance(value, Mapping):
        return {
            key: {"a text with": sorted(Text({key: each}).placeholders)}
            if key in languages and isinstance(each, str)
            else _without_words(each, languages)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_without_words(each, languages) for each in value]
    return value
