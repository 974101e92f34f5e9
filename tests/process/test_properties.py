"""Promises that hold for every sound process, whatever it looks like and in whatever order things happen."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import event as hypothesis_event
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.process.drawing import event as event_
from tests.process.drawing import message, model, reread, scope, timer

from panjereh import process
from panjereh.process import Process, Step

# A tree of blocks is sound by construction: what is split is joined by the same kind of gateway.
leaves = st.sampled_from(
    [
        "user", "service", "milestone", "message", "timer", "reminder", "script",
        "many", "one_by_one", "loop", "letter", "signal", "alarmed",
    ]
)  # fmt: skip
blocks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("parallel"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("choice"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("some"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("race"), st.lists(inner, min_size=2, max_size=2)),
        st.tuples(st.just("sub"), st.lists(inner, min_size=1, max_size=2)),
        st.tuples(st.just("watched"), st.lists(inner, min_size=1, max_size=2)),
        st.tuples(st.just("in_time"), st.lists(inner, min_size=1, max_size=2)),
        st.tuples(st.just("undone"), st.lists(inner, min_size=1, max_size=2)),
        st.tuples(st.just("each"), st.lists(inner, min_size=1, max_size=1)),
        st.tuples(st.just("again"), st.lists(inner, min_size=1, max_size=1)),
    ),
    max_leaves=12,
)


MANY = "<multiInstanceLoopCharacteristics {}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
WATCH = 'triggeredByEvent="true"'
ONE_BY_ONE = 'isSequential="true"'
LOOP = "<standardLoopCharacteristics><loopCondition>loopCounter &lt; 2</loopCondition></standardLoopCharacteristics>"
PAID = '<messageEventDefinition messageRef="m_paid"/>'
OTHER = '<messageEventDefinition messageRef="m_other"/>'
ALARM = '<signalEventDefinition signalRef="s_alarm"/>'
UNDO = "<compensateEventDefinition/>"


@dataclass
class Draw:
    """Draws a tree of blocks as BPMN; flows of a scope are drawn inside its element."""

    shapes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    count: int = 0

    def new(self, kind: str, default: bool = False) -> str:
        self.count += 1
        id_ = f"{kind}{self.count}"
        self.shapes.append(f" {kind}:{id_}{f'({id_}_default)' if default else ''} ")
        return id_

    def raw(self, xml: str) -> None:
        self.shapes.append(xml)

    def flow(self, source: str, target: str, condition: str = "", id_: str = "") -> None:
        id_ = id_ or f"flow{len(self.flows)}_{source}_{target}"
        written = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.flows.append(
            f'<sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{written}</sequenceFlow>'
        )

    def block(self, block: Any, before: str) -> str:
        """Draw a block behind `before`; returns where it ends."""
        if isinstance(block, str):
            return self.leaf(block, before)
        kind, inner = block
        return getattr(self, kind)(inner, before)

    def leaf(self, kind: str, before: str) -> str:
        self.count += 1
        id_ = f"{kind}{self.count}"
        self.shapes.append(
            {
                "user": f" user:{id_} ",
                "service": f" service:{id_} ",
                "milestone": f'<intermediateThrowEvent id="{id_}"/>',
                "message": f'<receiveTask id="{id_}" messageRef="m_paid"/>',
                "timer": timer(id_),
                "reminder": f" user:{id_} service:tell{id_} end:told{id_} "
                + timer(f"due{id_}", id_, interrupting=False),
                "script": f'<scriptTask id="{id_}" pj:result="x"><script>1 + 1</script></scriptTask>',
                "many": f'<userTask id="{id_}">{MANY.format("")}</userTask>',
                "one_by_one": f'<serviceTask id="{id_}">{MANY.format(ONE_BY_ONE)}</serviceTask>',
                "loop": f'<userTask id="{id_}">{LOOP}</userTask>',
                "letter": f'<intermediateThrowEvent id="{id_}">{PAID}</intermediateThrowEvent>',
                "signal": f'<intermediateThrowEvent id="{id_}">{ALARM}</intermediateThrowEvent>',
                "alarmed": f" user:{id_} end:heard{id_} " + event_(f"on{id_}", ALARM, id_, interrupting=False),
            }[kind]
        )
        if kind == "alarmed":
            self.flow(f"on{id_}", f"heard{id_}")
        if kind == "reminder":
            self.flow(f"due{id_}", f"tell{id_}")
            self.flow(f"tell{id_}", f"told{id_}")
        self.flow(before, id_)
        return id_

    def sequence(self, inner: list[Any], before: str) -> str:
        for block in inner:
            before = self.block(block, before)
        return before

    def parallel(self, inner: list[Any], before: str) -> str:
        split, join = self.new("parallel"), self.new("parallel")
        self.flow(before, split)
        for block in inner:
            self.flow(self.block(block, split), join)
        return join

    def choice(self, inner: list[Any], before: str) -> str:
        split, join = self.new("exclusive", default=True), self.new("exclusive")
        self.flow(before, split)
        for number, block in enumerate(inner):
            step = self.leaf("milestone", split)
            id_, condition = (f"{split}_default", "") if number == 0 else (f"{split}_{number}", f"way = {number}")
            self.flows[-1] = ""
            self.flow(split, step, condition, id_)
            self.flow(self.block(block, step), join)
        return join

    def again(self, inner: list[Any], before: str) -> str:
        """A loop that is run a second time when `way` is 1, and left by the default flow."""
        top, bottom = self.new("exclusive"), self.new("exclusive", default=True)
        self.flow(before, top)
        last = self.leaf("user", self.block(inner[0], top))
        self.flow(last, bottom)
        self.flow(bottom, top, "once_more")
        after = self.leaf("milestone", bottom)
        self.flows[-1] = ""
        self.flow(bottom, after, "", f"{bottom}_default")
        return after

    def some(self, inner: list[Any], before: str) -> str:
        """Ways of which one or several are gone."""
        split, join = self.new("inclusive", default=True), self.new("inclusive")
        self.flow(before, split)
        for number, block in enumerate(inner):
            step = self.leaf("milestone", split)
            id_, condition = (f"{split}_default", "") if number == 0 else (f"{split}_{number}", f"way &gt;= {number}")
            self.flows[-1] = ""
            self.flow(split, step, condition, id_)
            self.flow(self.block(block, step), join)
        return join

    def race(self, inner: list[Any], before: str) -> str:
        """The first of several events decides."""
        split, join = self.new("events"), self.new("exclusive")
        self.flow(before, split)
        for kind, block in zip(("message", "timer"), inner, strict=True):
            self.count += 1
            id_ = f"{kind}{self.count}"
            self.raw(message(id_) if kind == "message" else timer(id_))
            self.flow(split, id_)
            self.flow(self.block(block, id_), join)
        return join

    def sub(self, inner: list[Any], before: str, marker: str = "", watch: bool = False, tag: str = "subProcess") -> str:
        self.count += 1
        id_, inside = f"sub{self.count}", Draw(count=self.count * 1000)
        inside.flow(inside.sequence(inner, inside.new("start")), inside.new("end"))
        drawn = f"{marker}{''.join(inside.shapes)}{''.join(inside.flows)}{watching(id_) if watch else ''}"
        self.raw(f'<{tag} id="{id_}">{drawn}</{tag}>')
        self.flow(before, id_)
        return id_

    def each(self, inner: list[Any], before: str) -> str:
        """A sub-process for each of two."""
        return self.sub(inner, before, MANY.format(""))

    def watched(self, inner: list[Any], before: str) -> str:
        """A sub-process in which a message begins something beside what goes on."""
        return self.sub(inner, before, watch=True)

    def in_time(self, inner: list[Any], before: str) -> str:
        """A sub-process that a clock may end."""
        id_, join = self.sub(inner, before, tag="transaction"), self.new("exclusive")
        self.raw(timer(f"late{id_}", id_))
        self.flow(id_, join)
        self.flow(f"late{id_}", join)
        return join

    def undone(self, inner: list[Any], before: str) -> str:
        """Something that is undone behind a sub-process."""
        self.count += 1
        id_ = f"undo{self.count}"
        self.raw(f' user:{id_} <userTask id="back{id_}" isForCompensation="true"/> ' + event_(f"c{id_}", UNDO, id_))
        self.raw(f'<association id="a{id_}" sourceRef="c{id_}" targetRef="back{id_}"/>')
        self.raw(f'<intermediateThrowEvent id="t{id_}">{UNDO}</intermediateThrowEvent>')
        self.flow(before, id_)
        self.flow(self.sub(inner, id_), f"t{id_}")
        return f"t{id_}"


def watching(id_: str) -> str:
    """An event sub-process that leaves its scope going on."""
    begin = f'<startEvent id="ws{id_}" isInterrupting="false">{OTHER}</startEvent>'
    inside = f"{begin} user:wu{id_} end:we{id_}"
    return scope(f"w{id_}", inside, f"ws{id_} > wu{id_}\nwu{id_} > we{id_}", attributes=WATCH)


def drawn(block: Any) -> Process:
    draw = Draw()
    last = draw.block(block, draw.new("start"))
    draw.flow(last, draw.new("end"))
    return model("".join(draw.shapes) + "".join(draw.flows), "")


def possible(model: Process, marking: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything that may happen now, in a fixed order. What could come again and again comes only at the beginning."""
    names = process.awaits(model, marking) - (set() if marking["last"] < 30 else {"other"})
    events = [("message", name) for name in names]
    events += [("clock", key) for key in marking["clocks"]]
    for token, element in marking["tokens"].items():
        at = model.elements[element]
        if at.asks and token not in marking.get("loops", {}):
            events.append(("user task" if at.kind is process.Kind.USER else "service task", token))
    return sorted(events)


