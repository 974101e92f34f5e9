"""Each element of BPMN 2.0: what becomes of it here, and a small model that shows it. The tests run every row, and
docs/reference/bpmn.md is written from the same rows:

    python -m tests.process.elements docs/reference/bpmn.md
"""

# ruff: noqa: E501 - a table

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.process.drawing import event, message, scope, timer

S, E = " start:s ", " end:e "
SIGNAL = '<signalEventDefinition signalRef="s_alarm"/>'
ERROR = '<errorEventDefinition errorRef="e_gone"/>'
UP = '<escalationEventDefinition escalationRef="x_up"/>'
CANCEL, UNDO, ENOUGH = "<cancelEventDefinition/>", "<compensateEventDefinition/>", "<terminateEventDefinition/>"
PAID = '<messageEventDefinition messageRef="m_paid"/>'
WHEN = "<conditionalEventDefinition><condition>n &gt; 5</condition></conditionalEventDefinition>"


@dataclass(frozen=True)
class Runs:
    """An element that is run: the model, what happens to it, and where it then stands ("" when it has ended)."""

    name: str
    how: str
    elements: str
    flows: str
    then: tuple[tuple[str, str], ...]  # what happens, and where the process stands behind it
    data: dict[str, Any] = field(default_factory=dict)
    beside: str = ""


@dataclass(frozen=True)
class Refused:
    """An element that is refused: a model with it, and the code of the refusal."""

    name: str
    why: str
    elements: str
    flows: str
    code: str
    beside: str = ""


def throws(id_: str, what: str) -> str:
    return f'<intermediateThrowEvent id="{id_}">{what}</intermediateThrowEvent>'


def ends(id_: str, what: str) -> str:
    return f'<endEvent id="{id_}">{what}</endEvent>'


def begins(id_: str, what: str, more: str = "") -> str:
    return f'<startEvent id="{id_}" {more}>{what}</startEvent>'


def when(what: str, id_: str = "watch", more: str = "", inside: str = "user:w", flows: str = "ws > w\nw > we") -> str:
    """An event sub-process."""
    return scope(id_, f"{begins('ws', what, more)} {inside} end:we", flows, attributes='triggeredByEvent="true"')


def many(what: str, kind: str = "userTask", id_: str = "a", more: str = "") -> str:
    return f'<{kind} id="{id_}" {more}>{what}</{kind}>'


def sub(inside: str = "start:ss user:a end:se", flows: str = "ss > a\na > se", **more: str) -> str:
    return scope("sub", inside, flows, **more)


GO, OUT = "s > a\na > e", "s > sub\nsub > after\nafter > e"
EACH = '<multiInstanceLoopCharacteristics pj:items="people" pj:item="one" {}>{}</multiInstanceLoopCharacteristics>'
NOT_INTERRUPTING = 'isInterrupting="false"'
CALLED = '<process id="other"> start:os user:look end:oe <sequenceFlow id="o1" sourceRef="os" targetRef="look"/>'
CALLED += '<sequenceFlow id="o2" sourceRef="look" targetRef="oe"/></process>'
POOLS = """<collaboration id="c"><participant id="us" name="Us" processRef="p"/><participant id="bank" name="Bank"/>
<messageFlow id="mf" sourceRef="t" targetRef="bank"/></collaboration>"""

