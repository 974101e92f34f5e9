"""Which fields of a register a service uses at all: in any rule, text, result or fee."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from panjereh import rules
from panjereh.definitions.service import Definition
from panjereh.definitions.texts import LANGUAGE_CODE
from panjereh.definitions.vocabulary import Registry
from panjereh.rules.errors import RuleProblem

WORD = re.compile(r"[A-Za-z_]\w*")


def fields_used(definition: Definition, registry: Registry) -> frozenset[str]:
    """The fields that some expression of the definition names, and those by which entries are found.

    An expression that can't be read here (it stands in a DMN model) is not looked into: its fields count as unused
    unless something else names them.
    """
    named = {name for text in _expressions(definition.model_dump(mode="json")) for name in _names(text)}
    keys = {name for lookup in registry.lookups.values() for name in lookup.match} | {registry.key}
    return frozenset(named | keys) & frozenset(registry.fields)


def _names(text: str) -> Iterator[str]:
    """Every word of an expression: a field may be of something computed, as `(if … then mother else …).spouse`."""
    try:
        rules.compile(text)
    except RuleProblem:
        return
    yield from WORD.findall(text)


def _expressions(value: Any) -> Iterator[str]:
    """What may be an expression: any text, but of texts for people only what stands in braces."""
    if isinstance(value, str):
        yield value
        yield from _braced(value)
    elif isinstance(value, Mapping) and value and all(LANGUAGE_CODE.fullmatch(str(key)) for key in value):
        for words in value.values():
            yield from _braced(str(words))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key != "reads":  # it names fields without using them
                yield from _expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from _expressions(each)


def _braced(text: str) -> Iterator[str]:
    for piece in text.split("{")[1:]:
        yield piece.partition("}")[0].partition("|")[0].strip()
