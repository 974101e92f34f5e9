"""The picture in words: every step, who does it, and where the way goes on from it."""

from dataclasses import dataclass

from panjereh.process.drawing.graph import usual
from panjereh.process.drawing.shapes import Words, is_gateway, name_of, term_of
from panjereh.process.model import Element, Kind, Process


@dataclass(frozen=True)
class Way:
    """Where it goes on, and when: all of it holds, or it is so in any case."""

    when: tuple[str, ...]
    to: str
    number: int


@dataclass(frozen=True)
class Told:
    """One step. `number` is its place in the list, counted from 1; an end has no ways."""

    number: int
    id: str
    title: str
    who: str
    term: str
    ways: tuple[Way, ...]


def tell(process: Process, language: str, words: Words) -> list[Told]:
    """The steps in the order of walking, the usual way first. Gateways are told as conditions of the ways."""
    order = _order(process)
    numbers = {element.id: number for number, element in enumerate(order, 1)}
    told = []
    for element in order:
        ways = [
            Way(tuple(dict.fromkeys(filter(None, when))), _title(process.elements[target], language), numbers[target])
            for when, target in _ways(process, element, language, words)
        ]
        unique = tuple(dict.fromkeys(ways))
        role = words.roles.get(element.who or element.lane or "", "")
        told.append(
            Told(numbers[element.id], element.id, _title(element, language), role, term_of(element, words), unique)
        )
    return told


def _title(element: Element, language: str) -> str:
    return name_of(element, language) or element.id


def _order(process: Process) -> list[Element]:
    """What is neither a gateway nor sits on a border, usual way first, insides after their step."""
    seen: dict[str, Element] = {}
    begin = process.starts.get(None)
    walk = [begin] if begin else list(process.entries)
    while walk:
        element = process.elements[walk.pop(0)]
        if element.id in seen:
            continue
        seen[element.id] = element
        inside = [process.starts[element.id]] if element.id in process.starts else []
        events = [flow.target for event in element.boundary for flow in process.elements[event].outgoing]
        walk = [*inside, *(flow.target for flow in usual(element)), *walk, *events]
    seen.update({id_: element for id_, element in process.elements.items() if id_ not in seen and element.host is None})
    return [element for element in seen.values() if not is_gateway(element) and element.host is None]


def _ways(process: Process, element: Element, language: str, words: Words) -> list[tuple[tuple[str, ...], str]]:
    """(conditions, next step) along each way out, through gateways."""
    found: list[tuple[tuple[str, ...], str]] = []
    events = [process.elements[event] for event in element.boundary]
    for source in (element, *events):
        first = (name_of(source, language), term_of(source, words)) if source is not element else ()
        found += _through(process, source, first, language, words, frozenset())
    return found


def _through(
    process: Process, element: Element, when: tuple[str, ...], language: str, words: Words, passed: frozenset[str]
) -> list[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str]] = []
    for flow in usual(element):
        said = flow.names.get(language) or flow.names.get("fa") or ""
        if element.kind is Kind.PARALLEL and len(element.outgoing) > 1:
            said = said or words.meanwhile
        elif not said and flow.id == element.default and len(element.outgoing) > 1:
            said = words.otherwise
        target = process.elements[flow.target]
        if is_gateway(target) and target.id not in passed:
            waits = target.kind is Kind.PARALLEL and len(target.incoming) > 1
            onward = (*when, said, name_of(target, language) or (words.joined if waits else ""))
            found += _through(process, target, onward, language, words, passed | {target.id})
        else:
            found.append(((*when, said), target.id))
    return found
