"""P809 to P811: a drawn process gets nowhere stuck, and asks of cases only what cases can do."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from panjereh import process
from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.findings import Finding
from panjereh.definitions.steps import Written
from panjereh.definitions.yaml import Source
from panjereh.process import Element, Kind, On, Process

# What cases know to do; a test compares it with what they do.
DOES = ("check", "correct", "decide", "confirm", "pay", "review")
OPERATIONS = ("produce", "notify", "consult")
MESSAGES = ("paid", "appeal")
OUTCOMES = ("approved", "refused", "lapsed")


At = Callable[[str, int], Source]
"""Where an element stands that something is found about; the line of the drawing, as far as it is known already."""


def in_file(lint: Lint, name: str) -> At:
    """In a BPMN file of the service; an element of a called process where it is called."""
    file = f"{lint.own.relative}/{name}"

    def at(element: str, line: int = 0) -> Source:
        line = line or process.lines(lint.own.files[name]).get(element.partition("/")[0], 1)
        return Source(file, None, {(): line})

    return at


def in_steps(lint: Lint, written: Written) -> At:
    """In the list of steps: at the step from which the element was made, as its id tells."""
    steps = {step.name: path for path, step, _ in written.everywhere()}

    def at(element: str, _line: int = 0) -> Source:
        made_of = [name for name in steps if element == name or element.startswith(f"{name}_")]
        path = steps[max(made_of, key=len)] if made_of else ("process",)
        return Source(lint.source.file, None, {(): lint.source.line(path)})

    return at


def check(lint: Lint, drawn: Process, at: At) -> Iterator[Finding]:
    seen = process.examine(drawn)
    sent = set(consulted_by(drawn, only_sent=True))
    for weakness in seen.weaknesses:
        if weakness.code == "endless_wait" and _ends_by_itself(drawn.elements[weakness.element], sent):
            continue
        code = "P809" if weakness.is_error else "P810"
        message = f"{weakness.element}: {weakness.reason}"
        yield lint.found(code, (), message, weakness.advice, source=at(weakness.element, 0))
    if None not in drawn.starts:
        message = "A case begins when an application is sent in, not by an event."
        yield lint.found("P811", (), message, "Draw one start event without a trigger.", source=at(drawn.id, 0))
    for outcome in sorted(seen.outcomes - set(OUTCOMES)):
        message = f"{outcome}: a case could end so, and this is no outcome of a case."
        advice = f"Name in pj:outcome of its end event one of {', '.join(OUTCOMES)}."
        yield lint.found("P811", (), message, advice, source=at(outcome, 0))
    heard = Heard({*MESSAGES, *sent}, {*_thrown(drawn), *lint.definition.signals})
    for element in drawn.elements.values():
        for reason, advice in _beyond_cases(lint, element, heard):
            yield lint.found("P811", (), f"{element.id}: {reason}", advice, source=at(element.id, 0))


@dataclass(frozen=True)
class Heard:
    """What can come to a case: messages and signals by their names."""

    messages: Set[str]
    signals: Set[str | None]


def consulted_by(drawn: Process, *, only_sent: bool = False) -> Iterator[str]:
    """What the process consults. only_sent: where the answer comes as a message, not at the step that asks."""
    for element in drawn.elements.values():
        name, _, consult = (element.operation or "").partition(":")
        if name == "consult" and not (only_sent and element.is_service):
            yield consult


def _ends_by_itself(element: Element, sent: Set[str]) -> bool:
    """Whether it waits for an agency that was consulted: when that agency's time is over, the case goes on."""
    return any(trigger.on is On.MESSAGE and trigger.name in sent for trigger in element.triggers)


def _thrown(drawn: Process) -> set[str | None]:
    """Signals that the process itself throws."""
    throwing = [each for each in drawn.elements.values() if each.kind in (Kind.THROW, Kind.END)]
    return {trigger.name for each in throwing for trigger in each.triggers if trigger.on is On.SIGNAL}


def _beyond_cases(lint: Lint, element: Element, heard: Heard) -> Iterator[tuple[str, str]]:
    if element.kind is Kind.USER:
        yield from _task(element)
    elif element.sends:
        yield from _operation(lint, element)
    if element.kind in (Kind.CATCH, Kind.RECEIVE, Kind.BOUNDARY, Kind.START):
        yield from _caught(element, heard)


def _operation(lint: Lint, element: Element) -> Iterator[tuple[str, str]]:
    name, _, argument = (element.operation or "").partition(":")
    if name not in OPERATIONS:
        yield f"nobody knows to do {element.operation!r}.", f"Name in pj:operation one of {', '.join(OPERATIONS)}."
    elif name == "consult" and argument not in lint.definition.consults:
        yield f"there is no {argument!r} in `consults`.", "Write in `consults` whom to ask and for what."
    elif name == "consult" and element.loop is not None:
        yield "an agency is asked once.", "Give each question its own entry in `consults` and its own step."


def _task(element: Element) -> Iterator[tuple[str, str]]:
    if element.does not in DOES:
        yield f"no page is for tasks that do {element.does!r}.", f"Name in pj:does one of {', '.join(DOES)}."
    elif element.loop is not None and element.does != "check":
        yield f"{element.does!r} can't be done several times.", "Repeat tasks that check; let one decide."


def _caught(element: Element, heard: Heard) -> Iterator[tuple[str, str]]:
    for trigger in element.triggers:
        if trigger.on is On.MESSAGE and trigger.name not in heard.messages:
            yield (
                f"nobody sends {trigger.name!r} to a case.",
                f"Messages to cases: {', '.join(sorted(heard.messages))}.",
            )
        elif trigger.on is On.SIGNAL and trigger.name not in heard.signals:
            yield f"nothing throws the signal {trigger.name!r}.", "Throw it in this process, or add it to `signals`."
