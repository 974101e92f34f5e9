"""P6 and P3: expressions can be read, use known names, and look only at what was answered before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from panjereh import rules
from panjereh.definitions.checks.lint import FACTS, Lint
from panjereh.definitions.findings import Finding
from panjereh.definitions.reading import similar
from panjereh.definitions.service import Definition
from panjereh.definitions.steps import Written
from panjereh.definitions.texts import Text
from panjereh.definitions.wording import split
from panjereh.definitions.yaml import Path
from panjereh.rules.errors import RuleProblem, SyntaxProblem

NOTICE_NAMES: tuple[str, ...] = (
    "code",
    "service",
    "promised",
    "correct_by",
    "appeal_by",
    "fee",
    "reason",
    "cited",
    "conditions",
)
NOTICE_NAMES += (
    "bill",
    "message",
    "receipt",
    "address",
    "agency",
    "name",
    "until",
    "other_agency",
    "rests_until",
    "follows",
)
"""What a notice can mention beside the answers."""

PROCESS_NAMES = ("outcomes", "four_eyes", "fee", "duplicate")
"""What the ways of a process can look at beside the answers."""


@dataclass(frozen=True)
class Used:
    """An expression of the definition: where it stands, what it says, which further names it may use."""

    path: Path
    text: str
    further: tuple[str, ...] = ()
    before: int | None = None
    """Number of the screen's question: only those before it may be read (conditions of screens)."""


def used(lint: Lint) -> Iterator[Used]:
    """Every expression of the definition."""
    definition = lint.definition
    for name, text in definition.let.items():
        yield Used(("let", name), text)
    yield from _of_people(definition)
    if definition.deadlines.apply and definition.deadlines.apply.of:
        yield Used(("deadlines", "apply", "of"), definition.deadlines.apply.of)
    for key in ("four_eyes", "handled_by"):
        if getattr(definition, key):
            yield Used((key,), getattr(definition, key))
    for number, text in enumerate(definition.duplicates.same if definition.duplicates else ()):
        yield Used(("duplicates", "same", number), text)
    yield from _of_outside(definition)
    yield from _of_questions(lint)
    yield from _of_results(lint)
    yield from _of_steps(lint)
    for kind, notice in definition.notices.items():
        for key, words in (("subject", notice.subject), ("text", notice.text)):
            for inner in (words or Text({})).placeholders:
                yield Used(("notices", kind, key), split(inner)[0], NOTICE_NAMES)


def _of_people(definition: Definition) -> Iterator[Used]:
    for number, applicant in enumerate(definition.applicants):
        if applicant.tie:
            yield Used(("applicants", number, "tie"), applicant.tie)
    for name, ask in definition.asks.items():
        for given, text in ask.given.items():
            yield Used(("asks", name, "given", given), text)
    for number, block in enumerate(definition.signatories):
        yield Used(("signatories", number, "from"), block.from_)
        if block.show_if:
            yield Used(("signatories", number, "show_if"), block.show_if)


def _of_outside(definition: Definition) -> Iterator[Used]:
    for name, signal in definition.signals.items():
        yield Used(("signals", name, "about"), signal.about)
    for name, consult in definition.consults.items():
        own = ("value", *(each.id for each in consult.answer))
        for number, asked in enumerate(consult.answer):
            for place, check in enumerate(asked.check):
                yield Used(("consults", name, "answer", number, "check", place), check.that, own)


def _of_questions(lint: Lint) -> Iterator[Used]:
    last_page = -1
    start = 0
    for order, (path, page, asked) in enumerate(lint.asked):
        number = int(path[1])
        inner = ("item", "index") if page.repeat else ()
        if number != last_page:
            last_page, start = number, order
            if page.show_if:
                yield Used((*path[:2], "show_if"), page.show_if, inner, order)
        if asked.show_if:
            yield Used((*path, "show_if"), asked.show_if, inner, start if page.together else order)
        if asked.required_if:
            yield Used((*path, "required_if"), asked.required_if, inner)
        for place, check in enumerate(asked.check):
            yield Used((*path, "check", place), check.that, (*inner, "value"))
        for field, text in (asked.source.given if asked.source else {}).items():
            yield Used((*path, "source", "given", field), text, inner, order)


