"""P1: everything that is named exists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from panjereh.definitions import following
from panjereh.definitions.checks.lint import Lint, finding
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder
from panjereh.definitions.reading import similar
from panjereh.definitions.types import TYPES, FromList
from panjereh.definitions.vocabulary import UnknownConcept, UnknownType, bound
from panjereh.definitions.yaml import Path, Source

LISTS = ("agencies", "offices")


def laws_and_agencies(lint: Lint) -> Iterator[Finding]:
    definition, folder = lint.definition, lint.folder
    if definition.agency not in folder.agencies:
        yield unknown(lint, "P105", ("agency",), definition.agency, folder.agencies)
    for number, basis in enumerate(definition.legal_basis):
        if basis.law not in folder.laws:
            yield unknown(lint, "P104", ("legal_basis", number, "law"), basis.law, folder.laws)
    references: list[tuple[Path, str | None]] = [
        *((("purposes", number, "law"), each.law) for number, each in enumerate(definition.purposes)),
        *(
            (("purposes", number, "disclose"), each.disclose.law)
            for number, each in enumerate(definition.purposes)
            if each.disclose
        ),
        *((("conditions", name, "law"), each.law) for name, each in definition.conditions.items()),
    ]
    if definition.retention:
        references.append((("retention", "law"), definition.retention.law))
    for path, law in references:
        if law is not None and law.partition("#")[0] not in folder.laws:
            yield unknown(lint, "P104", path, law.partition("#")[0], folder.laws)
    for number, event in enumerate(definition.life_events):
        if event not in folder.life_events:
            yield unknown(lint, "P108", ("life_events", number), event, folder.life_events)
    for number, offered in enumerate(definition.then.offer):
        if offered not in folder.services:
            yield unknown(lint, "P109", ("then", "offer", number), offered, folder.services)


def registries(lint: Lint) -> Iterator[Finding]:
    """Purposes and records name registries that exist, and their fields."""
    folder = lint.folder
    for number, purpose in enumerate(lint.definition.purposes):
        for place, read in enumerate(purpose.reads):
            name, _, field = read.partition(".")
            path: Path = ("purposes", number, "reads", place)
            if name not in folder.registries:
                yield unknown(lint, "P106", path, name, folder.registries)
            elif field and field not in folder.registries[name].fields:
                yield unknown(lint, "P807", path, field, folder.registries[name].fields)
    for number, produce in enumerate(lint.definition.produces):
        if produce.record and produce.record.registry not in folder.registries:
            yield unknown(
                lint, "P106", ("produces", number, "record", "registry"), produce.record.registry, folder.registries
            )
        if produce.for_each and produce.for_each not in lint.repeated:
            yield unknown(lint, "P114", ("produces", number, "for_each"), produce.for_each, lint.repeated)


def follow_up(lint: Lint) -> Iterator[Finding]:
    """The register that a follow-up names says whose its entries are, and what this kind of follow-up needs."""
    block = lint.definition.follow_up
    if block is None:
        return
    registry = lint.folder.registries.get(block.of)
    if registry is None:
        yield unknown(lint, "P106", ("follow_up", "of"), block.of, lint.folder.registries)
    elif not following.is_possible(block, registry):
        yield lint.found("P837", ("follow_up", "as"), f"{block.of} does not say what a {block.as_} needs.")
    for number, name in enumerate(block.proves):
        if name not in lint.definition.conditions:
            yield unknown(lint, "P103", ("follow_up", "proves", number), name, lint.definition.conditions)


def lookups(lint: Lint) -> Iterator[Finding]:
    for path, _, asked in lint.asked:
        if asked.source is None:
            continue
        registry, _, name = asked.source.lookup.partition(".")
        found = lint.folder.registries.get(registry)
        if found is None:
            yield unknown(lint, "P106", (*path, "source"), registry, lint.folder.registries)
        elif name not in found.lookups:
            yield unknown(lint, "P107", (*path, "source"), name, found.lookups)
        else:
            for field in set(asked.source.given) - set(found.lookups[name].match):
                yield unknown(lint, "P107", (*path, "source", "given", field), field, found.lookups[name].match)


def types(lint: Lint) -> Iterator[Finding]:
    for path, _, asked in lint.asked:
        yield from type_of(lint.folder, lint.source, path, asked.concept, asked.type, asked.options)


def type_of(
    folder: Folder,
    source: Source,
    path: Path,
    concept: str | None,
    type_name: str | None,
    options: Mapping[str, Any],
) -> Iterator[Finding]:
    """The type exists, and its options fit."""
    try:
        kind, _ = bound(concept, type_name, options, folder.concepts)
    except UnknownConcept:
        name = str(concept)
        yield named("P101", source, (*path, "concept"), name, folder.concepts)
    except UnknownType:
        name = str(type_name) if concept is None else folder.concepts[concept].type
        yield named("P102", source, (*path, "type"), name, TYPES)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            key = str(detail["loc"][0]) if detail["loc"] else ""
            wrong = (
                "no option of this type"
                if detail["type"] == "extra_forbidden"
                else detail["msg"].removeprefix("Value error, ")
            )
            yield finding("P103", source, (*path, key), f"{key or 'The options'}: {wrong}.")
    else:
        choices = getattr(kind.options, "choices", None)
        if isinstance(choices, FromList) and choices.from_ not in LISTS:
            yield named("P113", source, (*path, "choices"), choices.from_, LISTS)


def ids(lint: Lint) -> Iterator[Finding]:
    """Ids of questions, pages and lists are unique, and no fact hides behind them."""
    seen: dict[str, int] = {
        "applicant": 0,
        "applicant_kind": 0,
        "role": 0,
        "item": 0,
        "index": 0,
        "value": 0,
        "record": 0,
        "entity": 0,
    }
    seen |= {"submitted_on": 0, "channel": 0, "by_silence": 0}
    for path, _, asked in lint.asked:
        line = lint.source.line((*path, "id"))
        if asked.id in seen:
            other = f"in line {seen[asked.id]}" if seen[asked.id] else "a word of the platform"
            yield lint.found("P110", (*path, "id"), f"{asked.id!r} is also {other}.")
        seen.setdefault(asked.id, line)
    for group in sorted(lint.groups & set(lint.questions)):
        yield lint.found("P110", ("ask",), f"{group!r} is the name of a list and of a question.")
    pages: set[str] = set()
    for number, page in enumerate(lint.definition.ask):
        if page.page in pages:
            yield lint.found("P110", ("ask", number, "page"), f"There is a second page {page.page!r}.")
        if page.together and page.page in lint.questions and page.page not in {each.id for each in page.questions}:
            yield lint.found(
                "P110", ("ask", number, "page"), f"{page.page!r} is the name of a page and of a question elsewhere."
            )
        pages.add(page.page)


def conditions(lint: Lint) -> Iterator[Finding]:
    known = lint.definition.conditions
    for path, _, asked in lint.asked:
        for name in asked.proves:
            if name not in known:
                yield unknown(lint, "P111", (*path, "proves"), name, known)
    for number, applicant in enumerate(lint.definition.applicants):
        for name in applicant.needs:
            if name not in known:
                yield unknown(lint, "P111", ("applicants", number, "needs"), name, known)


def people(lint: Lint) -> Iterator[Finding]:
    known = {"applicant", "new", "nobody", *lint.people}
    for path, _, asked in lint.asked:
        if asked.about is not None and asked.about not in known:
            yield unknown(lint, "P112", (*path, "about"), asked.about, known)
    for kind, notice in lint.definition.notices.items():
        for name in notice.to:
            if name not in known - {"new", "nobody"}:
                yield unknown(lint, "P112", ("notices", kind, "to"), name, known)


def agencies(folder: Folder) -> Iterator[Finding]:
    """Agencies and offices name only what exists."""
    source = folder.sources.get("agencies.yaml")
    if source is None:
        return
    for name, agency in folder.agencies.items():
        if agency.parent and agency.parent not in folder.agencies:
            yield named("P105", source, (name, "parent"), agency.parent, folder.agencies)
        for office_id, office in agency.offices.items():
            if office.place and folder.places.get(office.place) is None:
                places = [place.code for place in folder.places]
                yield named("P115", source, (name, "offices", office_id, "place"), office.place, places)


def concepts(folder: Folder) -> Iterator[Finding]:
    """Every concept has a type that exists, with fitting options."""
    source = folder.sources.get("concepts.yaml")
    for name, concept in folder.concepts.items():
        if source is not None:
            yield from type_of(folder, source, (name,), None, concept.type, concept.options)


def registers(folder: Folder) -> Iterator[Finding]:
    """Registries name only agencies, laws and concepts that exist."""
    for name, registry in folder.registries.items():
        source = folder.sources[f"registries/{name}.yaml"]
        if registry.agency not in folder.agencies:
            yield named("P105", source, ("agency",), registry.agency, folder.agencies)
        for field, block in registry.fields.items():
            yield from type_of(folder, source, ("fields", field), block.concept, block.type, block.options)
        for number, read in enumerate(registry.reads):
            if read.law.partition("#")[0] not in folder.laws:
                yield named("P104", source, ("reads", number, "law"), read.law.partition("#")[0], folder.laws)
            if read.disclose and (hides := read.disclose.law.partition("#")[0]) not in folder.laws:
                yield named("P104", source, ("reads", number, "disclose"), hides, folder.laws)
            for by in read.by:
                if by not in folder.agencies:
                    yield named("P105", source, ("reads", number, "by"), by, folder.agencies)


def access_questions(folder: Folder) -> Iterator[Finding]:
    """The service by which people ask who looked is there, with questions that can hold the line."""
    source, wanted = folder.sources.get("country.yaml"), folder.country.access_questions if folder.country else None
    if source is None or wanted is None:
        return
    path: Path = ("access_questions",)
    own = folder.services.get(wanted.service)
    if own is None or own.definition is None:
        yield named("P109", source, (*path, "service"), wanted.service, folder.services)
        return
    asked = {each.id: each for page in own.definition.ask for each in page.questions}
    for key, kinds in (("line", ("text",)), ("agency", ("one_of",)), ("reading", ("text", "long_text"))):
        question = asked.get(getattr(wanted, key))
        if question is None or question.type not in kinds:
            yield named("P116", source, (*path, key), getattr(wanted, key), asked)


def erasure(folder: Folder) -> Iterator[Finding]:
    """The service by which people ask for erasure is there."""
    source, wanted = folder.sources.get("country.yaml"), folder.country.erasure if folder.country else None
    if source is not None and wanted is not None and wanted not in folder.services:
        yield named("P109", source, ("erasure",), wanted, folder.services)


def unknown(lint: Lint, code: str, path: Path, name: str, known: Iterable[str]) -> Finding:
    return named(code, lint.source, path, name, known)


def named(code: str, source: Source, path: Path, name: str, known: Iterable[str]) -> Finding:
    return finding(code, source, path, f"There is no {name!r}.{similar(name, known)}")


CHECKS = (laws_and_agencies, registries, follow_up, lookups, types, ids, conditions, people)
COUNTRY_CHECKS = (agencies, concepts, registers, access_questions, erasure)
