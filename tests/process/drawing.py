"""Small models for tests: elements as XML, flows as lines `source > target` with an optional `: condition`."""

import json
import re
from typing import Any
from xml.sax.saxutils import escape

import pytest

from panjereh import process
from panjereh.process import Process, Step

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:pj="http://panjereh.example/bpmn">
<message id="m_paid" name="paid"/><message id="m_other" name="other"/>
<error id="e_gone" errorCode="gone"/><error id="e_late" errorCode="late"/>
<signal id="s_alarm" name="alarm"/><escalation id="x_up" name="up" escalationCode="up"/>
"""


SHAPES = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "service": "serviceTask",
    "exclusive": "exclusiveGateway", "parallel": "parallelGateway", "events": "eventBasedGateway",
    "inclusive": "inclusiveGateway",
}  # fmt: skip
_SHORT = re.compile(rf"(?<![\w:])({'|'.join(SHAPES)}):(\w+)(?:\((\w+)\))?")


def shape(short: re.Match[str]) -> str:
    """`user:a` is a user task with the id a, `exclusive:g(f2)` a gateway whose default is the flow f2."""
    kind, id_, default = short.groups()
    return f'<{SHAPES[kind]} id="{id_}" default="{default}"/>' if default else f'<{SHAPES[kind]} id="{id_}"/>'


def flows_of(lines: str, prefix: str = "") -> str:
    drawn = []
    for number, line in enumerate(filter(None, (line.strip() for line in lines.strip().splitlines()))):
        way, _, condition = line.partition(":")
        source, _, target = (part.strip() for part in way.partition(">"))
        written = f"<conditionExpression>{escape(condition.strip())}</conditionExpression>" if condition else ""
        drawn.append(
            f'<sequenceFlow id="{prefix}f{number}" sourceRef="{source}" targetRef="{target}">{written}</sequenceFlow>'
        )
    return "".join(drawn)


def text(elements: str, flows: str, beside: str = "") -> str:
    """A file with one process `p`, and whatever else stands beside it."""
    drawn = f'<process id="p">{_SHORT.sub(shape, elements)}{flows_of(flows)}</process>'
    return f"{HEAD}{drawn}{_SHORT.sub(shape, beside)}</definitions>"


def model(elements: str, flows: str, beside: str = "") -> Process:
    return process.load(text(elements, flows, beside))["p"]


def scope(id_: str, elements: str, flows: str, tag: str = "subProcess", attributes: str = "") -> str:
    """A sub-process with what is inside."""
    drawn = _SHORT.sub(shape, elements) + flows_of(flows, f"{id_}_")
    return f'<{tag} id="{id_}" {attributes}>{drawn}</{tag}>'


def refusals(elements: str, flows: str) -> set[tuple[str, str]]:
    """(element, code) of all that is found wrong; each with its reason and advice."""
    with pytest.raises(process.ModelErrors) as refused:
        process.load(text(elements, flows))
    found = refused.value.errors
    assert all(error.reason and error.advice for error in found)
    return {(error.element, error.code) for error in found}


def reread(marking: dict[str, Any]) -> dict[str, Any]:
    """The marking as a store may give it back: keys in another order."""
    read: dict[str, Any] = json.loads(json.dumps(marking, sort_keys=True))
    read["tokens"] = dict(reversed(read["tokens"].items()))
    return read


def timer(id_: str, host: str = "", interrupting: bool = True, due: str = "<timeDuration>P3D</timeDuration>") -> str:
    """A timer event, on the boundary of `host` if given."""
    return event(id_, f"<timerEventDefinition>{due}</timerEventDefinition>", host, interrupting)


def message(id_: str, name: str = "paid", host: str = "") -> str:
    """A message event, on the boundary of `host` if given."""
    return event(id_, f'<messageEventDefinition messageRef="m_{name}"/>', host)


def event(id_: str, trigger: str, host: str = "", interrupting: bool = True) -> str:
    if not host:
        return f'<intermediateCatchEvent id="{id_}">{trigger}</intermediateCatchEvent>'
    cancel = "" if interrupting else ' cancelActivity="false"'
    return f'<boundaryEvent id="{id_}" attachedToRef="{host}"{cancel}>{trigger}</boundaryEvent>'


class Run:
    """A process in play: written down and read back between any two steps."""

    def __init__(self, model: Process, decide: process.Decide | None = None, **data: Any) -> None:
        self.model, self.data, self.decide = model, data, decide
        self.steps: list[Step] = []
        self.keep(process.start(model, data, decide=decide))

    def keep(self, step: Step) -> Step:
        self.marking = reread(step.marking)
        self.steps.append(step)
        return step

    def token(self, element: str) -> str:
        loops = self.marking.get("loops", {})
        found = [token for token, at in self.marking["tokens"].items() if at == element and token not in loops]
        return min(found, key=lambda token: int(token.rpartition(".")[2]))

    @property
    def at(self) -> list[str]:
        return sorted(self.marking["tokens"].values())

    def complete(self, element: str, outcome: str = "", **data: Any) -> Step:
        self.data |= data
        self.data["outcomes"] = {**self.data.get("outcomes", {}), element: outcome}
        return self.keep(process.complete(self.model, self.marking, self.token(element), self.data, decide=self.decide))

    def finish(self, element: str) -> Step:
        return self.keep(
            process.finish_service(self.model, self.marking, self.token(element), self.data, decide=self.decide)
        )

    def fail(self, element: str, code: str) -> Step:
        return self.keep(process.fail_service(self.model, self.marking, self.token(element), code, self.data))

    def deliver(self, message: str) -> Step:
        return self.keep(process.deliver(self.model, self.marking, message, self.data))

    def signal(self, name: str) -> Step:
        return self.keep(process.signal(self.model, self.marking, name, self.data))

    def learn(self, **data: Any) -> Step:
        self.data |= data
        return self.keep(process.look_again(self.model, self.marking, self.data))

    def fire(self, event: str) -> Step:
        key = next(key for key in self.marking["clocks"] if key.partition(":")[2].partition("#")[0] == event)
        return self.keep(process.fire(self.model, self.marking, key, self.data))
