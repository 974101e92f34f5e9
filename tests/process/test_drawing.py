"""Pictures of processes: nothing overlaps, nothing is missing, and the same is said in words."""

import gzip
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.process.drawing import flows_of, model, text, timer

from panjereh import process
from panjereh.process import drawing
from panjereh.process.drawing import Words
from panjereh.process.drawing.shapes import Box, Drawing
from panjereh.process.drawing.text import width, wrap

WORDS = Words(
    roles={"officer": "an officer", "applicant": "you"},
    terms={"correct": "10 days", "appeal": "30 days"},
    now="now",
    done="done",
    otherwise="otherwise",
)


@st.composite
def processes(draw):
    """Block-structured models: sequences of tasks, choices, parallel branches and loops, with ends within."""
    count = iter(range(1000))
    elements, flows = ["start:s"], []

    def link(ends, target):
        flows.extend(f"{end} > {target}" for end in ends)

    def sequence(ends, depth):
        for _ in range(draw(st.integers(1, 3))):
            ends = block(ends, depth)
        return ends

    def block(ends, depth):
        kind = draw(st.sampled_from(["task", "task", "choice", "parallel", "loop"] if depth else ["task"]))
        number = next(count)
        if kind == "task":
            elements.append(f"user:t{number}")
            link(ends, f"t{number}")
            return [f"t{number}"]
        gate = "parallel" if kind == "parallel" else "exclusive"
        elements.append(f"{gate}:g{number}")
        link(ends, f"g{number}")
        if kind == "loop":
            inside = sequence([f"g{number}"], depth - 1)
            elements.append(f"exclusive:b{number}")
            link(inside, f"b{number}")
            flows.append(f"b{number} > g{number}: again")
            return [f"b{number}"]
        branches = [sequence([f"g{number}"], depth - 1) for _ in range(draw(st.integers(2, 3)))]
        elements.append(f"{gate}:j{number}")
        for branch in branches:
            link(branch, f"j{number}")
        return [f"j{number}"]

    link(sequence(["s"], draw(st.integers(0, 2))), "e")
    elements.append("end:e")
    conditional = [
        flow if ":" in flow or not flow.startswith(("g", "b")) or f"parallel:{flow.split(' ')[0]}" in elements
        else f"{flow}: x = {number}"
        for number, flow in enumerate(flows)
    ]  # fmt: skip
    single = [
        flow.partition(":")[0] if sum(f.split(" ")[0] == flow.split(" ")[0] for f in flows) == 1 else flow
        for flow in conditional
    ]
    return model(" ".join(elements), "\n".join(single))


def crosses(line, box: Box) -> bool:
    """Whether a line runs through the inside of a box."""
    for (ax, ay), (bx, by) in pairwise(line.points):
        left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        if left < box.x + box.width - 1 and right > box.x + 1 and top < box.y + box.height - 1 and bottom > box.y + 1:
            return True
    return False


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def share_a_stretch(one, other) -> bool:
    """Whether two lines run on top of each other for more than a few pixels."""
    for a, b in pairwise(one.points):
        for c, d in pairwise(other.points):
            for along, across in ((0, 1), (1, 0)):
                level = a[across] == b[across] == c[across] == d[across]
                ends = min(max(a[along], b[along]), max(c[along], d[along]))
                if level and ends - max(min(a[along], b[along]), min(c[along], d[along])) > 4:
                    return True
    return False


def must_be_clean(found: Drawing) -> None:
    boxes = [box for box in found.boxes if box.form != "ring"]
    assert not [(a.id, b.id) for a, b in combinations(boxes, 2) if overlap(a, b)]
    assert not [(line.id, box.id) for line in found.lines for box in boxes if crosses(line, box)]
    for line in found.lines:
        assert all(ax == bx or ay == by for (ax, ay), (bx, by) in pairwise(line.points))
        assert all(-1 <= x <= found.width + 1 and -1 <= y <= found.height + 1 for x, y in line.points)


