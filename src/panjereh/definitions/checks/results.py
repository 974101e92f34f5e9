"""P7 and P8: fee tables, processes, records and documents fit together."""

import re
from collections.abc import Collection, Generator, Iterator

from panjereh import process, rules
from panjereh.definitions.checks import running
from panjereh.definitions.checks.expressions import PROCESS_NAMES
from panjereh.definitions.checks.lint import FACTS, Lint
from panjereh.definitions.checks.written import is_sound
from panjereh.definitions.deciding import decided_by, decisions
from panjereh.definitions.effects import Document, Record
from panjereh.definitions.findings import DefinitionErrors, Finding
from panjereh.definitions.reading import similar
from panjereh.definitions.steps import Written
from panjereh.definitions.steps_drawn import bpmn_of
from panjereh.definitions.yaml import Path, Source
from panjereh.process import ModelErrors, Process
from panjereh.rules.errors import RuleProblem

DECISION = re.compile(r"[a-z_]+\.(yaml|dmn)#[^#\s][^#]*")
TABLE_CODES = {"gap": "P702", "overlap": "P703", "unreachable": "P704"}
FIELD = re.compile(r"""doc\.data\.([a-z][a-z0-9_]*)|(?:field|at|show-field)\(\s*"([a-z][a-z0-9_]*)"\s*\)""")
ROWS = re.compile(r"""rows\(\s*\(([^()]*)\)""")
NAME = re.compile(r'"([a-z][a-z0-9_]*)"')


def fee(lint: Lint) -> Iterator[Finding]:
    if lint.definition.fee is None:
        return
    found = yield from decided(lint, lint.definition.fee, ("fee",))
    if found is None:
        return
    table, source = found
    if "amount" not in table.outputs and not _is_number(table):
        yield lint.found("P705", (table.name, "outputs"), f"The table {table.name!r} gives no `amount`.", source=source)


def decided(
    lint: Lint, reference: str, path: Path, at: Source | None = None, known: Collection[str] = ()
) -> Generator[Finding, None, tuple[rules.Decides, Source] | None]:
    """A decision that the service refers to exists, and it and those that it stands on are whole. Gives it.

    known: names that it may read besides the answers
    """
    file, _, name = reference.partition("#")
    shown = f"{lint.own.relative}/{file}"
    if file not in lint.own.files:
        yield lint.found("P701", path, f"There is no file {file!r} in the folder.", source=at)
        return None
    try:
        tables, source = decisions(lint.own.files, file, shown)
    except DefinitionErrors as error:
        yield from error.findings
        return None
    except RuleProblem as problem:
        yield lint.found("P701", (), str(problem), source=Source(shown, {}, {}))
        return None
    if name not in tables:
        yield lint.found("P701", path, f"{file} has no table {name!r}.{similar(name, tables)}", source=at)
        return None
    yield from _coverage(lint, tables[name], name, source, known)
    return tables[name], source


def _is_number(table: rules.Decides) -> bool:
    """Whether it is a decision of a model whose one value is the amount."""
    return isinstance(table, rules.ModelDecision) and len(table.outputs) == 1


def _coverage(
    lint: Lint, table: rules.Decides, name: str, source: Source, further: Collection[str]
) -> Iterator[Finding]:
    places = {row.id: place for place, row in enumerate(table.rows)}
    known = {*lint.questions, *lint.groups, *lint.definition.let, *FACTS, *further}
    for missing in sorted(table.names - known):
        yield lint.found("P602", (name, "inputs"), f"There is no {missing!r}.{similar(missing, known)}", source=source)
    for found in table.check():
        if found.code in TABLE_CODES:
            path: Path = (name, "rows", places[found.rows[0]]) if found.rows else (name,)
            example = ", ".join(f"{column} = {value}" for column, value in found.example)
            message = f"{found.advice}{f' Example: {example}.' if example else ''}"
            yield lint.found(TABLE_CODES[found.code], path, message, source=source)
    for place, row in enumerate(table.rows):
        if not row.law:
            yield lint.found("P504", (name, "rows", place), f"Row {row.id} of {name!r} names no law.", source=source)
        elif row.law.partition("#")[0] not in lint.folder.laws:
            yield lint.found("P104", (name, "rows", place, "law"), f"There is no {row.law!r}.", source=source)


