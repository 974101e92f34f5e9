"""Writes the reference of the service language from the models, and that of the linter from its rules.

`python -m panjereh.definitions.reference docs/reference` writes both pages; a test says when they are out of date.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from panjereh.definitions import country_files as country
from panjereh.definitions import (
    disclosing,
    effects,
    following,
    outside,
    question,
    registry,
    scenarios,
    service,
    signatories,
    steps,
)
from panjereh.definitions.checks.rules import RULES
from panjereh.definitions.problems import CODES
from panjereh.definitions.types import TYPES, Choice

NOTE = "<!-- made by `python -m panjereh.definitions.reference docs/reference`; change the models instead -->"

CHAPTERS: dict[str, tuple[str, list[type[BaseModel]]]] = {
    "service.yaml": (
        "What a service is and what it asks. Text is given per language: `{fa: نام, en: Name}`. "
        "FEEL is the expression language of DMN; it sees the answers by their ids, the names of `let`, and the facts "
        "`applicant`, `role`, `submitted_on`, `channel`, `asked` (what registers answered, see `asks`) and "
        "`by_silence` (true when the law decided because the agency did not).",
        [
            service.Definition,
            service.InForce,
            service.LegalBasis,
            service.Applicant,
            service.Purpose,
            disclosing.Disclose,
            service.Ask,
            outside.Consult,
            outside.Signal,
            service.Deadlines,
            service.Deadline,
            service.Condition,
            question.Page,
            question.PageRepeat,
            question.Asked,
            question.Check,
            question.Repeat,
            question.Source,
            steps.Written,
            steps.Step,
            steps.Choice,
            signatories.Signatory,
            service.Duplicates,
            effects.Produce,
            effects.Record,
            effects.Document,
            effects.Notice,
            service.Retention,
            service.Drafts,
            service.Then,
            following.FollowUp,
        ],
    ),
    "scenarios.yaml": (
        "Worked examples: the tests of a service, its demonstration and its load profile.",
        [
            scenarios.ScenarioFile,
            scenarios.Scenario,
            scenarios.Happening,
            scenarios.Expected,
            scenarios.Entry,
            scenarios.Issued,
            scenarios.Told,
        ],
    ),
    "registries/*.yaml": (
        "Authoritative registers: versioned entries about one kind of entity.",
        [
            registry.RegistryFile,
            registry.FieldBlock,
            registry.NewKey,
            registry.Lookup,
            registry.Read,
            registry.Holding,
            registry.RegisterQuestion,
            registry.Answering,
        ],
    ),
    "The country’s files": (
        "What all services share. agencies.yaml, concepts.yaml, laws.yaml and life_events.yaml are names with blocks "
        "below them.",
        [
            country.CountryFile,
            country.AccessQuestions,
            country.Relations,
            country.PeopleRelations,
            country.CompanyRelations,
            country.Conflicts,
            country.Agency,
            country.Biller,
            country.Office,
            country.BankAccount,
            country.StatementTable,
            country.Settlement,
            country.Concept,
            country.Law,
            country.LifeEvent,
            country.PlacesFile,
            country.PlaceBlock,
            country.CalendarFile,
            country.Yearly,
            country.DemonstrationFile,
            country.DemonstrationPerson,
            country.DemonstrationOfficial,
        ],
    ),
}


TAKEN_FROM_ELSEWHERE = ("options", "id")
"""Keys that nobody writes: options stand beside the other keys, and ids before the block."""


def service_language() -> str:
    """The page about the language."""
    lines = ["# The service language", "", NOTE, ""]
    for title, (introduction, models) in CHAPTERS.items():
        lines += [f"## {title}", "", introduction, ""]
        for model in models:
            lines += _block(model)
    return "\n".join([*lines, *_types()]).rstrip() + "\n"


def checks() -> str:
    """The page about the linter's rules."""
    lines = ["# What `panjereh check` finds", "", NOTE, ""]
    lines += ["An error keeps a service from being published, a warning does not. Codes never change.", ""]
    for rule in RULES.values():
        lines += [
            f"### {rule.code}: {rule.title}",
            "",
            f"{str(rule.severity).capitalize()}. {rule.why} {rule.advice}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _block(model: type[BaseModel]) -> list[str]:
    schema = model.model_json_schema(by_alias=True)
    schema = schema["$defs"][model.__name__] if "$ref" in schema else schema  # a block that may hold itself
    return [f"### {model.__name__}", "", _first(model), "", *_table(schema), ""]


def _table(schema: Mapping[str, Any]) -> Iterator[str]:
    required = set(schema.get("required", ()))
    yield "| key | value | meaning |"
    yield "| --- | --- | --- |"
    for name, part in schema.get("properties", {}).items():
        if name in TAKEN_FROM_ELSEWHERE and name not in required:
            continue
        must = "" if name in required else _otherwise(part.get("default"))
        yield f"| `{name}` | {_value(part)} | {part.get('description', '')}{must} |"


def _otherwise(default: Any) -> str:
    if default in (None, [], {}, False, "") or isinstance(default, dict):
        return " (optional)"
    shown = ", ".join(map(str, default)) if isinstance(default, list) else "true" if default is True else str(default)
    return f" (otherwise {shown})"


def _value(part: Mapping[str, Any]) -> str:
    """What a value looks like, in a few words."""
    if part.get("feel"):
        return "FEEL"
    if "$ref" in part:
        return _named(str(part["$ref"]).rpartition("/")[2])
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_value(each) for each in part["anyOf"] if each.get("type") != "null"))
    if "const" in part or "enum" in part:
        return ", ".join(f"`{each}`" for each in part.get("enum", [part.get("const")]))
    if "allOf" in part:
        return _value(part["allOf"][0])
    return _plain(part)


def _named(name: str) -> str:
    words = {"Level": "none, low, substantial, high", "FromList": "`{from: list of the country}`"}
    return words.get(name) or f"[{name}](#{name.lower()})"


def _plain(part: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if kind == "array":
        return f"list: {_value(part.get('items', {}))}"
    if kind == "object":
        if part.get("text"):
            return "text per language"
        inner = part.get("additionalProperties") or next(iter(part.get("patternProperties", {}).values()), None)
        return f"name → {_value(inner)}" if isinstance(inner, dict) else "block"
    if kind == "string" and "examples" in part:
        return "length of time (`P15D`)"
    if kind == "string":
        return "date" if part.get("format") == "date" else "word"
    return {"integer": "whole number", "boolean": "true or false", "number": "number"}.get(str(kind), "value")


def _types() -> Iterator[str]:
    yield from ["## Question types", "", "Options stand beside the other keys of a question.", ""]
    for name, kind in TYPES.items():
        schema = kind.Options.model_json_schema(by_alias=True)
        ways = ", ".join(str(channel) for channel in getattr(kind, "ways", {}))
        yield from [f"### `{name}`", "", _first(kind) + (f" Channels: {ways}." if ways else ""), ""]
        if schema.get("properties"):
            yield from [*_table(schema), ""]
    yield from _block(Choice)
    yield from ["## Problems of answers", "", "| code | meaning |", "| --- | --- |"]
    yield from (f"| `{code}` | {meaning.doc} |" for code, meaning in CODES.items())


def _first(thing: type) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


PAGES = {"service-language.md": service_language, "checks.md": checks}


def main(arguments: Iterable[str]) -> None:
    """Write the pages into the folder that is given."""
    folder = Path(next(iter(arguments), "docs/reference"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
