"""Starts a new service: a folder that passes `panjereh check` at once, with one page of questions to replace."""

import re
from collections.abc import Mapping
from pathlib import Path

from panjereh.definitions.loader import Folder, read_folder
from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, NotFound

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

SERVICE = """\
service: {service}
agency: {agency}
title: {title}
summary: {summary}
relation: G2C
in_force: {{from: {today}}}
legal_basis: [{{law: {law}}}]
identity: low
applicants:
  - {{role: self, title: {myself}}}
deadlines:
  decide: {{within: P10D, calendar: working-days, extend: once, silence: escalate}}
  correct: {{within: P10D}}
  appeal: {{within: P30D}}
conditions:
  clear: {clear}
ask:
  - page: matter
    title: {matter}
    questions:
      - id: what
        type: long_text
        label: {what}
        hint: {hint}
        proves: clear
process: decide-only
"""

SCENARIOS = """\
scenarios:
  - scenario: approved
    title: {approved}
    on: {today}
    answers: {{what: "…"}}
    then: [{{task: decide, outcome: approve}}]
    expect: {{fee: 0, outcome: approved}}
  - scenario: refused
    title: {refused}
    on: {today}
    answers: {{what: "…"}}
    then: [{{task: decide, outcome: refuse, conditions: [clear], reason: "…"}}]
    expect: {{outcome: refused}}
"""

WORDS: dict[str, dict[str, str]] = {
    "summary": {"fa": "در یک جمله بنویسید چه به دست می‌آید", "en": "Say in one sentence what people get"},
    "myself": {"fa": "خودم", "en": "Myself"},
    "clear": {"fa": "درخواست روشن است", "en": "The request is clear"},
    "matter": {"fa": "موضوع", "en": "The matter"},
    "what": {"fa": "چه می‌خواهید؟", "en": "What do you want?"},
    "hint": {"fa": "به زبان ساده بنویسید", "en": "Use plain words"},
    "approved": {"fa": "درخواست روشن پذیرفته می‌شود", "en": "A clear request is approved"},
    "refused": {"fa": "درخواست نامفهوم رد می‌شود", "en": "An unclear request is refused"},
}


class ServiceExists(Conflict):
    """There is a service of this name already."""

    code = "service_exists"


class NoSuchAgency(NotFound):
    """The country has no agency of this name; `known` lists those that it has."""

    code = "no_such_agency"


class BadName(Invalid):
    """The name must be agency/service: small Latin letters and digits, joined by dashes."""

    code = "bad_name"


def new(services: Path | str, name: str, title: Mapping[str, str] | None = None) -> Path:
    """Write the folder of a new service, `name` being agency/service. Returns the folder."""
    agency, slash, service = name.partition("/")
    if not slash or not SLUG.fullmatch(agency) or not SLUG.fullmatch(service):
        raise BadName("Give the name as agency/service, such as civil-registry/name-change.", name=name)
    folder = read_folder(Path(services))
    if agency not in folder.agencies:
        known = ", ".join(folder.agencies)
        raise NoSuchAgency(f"There is no agency {agency!r}. There are: {known}.", agency=agency, known=known)
    target = folder.path / agency / service
    if service in folder.services or target.exists():
        raise ServiceExists(f"There is a service {service!r} already; choose another name.", service=service)
    _write(target, folder, agency, service, dict(title or {}))
    return target


def _write(target: Path, folder: Folder, agency: str, service: str, title: dict[str, str]) -> None:
    languages = folder.languages
    words = {name: _text(each, languages) for name, each in WORDS.items()}
    named = {language: title.get(language) or service.replace("-", " ") for language in languages}
    values = {
        "agency": agency,
        "service": service,
        "title": _text(named, languages),
        "today": clock.today().isoformat(),
        "law": next(iter(folder.laws), "some-act"),
        **words,
    }
    target.mkdir(parents=True)
    (target / "service.yaml").write_text(SERVICE.format(**values), encoding="utf-8")
    (target / "scenarios.yaml").write_text(SCENARIOS.format(**values), encoding="utf-8")


def _text(words: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """The words as YAML, in every language of the country; languages that we don't speak get the English ones."""
    given = {language: words.get(language) or words.get("en") or next(iter(words.values())) for language in languages}
    return "{" + ", ".join(f"{language}: {_quoted(each)}" for language, each in given.items()) + "}"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