TABLE: dict[str, list[Runs | Refused]] = {
    "Flows": [
        Runs("Sequence flow", "A token goes from one step to the next.", S + " user:a " + E, GO, (("done a", ""),)),
        Runs(
            "Condition, default",
            "Asked in FEEL in the order of the file; the default is taken where no condition holds.",
            S + " exclusive:g(f3) user:a user:b " + E,
            "s > g\ng > a: n > 5\na > e\ng > b\nb > e",
            (("start", "b"), ("done b", "")),
            {"n": 1},
        ),
        Runs(
            "Several flows out of a task",
            "All are taken that have no condition or whose condition holds.",
            S + " user:a user:b user:c " + E,
            "s > a\na > b\na > c: n > 5\na > e: n > 9\nb > e\nc > e",
            (("done a", "b c"), ("done b", "c"), ("done c", "")),
            {"n": 7},
        ),
        Runs(
            "Several flows into a task",
            "Each token that comes does the task once.",
            S + " parallel:g user:a user:b user:c " + E,
            "s > g\ng > a\ng > b\na > c\nb > c\nc > e",
            (("done a", "b c"), ("done b", "c c"), ("done c", "c"), ("done c", "")),
        ),
        Refused(
            "Condition behind a parallel gateway or an event",
            "It would not be asked.",
            S + " parallel:g user:a " + E,
            "s > g\ng > a: n > 1\na > e",
            "condition_not_here",
        ),
    ],
    "Tasks": [
        Runs("User task, manual task", "Waits in a queue until somebody completes it.",
             S + '<manualTask id="a"/>' + E, GO, (("start", "a"), ("done a", ""))),
        Runs("Service task", "An effect, done at least once by a worker, with an idempotency key.",
             S + " service:a " + E, GO, (("start", "a"), ("sent a", ""))),
        Runs("Send task", "As a service task; the effect names the message and the pool that it goes to.",
             S + '<sendTask id="t" messageRef="m_paid"/>' + E, "s > t\nt > e", (("start", "t"), ("sent t", ""))),
        Runs("Receive task", "Waits for its message.",
             S + '<receiveTask id="a" messageRef="m_paid"/>' + E, GO, (("message paid", ""),)),
        Runs("Receive task that begins a process", "As a start event with a message.",
             '<receiveTask id="a" messageRef="m_paid" instantiate="true"/>  user:b ' + E, "a > b\nb > e",
             (("start", "b"),)),
        Runs("Script task", "FEEL only; the value goes into `pj:result` or the data object that the task writes.",
             S + '<scriptTask id="a" pj:result="x"><script>n + 1</script></scriptTask> exclusive:g(f3) user:b ' + E,
             "s > a\na > g\ng > b: x = 8\ng > e\nb > e", (("start", "b"),), {"n": 7}),
        Runs("Business rule task", "Asks for the decision that `pj:decision` names.",
             S + '<businessRuleTask id="a" pj:decision="fee"/> exclusive:g(f3) user:b ' + E,
             "s > a\na > g\ng > b: fee > 5\ng > e\nb > e", (("start", "b"),)),
        Refused("Task without a type", "Nobody knows who or what does it.",
                S + '<task id="a"/>' + E, GO, "unsupported_element"),
        Refused("Script in another language", "A definition is data, not code.",
                S + '<scriptTask id="a" pj:result="x" scriptFormat="javascript"><script>1</script></scriptTask>' + E, GO,
                "expression_language"),
        Runs("`startQuantity`, `completionQuantity`", "So many tokens are needed, and so many leave.",
             S + ' <userTask id="a" completionQuantity="2"/> <userTask id="b" startQuantity="2"/> ' + E,
             "s > a\na > b\nb > e", (("done a", "b"), ("done b", ""))),
    ],
    "Repeated activities": [
        Runs("Standard loop", "Again while `loopCondition` holds, `loopMaximum` times at most; `loopCounter` counts.",
             S + many("<standardLoopCharacteristics><loopCondition>loopCounter &lt; 3</loopCondition>"
                      "</standardLoopCharacteristics>") + E, GO,
             (("start", "a a"), ("done a", "a a"), ("done a", "a a"), ("done a", ""))),
        Runs("Standard loop, tested before", "It may be done not at all.",
             S + many('<standardLoopCharacteristics testBefore="true"><loopCondition>n &gt; 9</loopCondition>'
                      "</standardLoopCharacteristics>") + " user:b " + E, "s > a\na > b\nb > e",
             (("start", "b"),), {"n": 1}),
        Runs("Many instances, parallel", "One for each item of `pj:items`; each task knows its number and item.",
             S + many(EACH.format("", "")) + E, GO,
             (("start", "a a a"), ("done a", "a a"), ("done a", "")), {"people": ["x", "y"]}),
        Runs("Many instances, sequential", "One behind the other.",
             S + many(EACH.format('isSequential="true"', "")) + E, GO,
             (("start", "a a"), ("done a", "a a"), ("done a", "")), {"people": ["x", "y"]}),
        Runs("Number of instances", "By `loopCardinality`, in FEEL.",
             S + many("<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality>"
                      "</multiInstanceLoopCharacteristics>") + E, GO,
             (("start", "a a a"), ("done a", "a a"), ("done a", "")), {"n": 2}),
        Runs("Completion condition", "Where it holds behind an instance, the others are called off.",
             S + many(EACH.format("", "<completionCondition>numberOfCompletedInstances = 1</completionCondition>"))
             + E, GO, (("done a", ""),), {"people": ["x", "y", "z"]}),
        Runs("Many instances of a sub-process", "Each has its own tokens and its own item.",
             S + sub(f"{EACH.format('', '')} start:ss user:a end:se") + " user:after " + E, OUT,
             (("start", "a a sub sub sub"), ("done a", "a sub sub"), ("done a", "after")), {"people": ["x", "y"]}),
        Refused("Many instances that throw events", "`behavior` other than All.",
                S + many(EACH.format('behavior="One"', "")) + E, GO, "unsupported_marker"),
        Refused("Loop without an end", "Neither a condition nor a maximum.",
                S + many("<standardLoopCharacteristics/>") + E, GO, "loop_wrong"),
    ],
    "Gateways": [
        Runs("Exclusive", "The first flow whose condition holds.", S + " exclusive:g user:a user:b " + E,
             "s > g\ng > a: n > 5\ng > b: n > 3\na > e\nb > e", (("start", "a"),), {"n": 7}),
        Runs("Parallel", "All flows; the join waits for one token on each.", S + " parallel:g user:a user:b parallel:j " + E,
             "s > g\ng > a\ng > b\na > j\nb > j\nj > e", (("start", "a b"), ("done b", "a"), ("done a", ""))),
        Runs("Inclusive", "All flows whose condition holds; the join waits as long as another token can still come.",
             S + " inclusive:g user:a user:b user:c inclusive:j user:d " + E,
             "s > g\ng > a: n > 1\ng > b: n > 2\ng > c: n > 9\na > j\nb > j\nc > j\nj > d\nd > e",
             (("start", "a b"), ("done b", "a"), ("done a", "d"), ("done d", "")), {"n": 7}),
        Runs("Event-based", "The first event that comes decides; the others are called off.",
             S + " events:g " + message("m") + timer("t") + " user:a user:b " + E,
             "s > g\ng > m\ng > t\nm > a\nt > b\na > e\nb > e", (("start", "g"), ("clock t", "b"))),
        Refused("Complex", "Its activation condition has no agreed meaning.",
                S + '<complexGateway id="a"/>' + E, GO, "unsupported_element"),
        Refused("Event-based that begins a process, or parallel", "Draw start events.",
                S + ' <eventBasedGateway id="g" instantiate="true"/> ' + message("m") + timer("t") + E,
                "s > g\ng > m\ng > t\nm > e\nt > e", "unsupported_marker"),
    ],
    "Start and end": [
        Runs("Start", "One in each scope.", S + " user:a " + E, GO, (("start", "a"),)),
        Runs("Start by message, timer, signal, condition", "`start(..., at=...)` names the event that came.",
             begins("s", PAID) + " user:a " + E, GO, (("start", "a"),)),
        Runs("End", "The scope ends when no token is left in it.", S + " user:a " + E, GO, (("done a", ""),)),
        Runs("Terminate", "Ends all that goes on in its scope.", S + " parallel:g user:a user:b " + ends("x", ENOUGH) + E,
             "s > g\ng > a\ng > b\na > x\nb > e", (("done a", ""),)),
        Runs("End with a message", "Sends it, and ends when it is sent.", S + ends("e", PAID), "s > e",
             (("start", "e"), ("sent e", ""))),
        Runs("End with a signal", "Everyone who waits for it takes it.",
             S + " parallel:g user:a " + event("c", SIGNAL) + ends("x", SIGNAL) + E,
             "s > g\ng > a\ng > c\na > x\nc > e", (("done a", ""),)),
        Runs("End with an error", "Leaves the scope by the event that catches it, else ends everything.",
             S + sub("start:ss user:a " + ends("se", ERROR)) + " user:after user:b " + event("x", ERROR, "sub") + E,
             OUT + "\nx > b\nb > e", (("done a", "b"),)),
        Runs("End with an escalation", "Told to the nearest event around that catches it.",
             S + sub("start:ss user:a " + ends("se", UP)) + " user:after user:b " + event("x", UP, "sub") + E,
             OUT + "\nx > b\nb > e", (("done a", "b"),)),
        Runs("End with compensation", "Undoes what has completed in its scope.",
             S + " user:a " + event("c", UNDO, "a") + ' <userTask id="undo" isForCompensation="true"/>'
             '<association id="as" sourceRef="c" targetRef="undo"/>' + ends("e", UNDO), GO,
             (("done a", "e undo"), ("done undo", ""))),
        Runs("End with cancel", "Undoes a transaction and leaves it by its cancel event.",
             S + sub("start:ss user:a " + ends("se", CANCEL), tag="transaction") + " user:after user:b "
             + event("x", CANCEL, "sub") + E, OUT + "\nx > b\nb > e", (("done a", "b"),)),
        Refused("Several plain start events", "It could not be told where a case begins.",
                S + " start:s2 user:a " + E, GO + "\ns2 > a", "several_starts"),
        Refused("No start or no end", "Each way has a beginning and an end.", " user:a ", "a > a", "no_start"),
        Refused("Step without a way on", "An end is drawn, not guessed.", S + " user:a user:b " + E, GO + "\na > b",
                "no_way_out"),
    ],
    "Intermediate events": [
        Runs("Without a trigger", "A milestone.", S + throws("m", "") + " user:a " + E, "s > m\nm > a\na > e",
             (("start", "a"),)),
        Runs("Timer: date, duration, deadline", "A clock; `pj:deadline` names a term of the service.",
             S + timer("t") + E, "s > t\nt > e", (("start", "t"), ("clock t", ""))),
        Runs("Message caught", "The oldest token that waits takes it.", S + message("m") + E, "s > m\nm > e",
             (("message paid", ""),)),
        Runs("Message thrown", "An effect; the token goes on when it is sent.", S + throws("m", PAID) + E,
             "s > m\nm > e", (("start", "m"), ("sent m", ""))),
        Runs("Signal caught", "From this case or from outside.", S + event("c", SIGNAL) + E, "s > c\nc > e",
             (("signal alarm", ""),)),
        Runs("Signal thrown", "Taken by all who wait, here at once and in other cases by `signal`.",
             S + " parallel:g " + event("c", SIGNAL) + throws("t", SIGNAL) + " user:a user:b " + E,
             "s > g\ng > c\ng > t\nc > a\nt > b\na > e\nb > e", (("start", "a b"),)),
        Runs("Condition", "Happens as soon as its FEEL condition holds.", S + event("c", WHEN) + E, "s > c\nc > e",
             (("start", "c"), ("learn n=7", "")), {"n": 1}),
        Runs("Escalation thrown", "The scope goes on unless the event that catches it interrupts.",
             S + sub("start:ss " + throws("t", UP) + " user:a end:se", "ss > t\nt > a\na > se") + " user:after user:b "
             + event("x", UP, "sub", interrupting=False) + E, OUT + "\nx > b\nb > e", (("start", "a b sub"),)),
        Runs("Compensation thrown", "Undoes one step (`activityRef`) or all that has completed, the last first.",
             S + " user:a " + event("c", UNDO, "a") + ' <userTask id="undo" isForCompensation="true"/>'
             '<association id="as" sourceRef="c" targetRef="undo"/>' + throws("t", UNDO) + " user:b " + E,
             "s > a\na > t\nt > b\nb > e", (("done a", "t undo"), ("done undo", "b"))),
        Runs("Link", "As a flow from the throwing to the catching end of the same name.",
             S + throws("l1", '<linkEventDefinition name="on"/>') + event("l2", '<linkEventDefinition name="on"/>')
             + " user:a " + E, "s > l1\nl2 > a\na > e", (("start", "a"),)),
        Runs("Several triggers", "Any of them; thrown: all of them.", S + event("c", PAID + SIGNAL) + E,
             "s > c\nc > e", (("signal alarm", ""),)),
        Runs("Several triggers, parallel", "All of them must come.",
             S + event("c", PAID + SIGNAL).replace('id="c"', 'id="c" parallelMultiple="true"') + E, "s > c\nc > e",
             (("signal alarm", "c"), ("message paid", ""))),
        Refused("Repeating timer between steps", "The event happens once.",
                S + timer("t", due="<timeCycle>R3/P1D</timeCycle>") + E, "s > t\nt > e", "timer_cycle"),
        Refused("Link without its other end", "The token would be lost.",
                S + throws("l1", '<linkEventDefinition name="on"/>') + " user:a " + E, GO + "\na > l1", "link_wrong"),
    ],
    "Events on a boundary": [
        Runs("Timer", "Ends its activity, or not.", S + " user:a user:b " + timer("t", "a") + E,
             GO + "\nt > b\nb > e", (("clock t", "b"),)),
        Runs("Repeating timer", "`R3/P1D`: sets its next clock whenever it fires; three times, or without end.",
             S + " user:a user:b " + timer("t", "a", False, "<timeCycle>R2/P1D</timeCycle>") + E, GO + "\nt > b\nb > e",
             (("clock t", "a b"), ("clock t", "a b b"), ("done a", "b b"))),
        Runs("Message", "Ends its activity, or not.", S + " user:a user:b " + message("m", host="a") + E,
             GO + "\nm > b\nb > e", (("message paid", "b"),)),
        Runs("Signal", "Ends its activity, or not.", S + " user:a user:b " + event("x", SIGNAL, "a", False) + E,
             GO + "\nx > b\nb > e", (("signal alarm", "a b"), ("signal alarm", "a b b"))),
        Runs("Condition", "Once each time that it becomes true.", S + " user:a user:b " + event("x", WHEN, "a", False) + E,
             GO + "\nx > b\nb > e", (("start", "a"), ("learn n=7", "a b"), ("learn n=8", "a b"), ("learn n=1", "a b"),
                                     ("learn n=9", "a b b")), {"n": 1}),
        Runs("Error", "Of the code that it names, else any.", S + " service:a user:b " + event("x", ERROR, "a") + E,
             GO + "\nx > b\nb > e", (("fail a gone", "b"),)),
        Runs("Escalation", "Ends its activity, or not.", S + sub("start:ss user:a " + ends("se", UP)) + " user:after user:b "
             + event("x", UP, "sub", False) + E, OUT + "\nx > b\nb > e", (("done a", "after b"),)),
        Runs("Compensation", "Joined to what undoes its activity by an association.",
             S + " user:a " + event("c", UNDO, "a") + ' <serviceTask id="undo" isForCompensation="true"/>'
             '<association id="as" sourceRef="c" targetRef="undo"/>' + ends("e", UNDO), GO,
             (("done a", "e undo"), ("sent undo", ""))),
        Runs("Cancel", "Of a transaction.", S + sub("start:ss user:a " + ends("se", CANCEL), tag="transaction")
             + " user:after user:b " + event("x", CANCEL, "sub") + E, OUT + "\nx > b\nb > e", (("done a", "b"),)),
        Refused("Cancel elsewhere", "Only transactions can be cancelled.",
                S + " user:a user:b " + event("x", CANCEL, "a") + E, GO + "\nx > b\nb > e", "cancel_wrong"),
        Refused("Error that does not interrupt", "An error always ends its activity.",
                S + " service:a user:b " + event("x", ERROR, "a", False) + E, GO + "\nx > b\nb > e",
                "error_not_interrupting"),
    ],
    "Sub-processes and calls": [
        Runs("Embedded sub-process", "Ends when no token is left inside.", S + sub() + " user:after " + E, OUT,
             (("start", "a sub"), ("done a", "after"))),
        Runs("Transaction", "A sub-process that can be cancelled.", S + sub(tag="transaction") + " user:after " + E, OUT,
             (("done a", "after"),)),
        Runs("Event sub-process: message", "Interrupting: it replaces what went on in its scope.",
             S + " user:a " + when(PAID) + E, GO, (("message paid", "w watch"), ("done w", ""))),
        Runs("Event sub-process: timer, not interrupting", "Beside what goes on; its clock runs with the scope.",
             S + " user:a " + when("<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>",
                                   more=NOT_INTERRUPTING) + E, GO,
             (("clock ws", "a w watch"), ("done a", "w watch"), ("done w", ""))),
        Runs("Event sub-process: signal", "Each time that it sounds.", S + " user:a " + when(SIGNAL, more=NOT_INTERRUPTING)
             + E, GO, (("signal alarm", "a w watch"), ("signal alarm", "a w w watch watch"))),
        Runs("Event sub-process: condition", "When it becomes true.", S + " user:a " + when(WHEN) + E, GO,
             (("start", "a"), ("learn n=7", "w watch")), {"n": 1}),
        Runs("Event sub-process: error", "Handles it inside the scope, which then ends normally.",
             S + sub("start:ss user:a " + ends("se", ERROR) + when(ERROR)) + " user:after " + E, OUT,
             (("done a", "sub w watch"), ("done w", "after"))),
        Runs("Event sub-process: escalation", "Interrupting or not.",
             S + sub("start:ss user:a " + ends("se", UP) + when(UP, more=NOT_INTERRUPTING)) + " user:after " + E, OUT,
             (("done a", "sub w watch"), ("done w", "after"))),
        Runs("Event sub-process: compensation", "Undoes its sub-process when that has completed.",
             S + sub("start:ss user:a end:se" + when(UNDO)) + throws("t", UNDO) + E,
             "s > sub\nsub > t\nt > e", (("done a", "t w watch"), ("done w", ""))),
        Runs("Call of a process in the same file", "Runs inside the case; its steps are called `call/step`.",
             S + '<callActivity id="call" calledElement="other"/>' + E, "s > call\ncall > e",
             (("start", "call call/look"), ("done call/look", "")), beside=CALLED),
        Runs("Call of a standard process", "`standard` or `decide-only`.",
             S + '<callActivity id="call" calledElement="decide-only" pj:result="verdict"/>' + E, "s > call\ncall > e",
             (("start", "call call/decide"),)),
        Refused("Call of something else", "Nothing can be run that is not there.",
                S + '<callActivity id="call" calledElement="nowhere"/>' + E, "s > call\ncall > e", "called_missing"),
        Refused("Call of oneself", "It would never end.", S + '<callActivity id="call" calledElement="p"/>' + E,
                "s > call\ncall > e", "call_recursion"),
        Refused("Ad-hoc sub-process", "Its order is not drawn.", S + '<adHocSubProcess id="a"/>' + E, GO,
                "unsupported_element"),
        Refused("Flow across a border", "A sub-process is entered and left as a whole.",
                S + sub() + " user:b " + E, "s > sub\nsub > e\na > b\nb > e", "flow_crosses_scope"),
    ],
    "Pools, lanes and data": [
        Runs("Lane", "The role of its tasks (`TaskSpec.lane`).",
             '<laneSet id="ls"><lane id="l" name="Office"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
             + S + " user:a " + E, GO, (("start", "a"),)),
        Runs("Pool of another agency", "A black box; its message flows name it as the partner of an effect.",
             S + '<sendTask id="t" messageRef="m_paid"/>' + E, "s > t\nt > e", (("sent t", ""),), beside=POOLS),
        Runs("Second process in the file", "Loaded beside the first; messages go from one to the other by their names.",
             S + " user:a " + E, GO, (("done a", ""),), beside=CALLED),
        Runs("Data object, property", "A variable; one of a sub-process vanishes with it.",
             '<dataObject id="d" name="total"/><dataObjectReference id="dr" dataObjectRef="d"/>' + S
             + '<scriptTask id="a"><dataOutputAssociation id="da"><targetRef>dr</targetRef></dataOutputAssociation>'
             "<script>n * 2</script></scriptTask> exclusive:g(f3) user:b " + E,
             "s > a\na > g\ng > b: total = 14\ng > e\nb > e", (("start", "b"),), {"n": 7}),
        Refused("Data association that computes", "Compute in a script task.",
                S + '<userTask id="a"><dataInputAssociation id="d"><targetRef>x</targetRef><assignment/>'
                "</dataInputAssociation></userTask>" + E, GO, "data_mapping"),
        Refused("Choreography, conversation", "They describe what happens between processes, not one of them.",
                S + '<choreographyTask id="a"/>' + E, GO, "unsupported_element"),
    ],
    "Extensions of other makers": [
        Runs("Assignees, forms, retries, colours", "Ignored: who does a task is said in our own attributes.",
             S + '<userTask id="a" xmlns:other="http://example.org/other" other:assignee="me"/>' + E, GO, (("done a", ""),)),
        Refused("Listeners, skipped steps, data mappings", "They would change what happens.",
                S + '<userTask id="a"><extensionElements><other:executionListener xmlns:other="http://example.org/o"/>'
                "</extensionElements></userTask>" + E, GO, "foreign_extension"),
        Refused("Expressions in other languages", "Conditions are FEEL.",
                S + " exclusive:g(f3) user:a " + E, "s > g\ng > a: ${amount > 1}\na > e\ng > e", "expression_language"),
    ],
}  # fmt: skip


