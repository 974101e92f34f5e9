"""Text for people: the same sentence in every language of the country."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

Show = Callable[[str, str], str]
"""How a placeholder becomes words: `show(placeholder, language)`."""


class Text(Mapping[str, str]):
    """An unchanging sentence per language code. `{…}` marks a placeholder: a FEEL expression."""

    __slots__ = ("__dict__", "_words")

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)

    def __getitem__(self, language: str) -> str:
        return self._words[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._words.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._words == other._words

    def __repr__(self) -> str:
        return f"Text({self._words!r})"

    def __str__(self) -> str:
        return self.in_("fa")

    def in_(self, language: str) -> str:
        """The words in `language`, or else in Persian, or else in any language there is."""
        found = self._words.get(language) or self._words.get("fa")
        return found or next((words for words in self._words.values() if words), "")

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        """What stands in braces, in any of the languages, each once."""
        found = (inner.strip() for words in self._words.values() for inner in PLACEHOLDER.findall(words))
        return tuple(dict.fromkeys(found))

    def fill_with(self, show: Show, language: str) -> str:
        """The words in `language`, each placeholder replaced by `show(placeholder, language)`."""
        return PLACEHOLDER.sub(lambda found: show(found[1].strip(), language), self.in_(language))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": "string"}, "text": True}

    @classmethod
    def _validate(cls, value: object) -> "Text":
        if isinstance(value, Text):
            return value
        if not isinstance(value, Mapping) or not value:
            raise ValueError("give the words per language, such as {fa: نام, en: Name}")
        for language, words in value.items():
            if not isinstance(language, str) or not LANGUAGE_CODE.fullmatch(language):
                raise ValueError(f"{language!r} is not the code of a language; write such as fa or en")
            if not isinstance(words, str) or not words.strip():
                raise ValueError(f"the words in {language!r} are missing; put text in quotes if it looks like a number")
        return cls({language: words.strip() for language, words in value.items()})


Localised = Text
"""How a block's field of text is annotated."""
