"""Walking through all that can happen: every marking that can be reached, each once."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from panjereh.process import engine
from panjereh.process.engine import catching, handlers
from panjereh.process.engine.run import Run, scope_of
from panjereh.process.errors import CannotGoOn, ErrorNotCaught, NotWaiting
from panjereh.process.model import Element, Kind, On, Process
from panjereh.process.soundness.guessing import Oracle, with_guesses
from panjereh.process.step import Marking, Step

MOST_MARKINGS = 1_500
MOST_STEPS = 12_000
MOST_TOKENS = 4  # at one element that is not repeated: more of them is growth without end

Act: TypeAlias = Callable[[], Step]
Place: TypeAlias = tuple[Marking, frozenset[str]]  # with the events that came once and leave their activity going on


@dataclass(frozen=True)
class Way:
    """Something that can happen: the condition that comes true by it, and the events that have then come once."""

    act: Act
    holding: str = ""
    came: frozenset[str] = frozenset()


@dataclass
class Walk:
    """What was seen: markings, elements passed, places that were stuck (with the reason), elements in several tokens.

    `complete`: all that can happen was seen. Otherwise something may be missing from `passed`, but what is stuck is.
    """

    markings: int = 0
    steps: int = 0
    complete: bool = True
    passed: set[str] = field(default_factory=set)
    stuck: dict[str, str] = field(default_factory=dict)
    at_once: set[str] = field(default_factory=set)
    grows: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)


def walk(process: Process) -> Walk:
    oracle = Oracle()
    model = with_guesses(process, oracle)
    found = Walk()
    seen: set[Any] = set()
    waiting: deque[Place] = deque()
    for begin in _begins(model):
        _try(found, oracle, seen, waiting, Way(begin))
    while waiting:
        marking, came = waiting.popleft()
        for way in _ways(model, marking, came):
            _try(found, oracle, seen, waiting, way)
            if found.markings >= MOST_MARKINGS or found.steps >= MOST_STEPS:
                found.complete = False
                return found
    return found


def _try(found: Walk, oracle: Oracle, seen: set[Any], waiting: deque[Place], way: Way) -> None:
    """Do something with every combination of answers that its conditions could get."""
    answers: deque[tuple[bool, ...]] = deque([()])
    while answers:
        oracle.tell(answers.popleft(), way.holding)
        found.steps += 1
        try:
            step = way.act()
        except CannotGoOn as stop:
            if not str(stop.args[0]).endswith("there is no default flow."):
                found.stuck.setdefault(stop.params["element"], str(stop.args[0]).partition(": ")[2])
        except (NotWaiting, ErrorNotCaught):
            pass
        else:
            _note(found, seen, waiting, step.marking, way.came)
        answers.extend(oracle.others())


def _note(found: Walk, seen: set[Any], waiting: deque[Place], marking: Marking, came: frozenset[str]) -> None:
    found.passed |= {*marking["done"], *marking["tokens"].values()}
    if marking["ended"]:
        found.outcomes.add(marking["outcome"] or "")
    shape = (_shape(marking), marking["outcome"], came)
    if shape in seen:
        return
    seen.add(shape)
    found.markings += 1
    loops = marking.get("loops", {})
    counts = Counter(
        (scope_of(token), element) for token, element in marking["tokens"].items() if scope_of(token) not in loops
    )
    found.at_once |= {element for (_, element), count in counts.items() if count > 1}
    waits = max((sum(flows.values()) for flows in marking["joins"].values()), default=0)
    if max([waits, *counts.values()], default=0) > MOST_TOKENS:
        found.grows |= {element for (_, element), count in counts.items() if count > MOST_TOKENS}
        found.complete = False
    elif not marking["ended"]:
        waiting.append(({**marking, "done": []}, came))


def _shape(marking: Marking) -> Any:
    """A marking without its numbers: the same things at the same places, whatever happened before."""
    inside: dict[str, list[str]] = {}
    for token in marking["tokens"]:
        inside.setdefault(scope_of(token), []).append(token)
    clocks: dict[str, list[str]] = {}
    for key in marking["clocks"]:
        clocks.setdefault(key.partition(":")[0], []).append(key.partition(":")[2])

    def shape(token: str) -> Any:
        loop = marking.get("loops", {}).get(token, {})
        joins = sorted(
            (key.partition("/")[2], tuple(sorted(flows.items())))
            for key, flows in marking["joins"].items()
            if key.partition("/")[0] == token
        )
        heard = sorted(each for each in marking.get("heard", {}).items() if each[0].partition(":")[0] == token)
        heard = [(key.partition(":")[2], places) for key, places in heard]
        notes = (heard, marking.get("kept", {}).get(token), sorted(loop.items()))
        undoing = marking.get("undoing", {}).get(token)
        return (
            marking["tokens"].get(token, ""),
            repr((joins, sorted(clocks.get(token, [])), notes, undoing)),
            tuple(sorted((shape(each) for each in inside.get(token, [])), key=repr)),
        )

    return shape("")


def _begins(model: Process) -> Iterator[Act]:
    plain = model.starts.get(None)
    for begin in [*([plain] if plain else []), *model.entries]:
        yield lambda begin=begin: engine.start(model, {}, decide=_decide, at=begin)  # type: ignore[misc]


def _decide(_name: str, _data: Any) -> dict[str, Any]:
    return {}


def _ways(model: Process, marking: Marking, came: frozenset[str]) -> Iterator[Way]:
    """All that can happen now."""
    run = Run(model, marking, {})
    for token, id_ in marking["tokens"].items():
        if token not in run.loops:
            for act in _by_work(run, marking, token, model.elements[id_]):
                yield Way(act, came=came)
    for key in marking["clocks"]:
        yield Way(_act(engine.fire, model, marking, key), came=came)
    yield from _from_outside(run, marking, came)


def _by_work(run: Run, marking: Marking, token: str, element: Element) -> Iterator[Act]:
    """Somebody completes a step, or it fails with an error that something around it catches."""
    if element.kind is Kind.USER:
        yield _act(engine.complete, run.process, marking, token)
    elif element.sends and token not in run.undoing:
        yield _act(engine.finish_service, run.process, marking, token)
    if element.kind in (Kind.SERVICE, Kind.USER):
        for code in sorted(_errors_caught(run, token)):
            yield _failure(run.process, marking, token, code)


def _from_outside(run: Run, marking: Marking, came: frozenset[str]) -> Iterator[Way]:
    """Messages, signals and conditions. An event that leaves its activity going on comes once: it could for ever."""
    for token, event, _, trigger in catching.catchers(run):
        if not event.interrupting and event.id in came:
            continue
        after = came if event.interrupting else came | {event.id}
        if trigger.on is On.MESSAGE and trigger.name:
            yield Way(_message(run.process, marking, trigger.name, token), came=after)
        elif trigger.on is On.SIGNAL and trigger.name:
            yield Way(_act(engine.signal, run.process, marking, trigger.name), came=after)
        elif trigger.on is On.CONDITION:
            yield Way(_look(run.process, marking), event.id, after)


def _look(model: Process, marking: Marking) -> Act:
    return lambda: engine.look_again(model, marking, {}, decide=_decide)


def _act(what: Callable[..., Step], model: Process, marking: Marking, name: str) -> Act:
    return lambda: what(model, marking, name, {}, decide=_decide)


def _message(model: Process, marking: Marking, name: str, token: str) -> Act:
    return lambda: engine.deliver(model, marking, name, {}, decide=_decide, token=token)


def _failure(model: Process, marking: Marking, token: str, code: str) -> Act:
    return lambda: engine.fail_service(model, marking, token, code, {}, decide=_decide)


def _errors_caught(run: Run, token: str) -> set[str]:
    """Codes of the errors for which something around a task is drawn."""
    found: set[str] = set()
    scope = token
    while True:
        starts = [start for _, start in handlers.listeners(run, scope)]
        element = run.elements.get(run.tokens.get(scope, ""))
        events = [run.elements[event] for event in element.boundary] if element else []
        found |= {
            trigger.name or "any"
            for event in [*starts, *events]
            for trigger in event.triggers
            if trigger.on is On.ERROR
        }
        if not scope:
            return found
        scope = scope_of(scope)
