"""Activities that are done several times: standard loops, and one instance for each item.

The loop itself is a token at the activity, and a scope: each turn is a token within it at the same activity.
"""

from decimal import Decimal
from typing import Any

from panjereh.process.engine import clocks
from panjereh.process.engine.run import Run, scope_of
from panjereh.process.errors import CannotGoOn
from panjereh.process.model import Element, Loop
from panjereh.process.values import pack, unpack

MOST_INSTANCES = 1_000


def begin(run: Run, scope: str, element: Element) -> None:
    loop = _loop(element)
    if loop.kind == "standard":
        if loop.most == 0 or (loop.before and not _again(run, scope, loop, 0)):
            run.follow(scope, element)
            return
        body = _body(run, scope, element, {"turn": 0})
        _next_turn(run, body, element)
        return
    items = _items(run, scope, element, loop)
    if not items:
        if loop.gather:
            run.learn(scope, {loop.gather: []})
        run.follow(scope, element)
        return
    body = _body(run, scope, element, {"all": len(items), "turn": 0, "done": 0})
    if loop.gather:
        run.loops[body]["found"] = [None] * len(items)
    if loop.kind == "sequential":
        run.loops[body]["rest"] = [pack(item) for item in items[1:]]
        _instance(run, body, element, items[0])
    else:
        for item in items:
            _instance(run, body, element, item)


def _loop(element: Element) -> Loop:
    assert element.loop is not None  # noqa: S101  # only elements with a loop come here
    return element.loop


def _body(run: Run, scope: str, element: Element, state: dict[str, Any]) -> str:
    body = run.place(scope, element)
    run.loops[body] = state
    for event in element.boundary:
        clocks.set_clocks(run, body, run.elements[event])
    return body


def _items(run: Run, scope: str, element: Element, loop: Loop) -> list[Any]:
    known = run.context(scope)
    if loop.items is not None:
        items = loop.items.evaluate(known)
        if items is None:
            raise CannotGoOn(element.id, "the list of its items is not known.")
        found = list(items) if isinstance(items, list) else [items]
    else:
        count = loop.count.evaluate(known) if loop.count is not None else None
        if isinstance(count, bool) or count is None or not hasattr(count, "as_integer_ratio") or count != int(count):
            raise CannotGoOn(element.id, "how many instances it has is not a whole number.")
        if count < 0:
            raise CannotGoOn(element.id, "it can't have a negative number of instances.")
        found = [None] * min(int(count), MOST_INSTANCES + 1)
    if len(found) > MOST_INSTANCES:
        raise CannotGoOn(element.id, f"it has more than {MOST_INSTANCES} instances.")
    return found


def _instance(run: Run, body: str, element: Element, item: Any) -> None:
    loop, state = _loop(element), run.loops[body]
    state["turn"] += 1
    token = run.place(body, element)
    own = {"loopCounter": state["turn"]}
    if loop.items is not None:
        own[loop.item or "item"] = item
    for name, value in own.items():
        run.set_own(token, name, value)
    run.move(token, None, element)


def _next_turn(run: Run, body: str, element: Element) -> None:
    run.loops[body]["turn"] += 1
    token = run.place(body, element)
    run.set_own(token, "loopCounter", run.loops[body]["turn"])
    run.move(token, None, element)


def _again(run: Run, scope: str, loop: Loop, turns: int) -> bool:
    if loop.most is not None and turns >= loop.most:
        return False
    if loop.condition is None:
        return True
    return loop.condition.evaluate({**run.context(scope), "loopCounter": Decimal(turns)}) is True


def of_instance(run: Run, token: str) -> tuple[int | None, Any]:
    """The number of an instance among many and its item; (None, None) for a step that is done once."""
    body = scope_of(token)
    state = run.loops.get(body)
    if state is None or "all" not in state:
        return None, None
    own = {name: unpack(value) for name, value in run.own.get(token, {}).items()}
    loop = _loop(run.elements[run.tokens[body]])
    return int(own["loopCounter"]), own.get(loop.item or "item")


def turn_is_done(run: Run, token: str) -> None:
    """An instance has completed: the next one, another turn, or the way on."""
    body = scope_of(token)
    element = run.elements[run.tokens[body]]
    loop, state = _loop(element), run.loops[body]
    own = {name: unpack(value) for name, value in run.own.get(token, {}).items()}
    run.passed(element)
    run.lift(token)
    if loop.kind == "standard":
        if _again(run, scope_of(body), loop, state["turn"]):
            _next_turn(run, body, element)
        else:
            _leave(run, body, element)
        return
    state["done"] += 1
    if loop.gather:
        name = loop.gathered or loop.item or "item"
        value = own.get(name, run.context(scope_of(body)).get(name))
        state["found"] = [*state["found"]]
        state["found"][int(own["loopCounter"]) - 1] = pack(value)
    known = {**run.context(scope_of(body)), **own, **_counts(run, body, state)}
    finished = loop.condition is not None and loop.condition.evaluate(known) is True
    if finished or state["done"] == state["all"]:
        _leave(run, body, element)
    elif state.get("rest"):
        first, *rest = state["rest"]
        state["rest"] = rest
        _instance(run, body, element, unpack(first))


def _counts(run: Run, body: str, state: dict[str, Any]) -> dict[str, Decimal]:
    """What a completion condition may ask about (BPMN 2.0, table 10.30)."""
    active = sum(1 for token in run.tokens if scope_of(token) == body)
    return {
        "numberOfInstances": Decimal(state["turn"]),
        "numberOfActiveInstances": Decimal(active),
        "numberOfCompletedInstances": Decimal(state["done"]),
        "numberOfTerminatedInstances": Decimal(0),
    }


def _leave(run: Run, body: str, element: Element) -> None:
    """The loop is over; instances that are still active are called off."""
    loop, scope = _loop(element), scope_of(body)
    found = run.loops[body].get("found")
    run.clear(body)
    run.lift(body)
    if loop.gather:
        run.learn(scope, {loop.gather: [unpack(value) for value in found or []]})
    run.follow(scope, element)