def happen(model: Process, marking: dict[str, Any], event: tuple[str, str], data: dict[str, Any]) -> Step:
    kind, what = event
    act = {
        "message": process.deliver,
        "clock": process.fire,
        "user task": process.complete,
        "service task": process.finish_service,
    }[kind]
    return act(model, marking, what, data)


def play(model: Process, picks: st.DataObject, way: int, store=reread) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Let things happen in a drawn order until the end. A loop is gone through once more only at the beginning."""
    data: dict[str, Any] = {"way": way, "once_more": way == 1}
    marking = store(process.start(model, data).marking)
    events: list[tuple[str, str]] = []
    while not marking["ended"]:
        choices = possible(model, marking)
        assert choices, f"nothing can happen any more: {marking}"
        event = picks.draw(st.sampled_from(choices))
        data["once_more"] = data["once_more"] and len(events) < 20
        marking = store(happen(model, marking, event, data).marking)
        events.append(event)
        assert len(events) < 500
    return events, marking


@settings(deadline=None, max_examples=200)
@given(blocks, st.integers(0, 2), st.data())
def test_every_sound_process_ends_in_whatever_order_things_happen(block, way, picks):
    _, marking = play(drawn(block), picks, way)

    assert (marking["tokens"], marking["joins"], marking["clocks"]) == ({}, {}, [])


@settings(deadline=None, max_examples=100)
@given(blocks, st.integers(0, 2), st.data())
def test_replaying_the_events_gives_the_same_marking_whether_or_not_it_was_written_down_between(block, way, picks):
    model = drawn(block)
    events, end = play(model, picks, way)

    data: dict[str, Any] = {"way": way, "once_more": way == 1}
    marking = process.start(model, data).marking
    for number, event in enumerate(events):
        data["once_more"] = data["once_more"] and number < 20
        marking = happen(model, marking, event, data).marking

    assert marking == end


@settings(deadline=None, max_examples=100)
@given(blocks, st.integers(0, 2), st.data())
def test_what_is_opened_is_done_or_called_off_and_nothing_else(block, way, picks):
    """Books of tasks, effects and clocks, kept from the steps alone, agree with the marking at every moment."""
    model = drawn(block)
    data = {"way": way, "once_more": False}
    step = process.start(model, data)
    tasks: set[str] = set()
    effects: set[str] = set()
    clocks: set[str] = set()
    while True:
        tasks |= {task.token for task in step.tasks_opened}
        effects |= {effect.token for effect in step.effects}
        clocks |= {clock.key for clock in step.clocks_set}
        assert set(step.tasks_cancelled) <= tasks
        assert set(step.clocks_cancelled) <= clocks
        tasks -= set(step.tasks_cancelled)
        effects -= set(step.effects_cancelled)
        clocks -= set(step.clocks_cancelled)
        asking = {
            token: model.elements[at].kind
            for token, at in step.marking["tokens"].items()
            if model.elements[at].asks and token not in step.marking.get("loops", {})
        }
        assert tasks == {token for token, kind in asking.items() if kind is process.Kind.USER}
        assert effects == {token for token, kind in asking.items() if kind is not process.Kind.USER}
        assert clocks == set(step.marking["clocks"])
        if step.ended:
            break
        event = picks.draw(st.sampled_from(possible(model, step.marking)))
        for book in (tasks, effects, clocks):
            book.discard(event[1])
        step = happen(model, reread(step.marking), event, data)


def test_a_step_of_a_twenty_element_process_takes_well_under_a_millisecond():
    standard = process.standard()
    data = {"four_eyes": False, "fee": 0, "outcomes": {"check": "correct"}}
    marking = process.start(standard, data).marking

    fastest = min(_timed(standard, marking, data) for _ in range(20))

    assert fastest < 0.001


def _timed(model: Process, marking: dict[str, Any], data: dict[str, Any]) -> float:
    begin = time.perf_counter()
    for _ in range(20):
        process.complete(model, marking, "1", data)
    return (time.perf_counter() - begin) / 20


def redrawn(block: Any, picks: st.DataObject) -> str:
    """A sound model in which somebody pulled some flows to another place, or dropped them."""
    draw = Draw()
    last = draw.block(block, draw.new("start"))
    draw.flow(last, draw.new("end"))
    targets = [found for flow in draw.flows for found in re.findall(r'targetRef="(\w+)"', flow)]
    for _ in range(picks.draw(st.integers(1, 3))):
        place = picks.draw(st.integers(0, len(draw.flows) - 1))
        target = picks.draw(st.sampled_from(["", *targets]))
        draw.flows[place] = target and re.sub(r'targetRef="\w+"', f'targetRef="{target}"', draw.flows[place])
    return "".join(draw.shapes) + "".join(draw.flows)


@settings(deadline=None, max_examples=150)
@given(blocks, st.data())
def test_a_spoilt_model_is_refused_or_runs_or_says_where_it_can_not_go_on(block, picks):
    with suppress(process.ModelErrors):
        spoilt = model(redrawn(block, picks), "")
        try:
            marking = process.start(spoilt, {"way": 1}).marking
            for _ in range(30):
                if marking["ended"]:
                    break
                event = picks.draw(st.sampled_from(possible(spoilt, marking)))
                marking = reread(happen(spoilt, marking, event, {"way": 1}).marking)
        except process.CannotGoOn as stop:
            hypothesis_event("could not go on")
            where_it_stopped = stop.params["element"]
        else:
            hypothesis_event("ran")
            return
        assert where_it_stopped in spoilt.elements


@settings(deadline=None, max_examples=40)
@given(blocks)
def test_a_process_that_is_sound_by_construction_is_not_said_to_get_stuck(block):
    found = process.examine(drawn(block))

    assert "dead_end" not in {weakness.code for weakness in found.weaknesses}
