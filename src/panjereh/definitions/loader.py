"""Reads a folder that describes a country: its shared files, its registers, its services."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from panjereh.definitions import following, reading, yaml
from panjereh.definitions.bundle import Bundle, canonical
from panjereh.definitions.country_files import (
    Agency,
    CalendarFile,
    Concept,
    CountryFile,
    DemonstrationFile,
    Law,
    LifeEvent,
    PlaceBlock,
    PlacesFile,
)
from panjereh.definitions.findings import DefinitionErrors, Finding, Severity
from panjereh.definitions.holidays import Holidays, holidays_of
from panjereh.definitions.registry import RegistryFile
from panjereh.definitions.scenarios import ScenarioFile
from panjereh.definitions.service import Definition
from panjereh.definitions.types import Choice, Place, PlaceTree
from panjereh.definitions.yaml import Source

Model = TypeVar("Model", bound=BaseModel)

LEFT_OUT = ("scenarios.yaml", "README.md")
"""Files of a service that make no difference to what it does, so that changing them makes no new version."""
MAX_FILE = 5_000_000


@dataclass
class ServiceFolder:
    """The files of one service. `definition` is None when service.yaml has mistakes."""

    id: str
    path: Path
    relative: str
    files: dict[str, bytes]
    source: Source | None = None
    definition: Definition | None = None


@dataclass
class Folder:
    """A country's folder as read. Parts with mistakes are missing, and `findings` says why."""

    path: Path
    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    country: CountryFile | None = None
    agencies: dict[str, Agency] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    life_events: dict[str, LifeEvent] = field(default_factory=dict)
    registries: dict[str, RegistryFile] = field(default_factory=dict)
    places: PlaceTree = field(default_factory=PlaceTree)
    holidays: Holidays = field(default_factory=Holidays)
    demonstration: DemonstrationFile = field(default_factory=DemonstrationFile)
    services: dict[str, ServiceFolder] = field(default_factory=dict)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.country.languages) if self.country else ("fa", "en")

    @cached_property
    def lists(self) -> dict[str, Sequence[Choice]]:
        """Choices that questions take from the country, by the name of their list."""
        offices = [each for agency in self.agencies.values() for each in agency.offices.items()]
        return {
            "agencies": tuple(
                Choice(id=name, text=each.title, short=each.short) for name, each in self.agencies.items()
            ),
            "offices": tuple(Choice(id=name, text=office.title) for name, office in offices),
        }

    @cached_property
    def residents(self) -> dict[str, dict[str, Any]]:
        """The demonstration's entries of the population registry, by national number."""
        return self.entries("population", "national_id")

    def entries(self, registry: str, key: str | None = None) -> dict[str, dict[str, Any]]:
        """The demonstration's entries of a registry, by their key. Unreadable lines are left out."""
        if registry not in self._entries:
            file = self.registries.get(registry)
            known_by = key or (file.key if file else "")
            rows = [_entry(line) for line in self._lines(registry)]
            self._entries[registry] = {str(row[known_by]): row for row in rows if row.get(known_by)}
        return self._entries[registry]

    @cached_property
    def _entries(self) -> dict[str, dict[str, dict[str, Any]]]:
        return {}

    def _lines(self, registry: str) -> list[str]:
        name = self.demonstration.records.get(registry)
        path = self.path / name if name else None
        return path.read_text(encoding="utf-8").splitlines() if path is not None and path.is_file() else []

    def bundle(self, service: str) -> Bundle:
        """The sources of one service, with the concepts and registries that it uses."""
        folder = self.services[service]
        if folder.definition is None:
            raise DefinitionErrors(each for each in self.findings if each.file.startswith(folder.relative))
        registries = used_registries(folder.definition) & set(self.registries)
        concepts = used_concepts(folder.definition)
        for name in registries:
            concepts |= {each.concept for each in self.registries[name].fields.values() if each.concept}
        known = self.sources["concepts.yaml"].data if self.concepts else {}
        shared = {
            "languages": list(self.languages),
            "concepts": {name: known[name] for name in sorted(concepts) if name in self.concepts},
            "registries": {name: self.sources[f"registries/{name}.yaml"].data for name in sorted(registries)},
        }
        files = {name: content for name, content in sorted(folder.files.items()) if name not in LEFT_OUT}
        return Bundle(service, files, canonical(shared))

    def scenarios(self, service: str) -> ScenarioFile | None:
        """The worked examples of a service; None if it has no file. Raises DefinitionErrors."""
        folder = self.services[service]
        content = folder.files.get("scenarios.yaml")
        if content is None:
            return None
        findings: list[Finding] = []
        source = yaml.read(content, f"{folder.relative}/scenarios.yaml")
        found = reading.model_of(source, ScenarioFile, findings)
        if found is None:
            raise DefinitionErrors(findings)
        return found


def used_concepts(definition: Definition) -> set[str]:
    asked = [*(each for page in definition.ask for each in page.questions)]
    asked += [each for consult in definition.consults.values() for each in consult.answer]
    return {each.concept for each in asked if each.concept}


