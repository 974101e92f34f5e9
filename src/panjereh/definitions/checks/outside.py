"""P5 and P6, continued: what other agencies and other cases are asked and tell, and whether anything comes of it."""

from collections.abc import Iterator

from panjereh.definitions.checks.expressions import compiled, used
from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.checks.names import unknown
from panjereh.definitions.checks.running import consulted_by
from panjereh.definitions.findings import Finding
from panjereh.definitions.outside import Consult
from panjereh.definitions.reading import similar
from panjereh.definitions.yaml import Path
from panjereh.process import On

ALONE = ("show_if", "required_if", "repeat", "source")
"""What a question needs others around it for; an agency's page has none."""


def consults(lint: Lint) -> Iterator[Finding]:
    """Whom a service asks exists and can answer, what it shows is asked, and a step of the process asks it."""
    for name, block in lint.definition.consults.items():
        path: Path = ("consults", name)
        yield from _whom(lint, path, block)
        yield from _answer(lint, path, block)
        for shown in block.shows:
            if shown not in lint.questions and shown not in lint.groups:
                known = [*lint.questions, *lint.groups]
                yield lint.found("P513", (*path, "shows"), f"Nobody is asked for {shown!r}.{similar(shown, known)}")
        if lint.service is not None and name not in set(consulted_by(lint.service.process)):
            yield lint.found("P514", path, f"No step asks {name!r}.", "Write a step `consult: …`, or delete the entry.")


def _whom(lint: Lint, path: Path, block: Consult) -> Iterator[Finding]:
    if block.agency not in lint.folder.agencies:
        yield unknown(lint, "P105", (*path, "agency"), block.agency, lint.folder.agencies)
    elif block.agency == lint.definition.agency:
        yield lint.found("P513", (*path, "agency"), "The agency would ask itself; an official of its own can do that.")
    law = block.law.partition("#")[0]
    if law not in lint.folder.laws:
        yield unknown(lint, "P104", (*path, "law"), law, lint.folder.laws)
    if block.rests and lint.definition.deadlines.decide is None:
        yield lint.found("P513", (*path, "rests"), "There is no term `decide` that could rest.")


def _answer(lint: Lint, path: Path, block: Consult) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, asked in enumerate(block.answer):
        where: Path = (*path, "answer", place)
        if asked.id in seen or asked.id == "answered":
            yield lint.found("P110", (*where, "id"), f"{asked.id!r} is taken already.")
        seen.add(asked.id)
        for key in ALONE:
            if key in asked.model_fields_set:
                yield lint.found("P513", (*where, key), f"`{key}` is not for what an agency answers.")


def told(lint: Lint) -> Iterator[Finding]:
    """`consulted.name` names an entry of `consults`, and is not known yet while the form is filled in."""
    known = lint.definition.consults
    for each in used(lint):
        expression = compiled(each.text)
        for path in expression.reads if expression else ():
            if path[0] != "consulted" or len(path) < 2 or not known:
                continue
            if path[1] not in known:
                yield lint.found(
                    "P602", each.path, f"There is no {path[1]!r} in `consults`.{similar(path[1], list(known))}"
                )
            elif each.before is not None:
                message = f"“{each.text}” looks at consulted.{path[1]}, which is known only later."
                yield lint.found("P301", each.path, message)


def signals(lint: Lint) -> Iterator[Finding]:
    """Each signal of the definition is thrown or caught."""
    if lint.service is None:
        return
    elements = lint.service.process.elements.values()
    drawn = {trigger.name for each in elements for trigger in each.triggers if trigger.on is On.SIGNAL}
    for name in lint.definition.signals:
        if name not in drawn:
            yield lint.found("P514", ("signals", name), f"The process neither throws nor catches {name!r}.")


CHECKS = (consults, told, signals)
