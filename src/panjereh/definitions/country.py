"""A country ready to use: agencies, vocabulary, registers, and its services compiled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from panjereh.definitions.bundle import Bundle
from panjereh.definitions.compiled import Service
from panjereh.definitions.compiling import compile_service
from panjereh.definitions.country_files import (
    Agency,
    Concept,
    CountryFile,
    DemonstrationFile,
    DemonstrationOfficial,
    DemonstrationPerson,
    Law,
    LifeEvent,
    Office,
)
from panjereh.definitions.findings import DefinitionErrors, Severity
from panjereh.definitions.holidays import Holidays
from panjereh.definitions.loader import Folder, read_folder
from panjereh.definitions.office_calendars import WHOLE_COUNTRY, calendars_of
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Asking, Choice, PlaceTree
from panjereh.definitions.vocabulary import Registry, compile_registry
from panjereh.localisation.calendars import WorkingCalendar


@dataclass(frozen=True, eq=False, repr=False)
class Country:
    """All that a folder of definitions describes. `lists` are the choices that questions take `from` the country."""

    path: Path
    file: CountryFile
    agencies: Mapping[str, Agency]
    concepts: Mapping[str, Concept]
    laws: Mapping[str, Law]
    life_events: Mapping[str, LifeEvent]
    registries: Mapping[str, Registry]
    places: PlaceTree
    holidays: Holidays
    calendars: Mapping[tuple[str, str], WorkingCalendar]
    demonstration: DemonstrationFile
    folder: Folder

    @property
    def name(self) -> Text:
        return self.file.name

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.file.languages)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.file.zone)

    @cached_property
    def services(self) -> dict[str, Service]:
        """Every service as the folder has it now, compiled."""
        return {name: compile_service(self.bundle(name)) for name in self.folder.services}

    def bundle(self, service: str) -> Bundle:
        return self.folder.bundle(service)

    @property
    def working_calendar(self) -> WorkingCalendar:
        """The calendar of the country as a whole."""
        return self.calendars[WHOLE_COUNTRY]

    def calendar_of(self, agency: str, office: str = "") -> WorkingCalendar:
        """When an agency or one of its offices works; one that the country does not know works as the country does."""
        return self.calendars.get((agency, office)) or self.calendars.get((agency, "")) or self.working_calendar

    def with_offices(self, changes: Mapping[tuple[str, str], Mapping[str, Any]]) -> "Country":
        """The same country with other particulars of some offices: (agency, office) → field → value as in the file.

        Offices that the country does not know (any more) are passed over. Raises ValueError for a value that the file
        could not hold either.
        """
        agencies = {
            name: agency.model_copy(
                update={
                    "offices": {
                        id_: _changed(office, changes.get((name, id_), {})) for id_, office in agency.offices.items()
                    }
                }
            )
            for name, agency in self.agencies.items()
        }
        return replace(self, agencies=agencies, calendars=calendars_of(self.file, self.holidays, agencies))

    @property
    def lists(self) -> dict[str, Sequence[Choice]]:
        """Choices by the name of their list: agencies, offices."""
        return self.folder.lists

    def asking(
        self,
        language: str,
        *,
        store: Callable[[bytes, str, str], str] | None = None,
        file: Callable[[str], Mapping[str, Any] | None] | None = None,
    ) -> Asking:
        """The circumstances in which questions are asked here."""
        further: dict[str, Any] = {"store": store} if store else {}
        further |= {"file": file} if file else {}
        return Asking(language=language, lists=self.lists, places=self.places, **further)


def _changed(office: Office, change: Mapping[str, Any]) -> Office:
    return Office.model_validate({**office.model_dump(), "id": office.id, **change}) if change else office


def load_country(path: Path | str) -> Country:
    """Read and compile a country's folder. Raises DefinitionErrors that lists everything in the way."""
    folder = read_folder(Path(path))
    errors = [finding for finding in folder.findings if finding.severity is Severity.ERROR]
    if errors or folder.country is None:
        raise DefinitionErrors(errors)
    country = country_of(folder, folder.country)
    _ = country.services
    return country


def country_of(folder: Folder, file: CountryFile) -> Country:
    return Country(
        path=folder.path,
        file=file,
        agencies=folder.agencies,
        concepts=folder.concepts,
        laws=folder.laws,
        life_events=folder.life_events,
        registries={name: compile_registry(each, folder.concepts) for name, each in folder.registries.items()},
        places=folder.places,
        holidays=folder.holidays,
        calendars=calendars_of(file, folder.holidays, folder.agencies),
        demonstration=folder.demonstration,
        folder=folder,
    )


def bundle(path: Path | str, service: str) -> Bundle:
    """The sources of one service of a country's folder. Raises DefinitionErrors, or KeyError for an unknown service."""
    return read_folder(Path(path)).bundle(service)


__all__ = [
    "Agency",
    "Country",
    "DemonstrationOfficial",
    "DemonstrationPerson",
    "Office",
    "bundle",
    "country_of",
    "load_country",
]