def _of_results(lint: Lint) -> Iterator[Used]:
    for number, produce in enumerate(lint.definition.produces):
        inner = ("item", "index") if produce.for_each else ()
        base: Path = ("produces", number)
        if produce.when:
            yield Used((*base, "when"), produce.when, inner)
        if produce.record:
            record = produce.record
            for key in ("entity", "valid_from"):
                if getattr(record, key):
                    yield Used((*base, "record", key), getattr(record, key), inner)
            for key in ("create", "update"):
                for field, text in (getattr(record, key) or {}).items():
                    yield Used((*base, "record", key, field), text, inner)
        if produce.document:
            further = (*inner, "record", "entity") if produce.record else inner
            for field, text in produce.document.data.items():
                yield Used((*base, "document", "data", field), text, further)
            for key in ("subject", "valid_until"):
                if getattr(produce.document, key):
                    yield Used((*base, "document", key), getattr(produce.document, key), further)


def _of_steps(lint: Lint) -> Iterator[Used]:
    process = lint.definition.process
    steps = list(process.everywhere()) if isinstance(process, Written) else []
    known = (*PROCESS_NAMES, *(step.name for _, step, _ in steps if step.rule is not None))
    for path, step, _ in steps:
        for number, choice in enumerate(step.choose or ()):
            if choice.if_ is not None:
                yield Used((*path, "choose", number, "if"), choice.if_, known)


def compiled(text: str) -> rules.Expression | None:
    try:
        return rules.compile(text)
    except RuleProblem:
        return None


def syntax(lint: Lint) -> Iterator[Finding]:
    for each in used(lint):
        try:
            rules.compile(each.text)
        except SyntaxProblem as problem:
            yield lint.found("P601", each.path, str(problem), problem.advice.capitalize())
        except RuleProblem as problem:
            yield lint.found("P601", each.path, str(problem))


def names(lint: Lint) -> Iterator[Finding]:
    """Only known names are used, those of `let` in order."""
    always = {*FACTS, *lint.questions, *lint.groups, *(["consulted"] if lint.definition.consults else [])}
    lets = list(lint.definition.let)
    for each in used(lint):
        expression = compiled(each.text)
        if expression is None:
            continue
        known = always | set(each.further)
        if each.path[0] == "let":
            above = set(lets[: lets.index(str(each.path[1]))])
            for name in sorted(expression.names & set(lets) - above):
                yield lint.found("P603", each.path, f"{each.path[1]!r} uses {name!r}, which stands below it.")
        known |= set(lets)
        for name in sorted(expression.names - known - expression.item_names):
            yield lint.found("P602", each.path, f"There is no {name!r} in “{each.text}”.{similar(name, known)}")


def order(lint: Lint) -> Iterator[Finding]:
    """A condition of a screen reads only answers of earlier screens."""
    place = {asked.id: number for number, (_, _, asked) in enumerate(lint.asked)}
    group_ends = {page.repeat.as_: number for number, (_, page, _) in enumerate(lint.asked) if page.repeat is not None}
    for each in used(lint):
        if each.before is None:
            continue
        for name in sorted(_all_names(lint, each.text)):
            number = place.get(name, -1)
            if name in group_ends and not each.further:
                number = group_ends[name]
            if number >= each.before:
                yield lint.found(
                    "P301",
                    each.path,
                    f"“{each.text}” looks at {name!r}, which is answered later or on the same screen.",
                )


