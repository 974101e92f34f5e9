"""Where a case stands, for the person who waits: what is done, what happens now, what lies ahead."""

from dataclasses import dataclass

from panjereh.process.model import Element, Flow, Kind, Process, best_name
from panjereh.process.step import Marking

STAGES = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE})


@dataclass(frozen=True, slots=True)
class Stage:
    """One station of the way. `state` is `done`, `now` or `ahead`."""

    id: str
    title: str
    state: str


def where(process: Process, marking: Marking, lang: str) -> list[Stage]:
    """The stations in order: passed ones in the order of passing, the present ones, then the usual way ahead.

    Several steps may share a station (`pj:stage`); one that comes again after a correction is shown once, ahead.
    """
    now = [process.elements[id_] for _, id_ in sorted(marking["tokens"].items())]
    ahead = [] if marking["ended"] else _ahead(process, now)
    done = [process.elements[id_] for id_ in marking["done"]]
    coming = {_station(element) for element in now + ahead}
    stages: dict[str, Stage] = {}
    for elements, state in ((done, "done"), (now, "now"), (ahead, "ahead")):
        for element in elements:
            station = _station(element)
            if station is None or station in stages or (state == "done" and station in coming):
                continue
            title = best_name(element.stage_names, lang) or element.title(lang)
            stages[station] = Stage(station, title, state)
    return list(stages.values())


def way(process: Process, lang: str) -> list[Stage]:
    """The stations of the usual way from the beginning, for somebody who has not begun yet."""
    begin = process.starts.get(None) or process.entries[0]
    beginning = {"tokens": {"0": begin}, "done": [], "ended": False}
    return [Stage(stage.id, stage.title, "ahead") for stage in where(process, beginning, lang)]


def _station(element: Element) -> str | None:
    if element.stage is not None:
        return None if element.stage == "none" else element.stage
    return element.id if element.kind in STAGES else None


def _ahead(process: Process, now: list[Element]) -> list[Element]:
    """The elements behind the present ones along the usual way, each once, in the order of walking."""
    seen: dict[str, Element] = {element.id: element for element in now}
    walk = list(now)
    while walk:
        element = walk.pop(0)
        ways = [] if element.kind is Kind.END else [flow.target for flow in _usual(element)]
        if element.id in process.starts:
            ways.insert(0, process.starts[element.id])
        for id_ in ways:
            if id_ not in seen:
                seen[id_] = process.elements[id_]
                walk.append(process.elements[id_])
    return list(seen.values())[len(now) :]


def _usual(element: Element) -> list[Flow]:
    """Where a choice is, the flow drawn as main, else the default, else the first."""
    flows = list(element.outgoing)
    if element.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE, Kind.EVENTS):
        return flows
    main = [flow for flow in flows if flow.main] or [flow for flow in flows if flow.id == element.default]
    return (main or flows)[:1]
