"""What the parts of a file say of each other agrees, and files of other tools are read as they mean it."""

# ruff: noqa: E501 - whole files in one line

import pytest
from tests.process.drawing import HEAD, text

from panjereh import process

SOUND, FLOWS = "start:s user:a end:e ", "s > a\na > e"
PLAIN = f"{HEAD}<process id='p'>{{}}</process>{{}}</definitions>"
LISTED = """<startEvent id="s"><outgoing>f1</outgoing></startEvent><endEvent id="e">{}</endEvent>
<sequenceFlow id="f1" sourceRef="s" targetRef="e"/>"""
TWO_POOLS = """<collaboration id="c"><participant id="us" processRef="p"/><participant id="bank"/>
<messageFlow id="mf" sourceRef="{}" targetRef="{}"/></collaboration>"""
TYPES = """<itemDefinition id="t1" structureRef="text"/><itemDefinition id="t2" structureRef="number"/>
<message id="m_typed" name="typed" itemRef="t1"/>"""
SEND = """start:s <sendTask id="a" messageRef="m_typed"><ioSpecification><dataInput id="in" itemSubjectRef="{}"/>
<inputSet><dataInputRefs>{}</dataInputRefs></inputSet><outputSet/></ioSpecification></sendTask> end:e """


def codes(source: str) -> set[tuple[str, str]]:
    with pytest.raises(process.ModelErrors) as refused:
        process.load(source)
    return {(error.element, error.code) for error in refused.value.errors}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (PLAIN.format(LISTED.format(""), ""), {("e", "flows_disagree")}),
        (PLAIN.format(LISTED.format("<incoming>f2</incoming>"), ""), {("e", "flows_disagree")}),
        (text(SOUND, FLOWS, TWO_POOLS.format("us", "a")), {("mf", "message_flow_wrong")}),
        (text(SOUND, FLOWS, TWO_POOLS.format("bank", "e")), {("mf", "message_flow_wrong")}),
        (text(SOUND, FLOWS, TWO_POOLS.format("bank", "s")), {("mf", "message_flow_wrong")}),
        (text(SOUND, FLOWS, TWO_POOLS.format("ghost", "a")), {("mf", "message_flow_wrong")}),
        (text(SEND.format("t2", "in"), FLOWS, TYPES), {("a", "data_wrong")}),
        (text(SEND.format("t1", "ghost"), FLOWS, TYPES), {("inputSet", "reference_unknown")}),
        (text(SEND.format("t3", "in"), FLOWS, TYPES), {("a", "data_wrong"), ("in", "reference_unknown")}),
        (text(SOUND, FLOWS).replace('id="p"', 'id="p" isExecutable="true" processType="Public"'), {("p", "public_process")}),
        (
            text(SOUND, FLOWS).replace('id="p"', 'id="p" isExecutable="true"').replace('id="f1"', 'id="f1" isImmediate="false"'),
            {("f1", "not_immediate")},
        ),
        (
            text(SOUND, FLOWS, '<import location="x.bpmn" importType="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'),
            {("definitions", "import")},
        ),
        (
            text(SOUND + '<intermediateCatchEvent id="c"><eventDefinitionRef>ghost</eventDefinitionRef></intermediateCatchEvent>', "s > a\na > c\nc > e"),
            {("c", "reference_unknown")},
        ),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused(source: str, expected: set[tuple[str, str]]):
    assert codes(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.format(LISTED.format("<incoming>f1</incoming>"), ""),
        text(SOUND, FLOWS, TWO_POOLS.format("a", "bank")),
        text(SEND.format("t1", "in"), FLOWS, TYPES),
    ],
)
def test_a_file_whose_parts_agree_is_read(source: str):
    assert "p" in process.load(source)


def test_a_refusal_names_the_line_of_its_element():
    source = text(SOUND, "s > a\na > e").replace("<userTask", "\n\n<task")

    with pytest.raises(process.ModelErrors) as refused:
        process.load(source.replace("userTask", "task"))

    (line,) = {error.line for error in refused.value.errors if error.code == "unsupported_element"}
    assert source.splitlines()[line - 1].startswith("<task")


def test_processes_that_are_marked_as_not_executable_describe_what_others_do():
    ours = text(SOUND, FLOWS).replace('<process id="p"', '<process id="p" isExecutable="true"')
    theirs = '<process id="q" isExecutable="false"><task id="t"/></process></definitions>'

    assert set(process.load(ours.replace("</definitions>", theirs))) == {"p"}


def test_an_event_definition_may_stand_beside_the_process():
    beside = '<signalEventDefinition id="sd" signalRef="s_alarm"/>'
    inner = '<intermediateCatchEvent id="c"><eventDefinitionRef>sd</eventDefinitionRef></intermediateCatchEvent>'
    drawn = process.load(text(f"start:s {inner} end:e", "s > c\nc > e", beside))["p"]

    assert process.awaits(drawn, process.start(drawn, {}).marking, process.On.SIGNAL) == {"alarm"}


def test_a_sender_knows_its_partner_by_the_message_flow():
    pools = TWO_POOLS.format("a", "bank").replace('id="bank"', 'id="bank" name="The bank"')
    drawn = process.load(text('start:s <sendTask id="a" messageRef="m_paid"/> end:e', FLOWS, pools))["p"]

    (effect,) = process.start(drawn, {}).effects

    assert (effect.message, effect.partner) == ("paid", "The bank")
