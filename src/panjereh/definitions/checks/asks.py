"""What registers are asked: the question exists, it is allowed with what the rule sets, and its answer is used."""

from collections.abc import Iterator

from panjereh.definitions.checks.expressions import Used, compiled, used
from panjereh.definitions.checks.lint import Lint, finding
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder
from panjereh.definitions.reading import similar
from panjereh.definitions.registry import RegisterQuestion, RegistryFile
from panjereh.definitions.service import Ask
from panjereh.definitions.yaml import Path

COMPARES = ("tie", "check", "show_if", "required_if", "four_eyes", "let")
"""Keys below which expressions decide something; what only they read need not be read at all."""


def questions(lint: Lint) -> Iterator[Finding]:
    """Everything that is asked is a question of a register, about somebody whom it knows, with all that it needs."""
    for name, ask in lint.definition.asks.items():
        path: Path = ("asks", name)
        registry, _, question = ask.question.partition(".")
        file = lint.folder.registries.get(registry)
        if file is None:
            known = lint.folder.registries
            yield lint.found("P106", (*path, "question"), f"There is no {registry!r}.{similar(registry, known)}")
        elif question not in file.questions:
            message = f"{registry} answers no question {question!r}.{similar(question, file.questions)}"
            yield lint.found("P117", (*path, "question"), message)
        else:
            yield from _asked_well(lint, path, ask, file, file.questions[question])


def _asked_well(lint: Lint, path: Path, ask: Ask, file: RegistryFile, question: RegisterQuestion) -> Iterator[Finding]:
    if differing := sorted(set(ask.given) ^ set(question.given)):
        yield lint.found(
            "P117", path, f"{ask.question} is given {', '.join(question.given) or 'nothing'}: {differing}."
        )
    named = lint.questions.get(ask.of)
    if ask.of != "applicant" and (named is None or named.source is None or named.id in lint.repeated):
        yield lint.found("P407", (*path, "of"), f"{ask.of!r} is no question that a register answers about one person.")
    elif named is not None and named.source is not None and named.source.lookup.partition(".")[0] != file.registry:
        yield lint.found("P407", (*path, "of"), f"{ask.of!r} is found in another register than {file.registry!r}.")
    elif not _is_allowed(lint, ask, file):
        yield lint.found(
            "P408", path, f"{ask.question} is not answered to {lint.definition.agency!r} for this purpose."
        )


def _is_allowed(lint: Lint, ask: Ask, file: RegistryFile) -> bool:
    """Whether the register lets this agency ask so for the purpose for which the service reads it."""
    reads = [each for each in lint.definition.purposes if any(r.partition(".")[0] == file.registry for r in each.reads)]
    purpose = reads[0].id if reads else ""
    return any(
        each.question == ask.question.partition(".")[2]
        and each.purpose == purpose
        and lint.definition.agency in each.by
        and all(_says(ask.given.get(name, ""), value) for name, value in each.given.items())
        for each in file.answers
    )


def _says(text: str, value: int | str) -> bool:
    """Whether an expression is just this number or word."""
    expression = compiled(text)
    return expression is not None and not expression.names and expression.evaluate({}) == value


def answers(lint: Lint) -> Iterator[Finding]:
    """`asked.name` names an entry of `asks`, is known by then, and each answer is used."""
    asks, read = lint.definition.asks, set()
    place = {asked.id: number for number, (_, _, asked) in enumerate(lint.asked)}
    for each in used(lint):
        for name in _asked_in(each):
            read.add(name)
            if name not in asks:
                yield lint.found("P602", each.path, f"There is no {name!r} in `asks`.{similar(name, asks)}")
            elif each.before is not None and place.get(asks[name].of, -1) >= each.before:
                yield lint.found("P301", each.path, f"“{each.text}” looks at asked.{name}, which is known only later.")
    table = lint.service.fee_table if lint.service else None
    if table is None or "asked" not in table.names:
        for name in sorted(set(asks) - read):
            yield lint.found("P401", ("asks", name), f"Nothing uses asked.{name}.")


def _asked_in(each: Used) -> set[str]:
    expression = compiled(each.text)
    return {path[1] for path in expression.reads if path[0] == "asked" and len(path) > 1} if expression else set()


def whole_fields(lint: Lint) -> Iterator[Finding]:
    """A field of the applicant that only conditions look at, though the register would answer about it."""
    compared: dict[str, Path] = {}
    told: set[str] = set()
    for each in used(lint):
        expression = compiled(each.text)
        for path in expression.reads if expression else ():
            if path[0] != "applicant" or len(path) < 2:
                continue
            if {str(key) for key in each.path} & set(COMPARES):
                compared.setdefault(path[1], each.path)
            else:
                told.add(path[1])
    named = {read.partition(".")[2] for each in lint.definition.purposes for read in each.reads}
    for field, where in compared.items():
        answering = _answering(lint.folder, field)
        if answering and field not in told | named:
            message = f"applicant.{field} is read only to be compared; {answering} would answer."
            yield lint.found("P409", where, message)


def _answering(folder: Folder, field: str) -> str:
    """A question about this field, of the register in which applicants stand."""
    file = folder.registries.get("population")
    if file is None:
        return ""
    for name, question in file.questions.items():
        expression = compiled(question.that)
        if expression is not None and field in expression.names and field != file.key:
            return f"{file.registry}.{name}"
    return ""


def registers(folder: Folder) -> Iterator[Finding]:
    """Questions of registers can be read, look only at fields and what is given; who may ask exists, and the law."""
    for file in folder.registries.values():
        source = folder.sources[f"registries/{file.registry}.yaml"]
        for name, question in file.questions.items():
            path: Path = ("questions", name, "that")
            expression = compiled(question.that)
            known = {*file.fields, *question.given}
            if expression is None:
                yield finding("P601", source, path, f"“{question.that}” is no expression.")
            for each in sorted(expression.names - known) if expression else ():
                yield finding("P602", source, path, f"There is no {each!r} in “{question.that}”.{similar(each, known)}")
            for each in sorted(set(question.text.placeholders) - set(question.given)):
                yield finding("P602", source, ("questions", name, "text"), f"{{{each}}} is not given.")
        for number, answering in enumerate(file.answers):
            if (law := answering.law.partition("#")[0]) not in folder.laws:
                yield finding(
                    "P104", source, ("answers", number, "law"), f"There is no {law!r}.{similar(law, folder.laws)}"
                )
            for by in sorted(set(answering.by) - set(folder.agencies)):
                yield finding(
                    "P105", source, ("answers", number, "by"), f"There is no {by!r}.{similar(by, folder.agencies)}"
                )


CHECKS = (questions, answers, whole_fields)
COUNTRY_CHECKS = (registers,)
