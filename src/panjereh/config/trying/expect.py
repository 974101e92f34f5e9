"""Comparing what came of an example with what it says, and showing the difference so that it can be read."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panjereh.config.trying.outcome import Issued, Notice, Outcome, Written
from panjereh.definitions.scenarios import Entry, Expected, Told
from panjereh.definitions.scenarios import Issued as ExpectedDocument
from panjereh.documents import values

ANY = "any"
"""Stands in an example for a value that only must be there."""

SIMPLE = ("problems", "screens", "fee", "owed", "paid", "four_eyes", "duplicate", "route", "outcome")


@dataclass(frozen=True)
class Difference:
    """One thing that came out otherwise. Lines of `expected` are shown with -, those of `happened` with +."""

    what: str
    expected: Sequence[str]
    happened: Sequence[str]

    def lines(self) -> Iterator[str]:
        yield self.what
        for line in difflib.ndiff(list(self.expected), list(self.happened)):
            if not line.startswith("?"):
                yield f"    {line}"


def differences(expected: Expected, outcome: Outcome, language: str) -> list[Difference]:
    """Everything that differs. What the example leaves out is not compared."""
    return [*_simple(expected, outcome), *_lists(expected, outcome, language)]


def _simple(expected: Expected, outcome: Outcome) -> Iterator[Difference]:
    if expected.problems is None and outcome.problems:
        yield Difference("It could not be sent; what is wrong:", [], outcome.problems)
    for name in SIMPLE:
        wanted, got = getattr(expected, name), getattr(outcome, name)
        if wanted is not None and wanted != got:
            yield Difference(name, _shown(wanted), _shown(got))
    for clock, day in expected.deadlines.items():
        if outcome.deadlines.get(clock) != day:
            got = outcome.deadlines.get(clock)
            yield Difference(f"deadlines.{clock}", [day.isoformat()], [got.isoformat() if got else "does not run"])


def _lists(expected: Expected, outcome: Outcome, language: str) -> Iterator[Difference]:
    if expected.notices is not None:
        yield from _notices(expected.notices, outcome.notices)
    if expected.records is not None:
        wanted, got = [each.registry for each in expected.records], [each.registry for each in outcome.records]
        if wanted != got:
            yield Difference("records (their registries)", wanted, got)
        for place, (entry, written) in enumerate(zip(expected.records, outcome.records, strict=False)):
            yield from _record(f"records[{place}]", entry, written)
    if expected.documents is not None:
        if len(expected.documents) != len(outcome.documents):
            wanted = [each.produce or ANY for each in expected.documents]
            yield Difference("documents (what produces them)", wanted, [each.produce for each in outcome.documents])
        for place, (document, issued) in enumerate(zip(expected.documents, outcome.documents, strict=False)):
            yield from _document(f"documents[{place}]", document, issued, language)


def _notices(wanted: Sequence[Told], got: Sequence[Notice]) -> Iterator[Difference]:
    kinds = [each.notice for each in wanted]
    if kinds != [each.kind for each in got]:
        yield Difference("notices", kinds, [each.kind for each in got])
        return
    for told, notice in zip(wanted, got, strict=True):
        if told.contains is not None and _spaced(told.contains) not in _spaced(notice.words):
            yield Difference(f"notices.{told.notice}", [f"… {told.contains} …"], notice.words.splitlines())


def _record(place: str, wanted: Entry, got: Written) -> Iterator[Difference]:
    if wanted.annulled != got.annulled:
        yield Difference(f"{place}.annulled", _shown(wanted.annulled), _shown(got.annulled))
    yield from _data(f"{place}.data", wanted.data, got.data, None)


def _document(place: str, wanted: ExpectedDocument, got: Issued, language: str) -> Iterator[Difference]:
    if wanted.produce is not None and wanted.produce != got.produce:
        yield Difference(f"{place}.produce", [wanted.produce], [got.produce])
    yield from _data(f"{place}.data", wanted.data, got.data, language)


def _data(place: str, wanted: Mapping[str, Any], got: Mapping[str, Any], language: str | None) -> Iterator[Difference]:
    wrong = [name for name, value in wanted.items() if not _same(value, got.get(name), language)]
    if wrong:
        yield Difference(
            place,
            [f"{name}: {_one(wanted[name])}" for name in wrong],
            [f"{name}: {_one(got.get(name))}" for name in wrong],
        )


def _same(wanted: Any, got: Any, language: str | None) -> bool:
    """Equal as a value; on a document (`language`) also as the words that are read there."""
    if wanted == ANY:
        return got is not None
    if wanted == got or (isinstance(got, str) and str(wanted) == got):
        return True
    return language is not None and got is not None and _spaced(values.show(got, language)) == _spaced(str(wanted))


def _spaced(text: str) -> str:
    """With plain spaces: money and dates keep together with ones that don't break."""
    return " ".join(text.split())


def _shown(value: Any) -> list[str]:
    return [_one(each) for each in value] if isinstance(value, list) else [_one(value)]


def _one(value: Any) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