@given(processes())
def test_no_line_runs_through_a_box_and_no_boxes_overlap(drawn):
    found = drawing.lay_out(drawn, "en", WORDS)

    must_be_clean(found)
    assert {box.id for box in found.boxes} == set(drawn.elements)
    assert {line.id for line in found.lines} == {f.id for e in drawn.elements.values() for f in e.outgoing}


@given(processes())
def test_lines_share_a_stretch_only_on_their_way_to_the_same_step(drawn):
    target = {flow.id: flow.target for element in drawn.elements.values() for flow in element.outgoing}

    lines = drawing.lay_out(drawn, "en", WORDS).lines

    pairs = [(a.id, b.id) for a, b in combinations(lines, 2) if target[a.id] != target[b.id] and share_a_stretch(a, b)]
    assert not pairs


@pytest.mark.parametrize("name", ["standard", "decide-only"])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_processes_of_the_house_are_small_clean_pictures(name, language):
    drawn = process.named(name)

    must_be_clean(drawing.lay_out(drawn, language, WORDS))
    picture = drawing.draw(drawn, language, WORDS)
    assert len(gzip.compress(picture.encode())) < 3000
    assert "style" not in picture
    assert "<script" not in picture


def test_right_to_left_is_drawn_from_right_to_left():
    short = model("start:s user:a end:e", "s > a \n a > e")

    english = {box.id: box for box in drawing.lay_out(short, "en", WORDS).boxes}
    persian = {box.id: box for box in drawing.lay_out(short, "fa", WORDS).boxes}

    assert english["s"].x < english["a"].x < english["e"].x
    assert persian["s"].x > persian["a"].x > persian["e"].x


def test_a_long_process_goes_down_the_page():
    tasks = [f"t{number}" for number in range(8)]
    long = model(
        f"start:s {' '.join(f'user:{task}' for task in tasks)} end:e",
        "\n".join(f"{a} > {b}" for a, b in pairwise(["s", *tasks, "e"])),
    )

    found = drawing.lay_out(long, "fa", WORDS)

    assert found.width < 300
    assert found.height > found.width


def test_where_a_case_stands_shows_by_sign_and_word():
    marking = {"tokens": {"1": "decide"}, "done": ["received", "check", "is_complete"], "ended": False}

    root = ElementTree.fromstring(drawing.draw(process.standard(), "en", WORDS, marking=marking))

    groups = {child.get("class"): child for child in root.iter("g")}
    now = next(group for name, group in groups.items() if name and "now" in name.split())
    assert [label.text for label in now.iter("text")][-1] == "now"
    done = [group for group in root.iter("g") if "done" in (group.get("class") or "").split()]
    assert len(done) == 2
    assert all(any("sign" in (g.get("class") or "") for g in group.iter("g")) for group in done)


def test_a_picture_has_a_title_and_a_description_and_escapes_names():
    drawn = model('start:s <userTask id="a" name="&lt;b&gt; &amp; co"/> end:e', "s > a \n a > e")

    root = ElementTree.fromstring(drawing.draw(drawn, "en", WORDS))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby", "").split() == [root[0].get("id"), root[1].get("id")]
    assert "<b> & co" in [label.text for label in root.iter("text")]


def test_events_on_a_border_say_when_in_words():
    due = "<timeDuration>P3D</timeDuration>"
    drawn = model(f"start:s user:a end:e end:late {timer('t', host='a', due=due)}", "s > a \n a > e \n t > late")

    picture = drawing.draw(drawn, "en", Words(terms={"P3D": "3 days"}))

    assert "3 days" in picture
    must_be_clean(drawing.lay_out(drawn, "en", WORDS))