ATTRIBUTES = """
## Our own attributes

They have the namespace `http://panjereh.example/bpmn`, here with the prefix `pj`.

| on | attribute | meaning |
| --- | --- | --- |
| any step | `pj:fa`, `pj:en` | its name in either language; `name` counts as the source language's |
| any step | `pj:stage`, `pj:stage_fa`, `pj:stage_en` | the station that the waiting person sees; `none` hides it |
| flow | `pj:main` | the usual way, shown as the way ahead |
| user task | `pj:who`, `pj:does`, `pj:outcomes`, `pj:form` | the role, what it does, how it can end, its form |
| service task, event with a message | `pj:operation` | the effect that is carried out |
| business rule task | `pj:decision`, `pj:result` | the decision, and the variable that receives it |
| script task, call activity | `pj:result` | the variable that receives the value, or the outcome of the called process |
| timer | `pj:deadline` | a term of the service instead of a due time |
| end | `pj:outcome` | the outcome of the case |
| many instances | `pj:items`, `pj:item` | the list in FEEL, and the variable with the item of each |
| many instances | `pj:gather`, `pj:gathered` | the list that collects what each instance found, and under which name it finds it |

Behind each of many instances `loopCounter` is its number; a completion condition may also ask `numberOfInstances`,
`numberOfActiveInstances` and `numberOfCompletedInstances`.

## What `check` says about the whole

| code | finding | |
| --- | --- | --- |
| P801 | the file is not one that can be run: every refusal above | error |
| P809 | a join that waits for ever, a loop in which nothing waits, a step that can never run | error |
| P810 | ways that meet without a join, tokens that gather in a loop, a wait without a deadline, a choice that may have no \
answer, more situations than could be looked at | warning |
| P811 | something that cases cannot do: a message that nobody sends (they take `paid`, `appeal`, and answers of agencies that the process consults), or a signal that neither the process nor `signals` names | error |

For P809 and P810 every situation that can be reached is looked at, up to 1,500 of them, whatever the data: conditions may hold
or not, many instances are taken as two.

## From Python

`panjereh.process` knows no database and no clock; a marking is plain JSON.

| call | what for |
| --- | --- |
| `load(path_or_text)` | the processes of a file by id; `ModelErrors.errors` lists (element, code, reason, advice, line) |
| `examine(process)` | the weaknesses, and whether all was seen |
| `start(process, data, at=None)` | begin; `at` names a start event with a trigger |
| `complete(process, marking, token, data, result={})` | a user task is done; `result` are variables that it found |
| `finish_service`, `fail_service` | an effect is done, a message is sent; or it failed with an error code |
| `deliver(process, marking, message, data, token=None)` | a message came, for the oldest that waits or the one named |
| `signal(process, marking, name, data)` | a signal sounded |
| `fire(process, marking, clock_key, data)` | a clock fell due |
| `look_again(process, marking, data)` | data changed: conditional events are asked |
| `cancel(process, marking)` | stop everything |
| `awaits`, `instance`, `clock_is_set` | what would be taken now; number and item of one of many; is a clock running |

Each gives a `Step`: the new `marking`, `tasks_opened`, `tasks_cancelled`, `effects`, `effects_cancelled`, `clocks_set`,
`clocks_cancelled`, `signals`, `data`, `ended`, `outcome`. A repeating timer asks for one clock at a time.
"""


def page() -> str:
    """docs/reference/bpmn.md"""
    lines = [
        "# BPMN",
        "",
        "What becomes of each element of BPMN 2.0. Nothing that cannot be run rightly is accepted: `panjereh check` names",
        "the element, the line, a code, the reason and what to do. Each row of this page is a test "
        "(`tests/process/elements.py`), from which the page is written.",
    ]
    for part, rows in TABLE.items():
        lines += ["", f"## {part}", "", "| element | | what happens |", "| --- | --- | --- |"]
        for row in rows:
            if isinstance(row, Runs):
                lines.append(f"| {row.name} | runs | {row.how} |")
            else:
                lines.append(f"| {row.name} | refused (`{row.code}`) | {row.why} |")
    return "\n".join(lines) + "\n" + ATTRIBUTES.replace("\\\n", "")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