def used_registries(definition: Definition) -> set[str]:
    """Registries that the service looks up, asks or writes."""
    asked = {each.source.lookup.partition(".")[0] for page in definition.ask for each in page.questions if each.source}
    asked |= {each.question.partition(".")[0] for each in definition.asks.values()}
    followed = {definition.follow_up.of} if definition.follow_up else set()
    return asked | followed | {each.record.registry for each in definition.produces if each.record}


def read_folder(path: Path) -> Folder:
    """Read all that can be read. Mistakes are collected, not raised."""
    return _FolderReader(Path(path)).read()


class _FolderReader:
    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        self.findings = self.folder.findings

    def read(self) -> Folder:
        folder = self.folder
        folder.country = self.model("country.yaml", CountryFile, needed=True)
        folder.agencies = self.named("agencies.yaml", Agency, needed=True)
        folder.concepts = self.named("concepts.yaml", Concept)
        folder.laws = self.named("laws.yaml", Law)
        folder.life_events = self.named("life_events.yaml", LifeEvent)
        folder.demonstration = self.model("demonstration.yaml", DemonstrationFile) or DemonstrationFile()
        folder.places = self.places()
        folder.holidays = self.holidays()
        for file in sorted((folder.path / "registries").glob("*.yaml")):
            self.registry(f"registries/{file.name}")
        for file in sorted(folder.path.glob("*/*/service.yaml")):
            self.service(file.parent)
        return folder

    def source(self, file: str, *, needed: bool = False) -> Source | None:
        path = self.folder.path / file
        if not path.is_file():
            if needed:
                self.add(file, 1, "P005", f"{file} is missing.", "Every country has one; copy it from an example.")
            return None
        try:
            source = yaml.read(path.read_bytes(), file)
        except DefinitionErrors as error:
            self.findings += error.findings
            return None
        self.folder.sources[file] = source
        return source

    def add(self, file: str, line: int, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(file, line, code, Severity.ERROR, message, advice))

    def model(self, file: str, model: type[Model], *, needed: bool = False) -> Model | None:
        source = self.source(file, needed=needed)
        return reading.model_of(source, model, self.findings) if source else None

    def named(self, file: str, model: type[Model], *, needed: bool = False) -> dict[str, Model]:
        """A file that is a mapping of names to blocks."""
        source = self.source(file, needed=needed)
        if source is None or source.data is None:
            return {}
        if not isinstance(source.data, dict):
            self.add(
                file, 1, "P004", f"{file} must be names with blocks below them.", "Write such as  name: {title: …}."
            )
            return {}
        found = {name: reading.model_of(source, model, self.findings, (name,)) for name in source.data}
        return {name: _called(each, name) for name, each in found.items() if each is not None}

    def places(self) -> PlaceTree:
        file = self.model("places.yaml", PlacesFile)
        return PlaceTree(_places(file.places, file.levels, None) if file else ())

    def holidays(self) -> Holidays:
        holidays, wrong = holidays_of(self.model("calendar.yaml", CalendarFile) or CalendarFile())
        for year, day in wrong:
            self.add(
                "calendar.yaml",
                self.folder.sources["calendar.yaml"].line(("holidays", year, day)),
                "P004",
                f"{year}-{day} is not a day of the Jalali calendar.",
                'Write "MM-DD" below the year.',
            )
        return holidays

    def registry(self, file: str) -> None:
        found = self.model(file, RegistryFile)
        if found is None:
            return
        if f"registries/{found.registry}.yaml" != file:
            line = self.folder.sources[file].line(("registry",))
            self.add(
                file,
                line,
                "P006",
                f"The file is not named after its registry {found.registry!r}.",
                "Give both the same name.",
            )
        self.folder.registries[found.registry] = found

    def service(self, path: Path) -> None:
        relative = path.relative_to(self.folder.path).as_posix()
        files = {
            file.name: file.read_bytes()
            for file in sorted(path.iterdir())
            if file.is_file() and not file.name.startswith(".") and file.stat().st_size <= MAX_FILE
        }
        source = self.source(f"{relative}/service.yaml")
        definition = reading.model_of(source, Definition, self.findings) if source else None
        if definition is not None:
            definition = following.filled_in(definition, self.folder.registries)
        folder = ServiceFolder(path.name, path, relative, files, source, definition)
        if definition and source and (definition.agency, definition.service) != (path.parent.name, path.name):
            line = source.line(("service",))
            self.add(
                source.file,
                line,
                "P006",
                f"The folder is {relative}, but the service calls itself {definition.agency}/{definition.service}.",
                "Name the folders after agency and service.",
            )
        if path.name in self.folder.services:
            self.add(
                f"{relative}/service.yaml",
                1,
                "P006",
                f"There is a second service {path.name!r}.",
                "Every service has an id of its own.",
            )
        self.folder.services[path.name] = folder


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _called(block: Model, name: str) -> Model:
    return block.model_copy(update={"id": name}) if "id" in type(block).model_fields else block


def _places(blocks: Mapping[str, PlaceBlock], levels: list[str], parent: str | None) -> list[Place]:
    found: list[Place] = []
    for code, block in blocks.items():
        found.append(Place(code=code, level=levels[0] if levels else "place", name=block.name, parent=parent))
        found += _places(block.within, levels[1:], code)
    return found
