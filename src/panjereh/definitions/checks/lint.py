"""What the rules work with: the folder as read, one service of it, and where to report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from panjereh.definitions.checks.rules import RULES
from panjereh.definitions.compiled import Service
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder, ServiceFolder
from panjereh.definitions.question import Asked, Page
from panjereh.definitions.reading import placed
from panjereh.definitions.scenarios import ScenarioFile
from panjereh.definitions.service import Definition
from panjereh.definitions.yaml import Path, Source

FACTS = ("applicant", "applicant_kind", "role", "submitted_on", "channel", "by_silence", "asked")
"""What every expression knows without asking."""


@dataclass(frozen=True)
class Lint:
    """One service under examination. `service` is None when it can't be compiled; rules that need it are left out."""

    folder: Folder
    own: ServiceFolder
    source: Source
    definition: Definition
    service: Service | None
    scenarios: ScenarioFile | None
    scenario_source: Source | None

    def found(self, code: str, path: Path, message: str, advice: str = "", *, source: Source | None = None) -> Finding:
        """A finding at a place of service.yaml, or of another file."""
        where = source or self.source
        return finding(code, where, path, message, advice)

    @cached_property
    def asked(self) -> list[tuple[Path, Page, Asked]]:
        """Every question with its place in the file."""
        return [
            (("ask", number, "questions", place), page, asked)
            for number, page in enumerate(self.definition.ask)
            for place, asked in enumerate(page.questions)
        ]

    @cached_property
    def questions(self) -> dict[str, Asked]:
        return {asked.id: asked for _, _, asked in self.asked}

    @cached_property
    def groups(self) -> set[str]:
        return {page.repeat.as_ for page in self.definition.ask if page.repeat}

    @cached_property
    def repeated(self) -> set[str]:
        """All that a result can be made for each of."""
        return self.groups | {asked.id for _, _, asked in self.asked if asked.repeat}

    @cached_property
    def type_of(self) -> Mapping[str, str]:
        """The type of each question, empty where it is unknown."""
        concepts = self.folder.concepts
        return {
            name: asked.type or (concepts[asked.concept].type if asked.concept in concepts else "")
            for name, asked in self.questions.items()
        }

    @cached_property
    def people(self) -> set[str]:
        """Questions that are answered by a person or an organisation."""
        return {name for name, kind in self.type_of.items() if kind in ("person", "organisation")}


def finding(code: str, source: Source, path: Path, message: str, advice: str = "") -> Finding:
    rule = RULES[code]
    return Finding(source.file, source.line(path), code, rule.severity, message, advice or rule.advice, placed(path))


def texts_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every text per language in plain data: a mapping whose keys are all codes of languages."""
    if isinstance(value, dict):
        words = {
            key: each
            for key, each in value.items()
            if len(str(key)) == 2 and str(key).isalpha() and isinstance(each, str)
        }
        if (words and "fa" in words) or "en" in words:
            yield path, words
        for key, each in value.items():
            yield from texts_in(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from texts_in(each, (*path, place))