def flow(lint: Lint) -> Iterator[Finding]:
    """The process is valid, and its clocks are given."""
    name = lint.definition.process
    if isinstance(name, Written):
        if is_sound(lint):
            yield from _loaded(lint, bpmn_of(name, lint.definition.title), running.in_steps(lint, name))
        return
    if not name.endswith(".bpmn"):
        if lint.definition.ask:
            yield from _clocks(lint, process.named(name))
        return
    if name not in lint.own.files:
        yield lint.found("P801", ("process",), f"There is no file {name!r} in the folder.")
        return
    yield from _loaded(lint, lint.own.files[name], running.in_file(lint, name))


def _loaded(lint: Lint, source: bytes, at: running.At) -> Iterator[Finding]:
    try:
        processes = process.load(source)
    except ModelErrors as error:
        for each in error.errors:
            yield lint.found(
                "P801", (), f"{each.element}: {each.reason}", each.advice, source=at(each.element, each.line or 1)
            )
        return
    first = next(iter(processes.values()))
    yield from _clocks(lint, first)
    yield from running.check(lint, first, at)
    known = {*PROCESS_NAMES, *(element.result for element in first.elements.values() if element.result)}
    for reference, elements in decided_by(first).items():
        if DECISION.fullmatch(reference):
            yield from decided(lint, reference, (), at(elements[0], 0), known)
        else:
            message, advice = f"{elements[0]}: {reference!r} names no decision.", "Write decisions.yaml#name."
            yield lint.found("P701", (), message, advice, source=at(elements[0], 0))


def _clocks(lint: Lint, flow: Process) -> Iterator[Finding]:
    given = {name for name, term in lint.definition.deadlines if term is not None}
    for element in flow.elements.values():
        timer = element.timer
        if timer is not None and timer.kind == "deadline" and timer.text not in given and timer.text != "appeal":
            yield lint.found("P802", ("deadlines",), f"The process sets the clock {timer.text!r} at {element.id!r}.")


def records(lint: Lint) -> Iterator[Finding]:
    for number, produce in enumerate(lint.definition.produces):
        if produce.record is not None:
            yield from _record(lint, ("produces", number, "record"), produce.record)


def _record(lint: Lint, path: Path, record: Record) -> Iterator[Finding]:
    registry = lint.folder.registries.get(record.registry)
    if registry is None:
        return
    for key in ("create", "update"):
        for field in getattr(record, key) or {}:
            if field not in registry.fields:
                yield lint.found(
                    "P807",
                    (*path, key, field),
                    f"{record.registry} has no field {field!r}.{similar(field, registry.fields)}",
                )
    if record.create is not None:
        needed = {name for name, field in registry.fields.items() if field.required}
        needed -= {registry.key} if registry.new_key else set()
        for field in sorted(needed - set(record.create)):
            yield lint.found("P808", (*path, "create"), f"{record.registry} demands {field!r}.")


def documents(lint: Lint) -> Iterator[Finding]:
    for number, produce in enumerate(lint.definition.produces):
        if produce.document is not None:
            yield from _document(lint, ("produces", number, "document"), produce.document)


def _document(lint: Lint, path: Path, document: Document) -> Iterator[Finding]:
    for key in ("public", "wallet"):
        for name in getattr(document, key):
            if name not in document.data:
                yield lint.found("P806", (*path, key), f"There is no {name!r} in data.{similar(name, document.data)}")
    template = lint.own.files.get(document.template)
    if template is None:
        yield lint.found("P803", (*path, "template"), f"There is no file {document.template!r} in the folder.")
        return
    text = template.decode(errors="replace")
    used = fields_of(text)
    file = Source(f"{lint.own.relative}/{document.template}", None, {})
    for name, line in used.items():
        if name not in document.data:
            where = Source(file.file, None, {(): line})
            yield lint.found("P804", (), f"The template uses {name!r}.{similar(name, document.data)}", source=where)
    if "#rows()" in text or "all-fields" in text:
        return
    for name in document.data:
        if name not in used and name not in (*document.public, *document.wallet) and f'"{name}"' not in text:
            yield lint.found("P805", (*path, "data", name), f"The template does not use {name!r}.")


def fields_of(template: str) -> dict[str, int]:
    """The names of data that a template uses, each with its line."""
    found: dict[str, int] = {}
    for match in FIELD.finditer(template):
        found.setdefault(match[1] or match[2], template.count("\n", 0, match.start()) + 1)
    for match in ROWS.finditer(template):
        for name in NAME.findall(match[1]):
            found.setdefault(name, template.count("\n", 0, match.start()) + 1)
    return found


CHECKS = (fee, flow, records, documents)