def test_steps_of_a_sub_process_are_drawn_inside_it():
    steps = '<startEvent id="is"/><userTask id="it"/><endEvent id="ie"/>' + flows_of("is > it \n it > ie", "i")
    inside = f'<subProcess id="sub" name="Together">{steps}</subProcess>'
    drawn = model(f"start:s {inside} end:e", "s > sub \n sub > e")

    found = drawing.lay_out(drawn, "fa", WORDS)

    sub = next(box for box in found.boxes if box.id == "sub")
    assert sub.inside is not None
    assert {box.id for box in sub.inside.boxes} == {"is", "it", "ie"}
    assert sub.inside.width <= sub.width
    assert sub.inside.height < sub.height
    assert "Together" in drawing.draw(drawn, "en", WORDS)


def lane(name: str, *steps: str) -> str:
    inside = "".join(f"<flowNodeRef>{step}</flowNodeRef>" for step in steps)
    return f'<lane id="lane_{name}" name="{name}">{inside}</lane>'


def test_lanes_stand_beside_each_other():
    lanes = f'<laneSet id="lanes">{lane("officer", "s", "a")}{lane("applicant", "b", "e")}</laneSet>'
    drawn = model(f"{lanes} start:s user:a user:b end:e", "s > a \n a > b \n b > e")

    found = drawing.lay_out(drawn, "en", WORDS)

    assert [lane.title for lane in found.lanes] == ["officer", "applicant"]
    tops = {box.id: box.y for box in found.boxes}
    assert tops["a"] < tops["b"]
    assert "an officer" in drawing.draw(drawn, "en", WORDS)


# the layout of the file


def test_a_file_gets_a_layout_that_is_read_back():
    source = text("start:s user:a end:e", "s > a \n a > e").encode()
    drawn = process.load(source)["p"]

    written = drawing.with_diagram(source, drawn, "en")
    diagram = drawing.read_diagram(written)

    assert process.load(written)["p"] == drawn
    assert diagram is not None
    found = diagram.drawing(drawn, "en", WORDS)
    assert found is not None
    assert {box.id for box in found.boxes} == {"s", "a", "e"}
    assert drawing.with_diagram(written, drawn, "en") == written


def test_a_layout_that_lacks_a_step_is_not_used():
    source = text("start:s user:a end:e", "s > a \n a > e").encode()
    drawn = process.load(source)["p"]
    written = re.sub(
        b'<bpmndi:BPMNShape id="shape_a".*?</bpmndi:BPMNShape>', b"", drawing.with_diagram(source, drawn, "en")
    )

    diagram = drawing.read_diagram(written)

    assert diagram is not None
    assert diagram.drawing(drawn, "en", WORDS) is None
    assert drawing.lay_out(drawn, "en", WORDS, diagram=diagram).boxes


# in words


def test_the_way_is_told_with_its_conditions():
    told = {step.id: step for step in drawing.tell(process.standard(), "en", WORDS)}

    check = told["check"]
    assert check.who == "an officer"
    assert [(way.when, way.to) for way in check.ways] == [
        (("complete",), "Decide"),
        (("needs correcting",), "Correct the application"),
    ]
    late = told["correction"].ways[-1]
    assert late.when == ("The term for correcting has passed", "10 days")
    assert late.to == "Check the application"
    assert not told["approved"].ways


@given(processes())
def test_every_step_is_told_once(drawn):
    told = drawing.tell(drawn, "en", WORDS)

    assert sorted(step.id for step in told) == sorted(
        e.id for e in drawn.elements.values() if not e.id.startswith(("g", "b", "j"))
    )
    assert [step.number for step in told] == list(range(1, len(told) + 1))


# letters


def test_letters_are_measured_in_the_form_that_they_take():
    assert width("ببب") < 3 * width("ب")
    assert width("دد") == pytest.approx(2 * width("د"))
    assert width("می‌شود") > width("شود")
    assert width("i") < width("W")


def test_lines_break_between_words_and_fit_their_room():
    lines = wrap("The term for correcting the application has passed", 110)

    assert " ".join(lines) == "The term for correcting the application has passed"
    assert all(width(line) <= 110 for line in lines)
    assert wrap("one two three four five six", 40, most=2)[-1].endswith("…")
    assert all(width(part) <= 60 for part in wrap("Donaudampfschifffahrt", 60, most=9))