def _all_names(lint: Lint, text: str) -> set[str]:
    """The names that an expression reads, those of `let` followed to what they read."""
    found: set[str] = set()
    waiting = [text]
    lets = dict(lint.definition.let)
    while waiting:
        expression = compiled(waiting.pop())
        for name in expression.names if expression else ():
            if name in lets:
                waiting.append(lets.pop(name))
            found.add(name)
    return found


def constants(lint: Lint) -> Iterator[Finding]:
    """A condition that reads nothing, or that no choice can fulfil, is a mistake."""
    for each in used(lint):
        if each.before is None or each.path[-1] != "show_if":
            continue
        expression = compiled(each.text)
        if expression is None:
            continue
        if not expression.names:
            value = expression.evaluate({})
            always = "is always true" if value is True else "can never be true"
            yield lint.found("P302", each.path, f"“{each.text}” {always}.")
        else:
            yield from _impossible(lint, each, expression)


def _impossible(lint: Lint, each: Used, expression: rules.Expression) -> Iterator[Finding]:
    """Tries every combination of choices, if the condition reads nothing but few choices."""
    names = sorted(expression.names)
    values: dict[str, list[Any]] = {}
    for name in names:
        possible = _values_of(lint, name)
        if possible is None:
            return
        values[name] = possible
    results = {expression.evaluate(context) is True for context in combinations(values)}
    if results == {False}:
        yield lint.found("P302", each.path, f"“{each.text}” is false for every choice that there is.")
    elif results == {True}:
        yield lint.found("P302", each.path, f"“{each.text}” is true for every choice that there is.")


def combinations(values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not values:
        yield {}
        return
    (name, possible), *rest = values.items()
    for value in possible:
        for further in combinations(dict(rest)):
            yield {name: value, **further}


def _values_of(lint: Lint, name: str) -> list[Any] | None:
    """All answers to a question of few choices; null if it may be hidden or left empty. None: too many to try."""
    if name == "role":
        return [each.role for each in lint.definition.applicants]
    question = lint.service.questions.get(name) if lint.service else None
    if question is None or question.repeat is not None:
        return None
    choices = getattr(question.kind.options, "choices", None)
    may_be_null = question.show_if is not None or not question.required or question.required_if is not None
    nothing = [None] if may_be_null else []
    if question.kind.name == "yes_no":
        return [True, False, *nothing]
    if question.kind.name == "one_of" and isinstance(choices, tuple) and len(choices) <= 12:
        return [*(choice.id for choice in choices), *nothing]
    return None


def splits(lint: Lint) -> Iterator[Finding]:
    """Pages of one list stand next to each other."""
    seen: set[str] = set()
    last: str | None = None
    for number, page in enumerate(lint.definition.ask):
        name = page.repeat.as_ if page.repeat else None
        if name is not None and name != last and name in seen:
            yield lint.found("P303", ("ask", number, "repeat"), f"The list {name!r} was already filled in above.")
        if name is not None:
            seen.add(name)
        last = name


def lookups(lint: Lint) -> Iterator[Finding]:
    """A look-up stands alone on its screen, and all that it needs is given or asked."""
    for path, page, asked in lint.asked:
        if asked.source is None:
            continue
        if page.together:
            yield lint.found(
                "P304", (*path, "source"), f"{asked.id!r} is looked up on the page {page.page!r}, which asks together."
            )
        registry, _, name = asked.source.lookup.partition(".")
        found = lint.folder.registries.get(registry)
        if found is None or name not in found.lookups:
            continue
        missing = set(found.lookups[name].match) - set(asked.source.given)
        by_type = {
            "person": {"national_id", "birth_date"},
            "organisation": {"company_id"},
            "entry": {str(asked.options.get("field"))},
        }
        asks = by_type.get(lint.type_of[asked.id], set())
        if missing - asks:
            fields = ", ".join(sorted(missing - asks))
            yield lint.found(
                "P305", (*path, "source"), f"The look-up needs {fields}, which {asked.id!r} does not ask for."
            )


CHECKS = (syntax, names, order, constants, splits, lookups)
