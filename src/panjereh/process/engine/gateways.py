"""Gateways: where ways part and come together again."""

from panjereh.process.engine.run import Run
from panjereh.process.model import Element, Flow


def parallel(run: Run, scope: str, flow: Flow | None, element: Element) -> None:
    """Wait for one token on each incoming flow, then go on along each outgoing one."""
    _wait(run, scope, flow, element)
    if len(run.joins[f"{scope}/{element.id}"]) >= len(element.incoming):
        _go_on(run, scope, element)


def inclusive(run: Run, scope: str, flow: Flow | None, element: Element) -> None:
    """Wait; whether another token can still come is asked when everything else rests (`open_an_inclusive_join`)."""
    if len(element.incoming) < 2:
        run.follow(scope, element)
    else:
        _wait(run, scope, flow, element)


def passing(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    """An exclusive gateway lets every token through, each for itself."""
    run.follow(scope, element)


def open_an_inclusive_join(run: Run) -> bool:
    """Let one inclusive gateway go on for which no other token can come any more. False: there is none.

    BPMN 2.0, 13.4.3: it waits while a token could still reach an incoming flow that has none, unless that token could
    as well reach one that has.
    """
    for key in sorted(run.joins, key=lambda each: each.partition("/")[2]):
        scope, _, id_ = key.partition("/")
        upstream = run.process.upstream.get(id_)
        if upstream is not None and not _can_still_come(run, scope, key, id_):
            _go_on(run, scope, run.elements[id_])
            return True
    return False


def _can_still_come(run: Run, scope: str, key: str, id_: str) -> bool:
    upstream, there = run.process.upstream[id_], run.joins[key]
    for place in _places(run, scope):
        if place == id_:
            continue
        awaited = any(place in upstream[flow] for flow in upstream if flow not in there)
        if awaited and not any(place in upstream[flow] for flow in there):
            return True
    return False


def _places(run: Run, scope: str) -> set[str]:
    """The elements of a scope at which tokens rest or wait for others."""
    resting = {element for token, element in run.tokens.items() if token.rpartition(".")[0] == scope}
    joining = {key.partition("/")[2] for key in run.joins if key.partition("/")[0] == scope}
    return resting | joining


def enough(run: Run, scope: str, flow: Flow | None, element: Element) -> bool:
    """Whether an activity that needs several tokens (`startQuantity`) has them all; they are then consumed."""
    _wait(run, scope, flow, element)
    key = f"{scope}/{element.id}"
    if sum(run.joins[key].values()) < element.needs:
        return False
    del run.joins[key]
    return True


def _wait(run: Run, scope: str, flow: Flow | None, element: Element) -> None:
    counts = run.joins.setdefault(f"{scope}/{element.id}", {})
    if flow is not None:
        counts[flow.id] = counts.get(flow.id, 0) + 1


def _go_on(run: Run, scope: str, element: Element) -> None:
    """Consume one token of each flow that has some."""
    key = f"{scope}/{element.id}"
    left = {id_: count - 1 for id_, count in run.joins.pop(key).items() if count > 1}
    if left:
        run.joins[key] = left
    run.follow(scope, element)
