"""Decision models: what they give, what is refused, and how a result explains itself."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from panjereh import rules
from panjereh.rules.errors import LimitExceeded, ModelRefused, NoSuchDecision

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="test" namespace="urn:test">'


def model(folder: Path, body: str, name: str = "model.dmn", head: str = HEAD, *, strict: bool = False) -> rules.Model:
    path = folder / name
    path.write_text(f"{head}{body}</definitions>", encoding="utf-8")
    return rules.load(path, strict=strict)


def decision(name: str, box: str, *needs: str, type_: str = "") -> str:
    kind = f' typeRef="{type_}"' if type_ else ""
    wanted = "".join(
        f'<informationRequirement><required{what} href="#{id_}"/></informationRequirement>'
        for what, _, id_ in (need.partition(" ") for need in needs if not need.startswith("Knowledge"))
    ) + "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{need.partition(" ")[2]}"/></knowledgeRequirement>'
        for need in needs
        if need.startswith("Knowledge")
    )
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{wanted}{box}</decision>'


def text(feel: str) -> str:
    return f"<literalExpression><text>{feel}</text></literalExpression>"


def given(name: str, type_: str = "number") -> str:
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'


def table(hit: str, rows: list[tuple[str, str]], aggregation: str = "", output: str = "<output/>") -> str:
    way = f' aggregation="{aggregation}"' if aggregation else ""
    body = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{value}</text></outputEntry></rule>"
        for test, value in rows
    )
    column = "<input><inputExpression><text>n</text></inputExpression></input>"
    return f'<decisionTable hitPolicy="{hit}"{way}>{column}{output}{body}</decisionTable>'


ORDERED = '<output name="o"><outputValues><text>"high", "middle", "low"</text></outputValues></output>'
LOW_HIGH = [("&gt; 0", '"low"'), ("&gt; 5", '"high"'), ("&gt; 3", '"middle"')]
NUMBERS = [("&gt; 0", "3"), ("&gt; 5", "1"), ("&gt; 3", "2")]


@pytest.mark.parametrize(
    ("hit", "aggregation", "output", "rows", "n", "expected"),
    [
        ("UNIQUE", "", "<output/>", [("&lt; 5", "1"), ("&gt;= 5", "2")], 7, Decimal(2)),
        ("UNIQUE", "", "<output/>", NUMBERS, 7, None),
        ("FIRST", "", "<output/>", NUMBERS, 7, Decimal(3)),
        ("ANY", "", "<output/>", [("&gt; 0", "1"), ("&gt; 5", "1.0")], 7, Decimal(1)),
        ("ANY", "", "<output/>", NUMBERS, 7, None),
        ("PRIORITY", "", ORDERED, LOW_HIGH, 7, "high"),
        ("PRIORITY", "", ORDERED, LOW_HIGH, 4, "middle"),
        ("RULE ORDER", "", "<output/>", NUMBERS, 7, [Decimal(3), Decimal(1), Decimal(2)]),
        ("OUTPUT ORDER", "", ORDERED, LOW_HIGH, 7, ["high", "middle", "low"]),
        ("COLLECT", "", "<output/>", NUMBERS, 4, [Decimal(3), Decimal(2)]),
        ("COLLECT", "SUM", "<output/>", NUMBERS, 7, Decimal(6)),
        ("COLLECT", "COUNT", "<output/>", NUMBERS, 7, Decimal(3)),
        ("COLLECT", "MIN", "<output/>", NUMBERS, 7, Decimal(1)),
        ("COLLECT", "MAX", "<output/>", NUMBERS, 7, Decimal(3)),
        ("COLLECT", "SUM", "<output/>", NUMBERS, -1, None),
        ("FIRST", "", "<output/>", NUMBERS, -1, None),
        ("FIRST", "", '<output name="o"><defaultOutputEntry><text>9</text></defaultOutputEntry></output>', NUMBERS, -1,
         Decimal(9)),
    ],
)  # fmt: skip
def test_each_hit_policy_gives_what_it_promises(
    tmp_path: Path, hit: str, aggregation: str, output: str, rows: Any, n: int, expected: Any
):
    made = model(tmp_path, given("n") + decision("d", table(hit, rows, aggregation, output), "Input n"))

    assert made.problems == ()
    assert made.evaluate("d", {"n": n}) == expected


def test_a_value_of_another_type_than_demanded_is_null_and_a_single_item_stands_for_a_list(tmp_path: Path):
    types = (
        '<itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        '<itemDefinition name="tSmall"><typeRef>number</typeRef>'
        "<allowedValues><text>[0..10]</text></allowedValues></itemDefinition>"
    )
    body = decision("many", text("5"), type_="tList") + decision("small", text("n"), "Input n", type_="tSmall")
    made = model(tmp_path, types + given("n") + body)
    warnings: list[str] = []

    assert made.evaluate("many", {}) == [Decimal(5)]
    assert made.evaluate("small", {"n": 10}) == Decimal(10)
    assert made.evaluate("small", {"n": "ten"}) is None
    assert made.evaluate("small", {"n": 11}, warnings) is None
    assert warnings == ["small is of another type than the model demands."]


def test_a_type_may_hold_itself(tmp_path: Path):
    types = (
        '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
        '<itemComponent name="children" isCollection="true"><typeRef>tPerson</typeRef></itemComponent></itemDefinition>'
    )
    made = model(
        tmp_path, types + given("p", "tPerson") + decision("names", text("p.children.name"), "Input p", type_="Any")
    )
    child = {"name": "Sara", "children": []}

    assert made.problems == ()
    assert made.evaluate("names", {"p": {"name": "Mina", "children": [child]}}) == ["Sara"]
    assert made.evaluate("names", {"p": {"name": "Mina", "children": [{"name": 5, "children": []}]}}) is None


def test_knowledge_is_a_function_of_decisions_and_may_call_itself(tmp_path: Path):
    knowledge = (
        '<businessKnowledgeModel id="factorial" name="factorial"><variable name="factorial"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/>'
        + text("if n &lt;= 1 then 1 else n * factorial(n - 1)")
        + "</encapsulatedLogic></businessKnowledgeModel>"
    )
    made = model(tmp_path, knowledge + decision("d", text("factorial(n: 10)"), "Knowledge factorial"))

    assert made.evaluate("d", {}) == Decimal(3628800)


def test_a_service_gives_a_context_of_its_decisions_and_takes_decisions_as_inputs(tmp_path: Path):
    service = (
        '<decisionService id="s" name="s"><variable name="s"/>'
        '<outputDecision href="#sum"/><outputDecision href="#twice"/><inputDecision href="#base"/></decisionService>'
    )
    body = (
        decision("base", text("1"), type_="number")
        + decision("twice", text("base * 2"), "Decision base")
        + decision("sum", text("base + twice"), "Decision base", "Decision twice")
    )
    made = model(tmp_path, body + service)

    assert made.invoke("s", {"base": 5}) == {"sum": Decimal(15), "twice": Decimal(10)}
    assert made.invoke("s", {"base": "five"}) is None
    assert made.evaluate("sum", {}) == Decimal(3)


def test_imports_are_found_beside_the_file_by_their_name_space(tmp_path: Path):
    model(
        tmp_path,
        given("n") + decision("twice", text("n * 2"), "Input n"),
        "other.dmn",
        HEAD.replace("urn:test", "urn:other"),
    )
    imported = (
        '<import name="other" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision("d", text("other.twice + 1"))
    ).replace("</decision>", "").replace(
        "<literal",
        '<informationRequirement><requiredDecision href="urn:other#twice"/></informationRequirement><literal',
    ) + "</decision>"
    made = model(tmp_path, imported)

    assert made.evaluate("d", {"n": 4}) == Decimal(9)
    assert made.evaluate("d", {"other": {"n": 5}}) == Decimal(11)
    assert made.evaluate("other.twice", {"other.n": 5}) == Decimal(10)


def test_an_import_without_a_name_needs_no_prefix_and_types_come_along(tmp_path: Path):
    types = '<itemDefinition name="tSmall"><typeRef>number</typeRef><allowedValues><text>&lt; 10</text></allowedValues>'
    other = types + "</itemDefinition>" + decision("limit", text("7"), type_="tSmall")
    model(tmp_path, other, "other.dmn", HEAD.replace("urn:test", "urn:other"))
    need = '<informationRequirement><requiredDecision href="urn:other#limit"/></informationRequirement>'
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    made = model(
        tmp_path,
        f'<import name="" namespace="urn:other" importType="{kind}"/>'
        + decision("d", need + text("limit + 1"), type_="tSmall")
        + decision("e", need + text("limit + 3"), type_="tSmall"),
    )

    assert made.problems == ()
    assert (made.evaluate("d", {}), made.evaluate("e", {})) == (Decimal(8), None)


def test_an_input_may_be_given_by_its_own_name_or_that_of_its_variable(tmp_path: Path):
    data = '<inputData id="i" name="Days late"><variable name="days" typeRef="number"/></inputData>'
    made = model(tmp_path, data + decision("d", text("days + 1"), "Input i"))

    assert made.evaluate("d", {"days": 1}) == made.evaluate("d", {"Days late": 1}) == Decimal(2)


# -- refusals


def refused(folder: Path, source: str) -> set[str]:
    path = folder / "model.dmn"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(ModelRefused) as caught:
        rules.load(path)
    assert all(problem.element and problem.reason and problem.advice for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("no xml", "not_xml"),
        ("<html/>", "not_dmn"),
        ('<!DOCTYPE d [<!ENTITY a "b">]>' + HEAD + "</definitions>", "dtd"),
        (HEAD + "<decission name='d'/></definitions>", "unknown_element"),
        (HEAD + decision("d", text("1"), "Input nowhere") + "</definitions>", "missing"),
        (HEAD + decision("d", text("1")) * 2 + "</definitions>", "twice"),
        (HEAD + decision("d", text("1") + text("2")) + "</definitions>", "one_too_many"),
        (HEAD + "<import name='x' namespace='urn:nowhere'/></definitions>", "import"),
        (HEAD + "<itemDefinition name='a'><typeRef>a</typeRef></itemDefinition></definitions>", "type_cycle"),
        (HEAD + decision("d", "<decisionTable/>") + "</definitions>", "no_output"),
        (HEAD + "<context>" * 70 + "</context>" * 70 + "</definitions>", "unknown_element"),
    ],
)
def test_what_no_model_can_be_is_refused_with_place_reason_and_advice(tmp_path: Path, source: str, code: str):
    assert refused(tmp_path, source) == {code}


def test_a_circle_of_requirements_is_refused_and_named(tmp_path: Path):
    body = decision("a", text("b"), "Decision b") + decision("b", text("a"), "Decision a")

    with pytest.raises(ModelRefused, match=r"Requirements go in a circle: (a needs b needs a|b needs a needs b)\."):
        model(tmp_path, body)


def test_one_expression_that_cannot_be_read_leaves_the_rest_usable_unless_strictness_is_wanted(tmp_path: Path):
    body = decision("good", text("1 + 1")) + decision("bad", text("1 +"))
    made = model(tmp_path, body)

    assert [problem.code for problem in made.problems] == ["syntax"]
    assert made.evaluate("good", {}) == Decimal(2)
    assert made.evaluate("bad", {}) is None
    with pytest.raises(ModelRefused, match="bad: At sign 4"):
        model(tmp_path, body, strict=True)


def test_an_unknown_decision_is_an_error_that_names_those_there_are(tmp_path: Path):
    made = model(tmp_path, decision("fee", text("1")))

    with pytest.raises(NoSuchDecision, match="There is no free in this model; there are fee"):
        made.evaluate("free", {})


def test_a_model_that_would_never_end_is_stopped(tmp_path: Path):
    knowledge = (
        '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>'
        + text("f()")
        + "</encapsulatedLogic></businessKnowledgeModel>"
    )
    made = model(tmp_path, knowledge + decision("d", text("f()"), "Knowledge f"))

    with pytest.raises(LimitExceeded):
        made.evaluate("d", {})


# -- explanations


def test_a_result_names_the_rows_with_their_law_through_all_decisions(tmp_path: Path):
    notes = '<annotation name="law"/><annotation name="text:en"/>'
    rows = (
        "<rule><inputEntry><text>&lt;= 15</text></inputEntry><outputEntry><text>0</text></outputEntry>"
        "<annotationEntry><text>act#19</text></annotationEntry>"
        "<annotationEntry><text>In time</text></annotationEntry></rule>"
        "<rule><inputEntry><text>&gt; 15</text></inputEntry><outputEntry><text>500000</text></outputEntry>"
        "<annotationEntry><text>act#20</text></annotationEntry><annotationEntry><text>Late</text></annotationEntry></rule>"
    )
    column = "<input><inputExpression><text>days late</text></inputExpression></input>"
    box = f"<decisionTable>{column}<output/>{notes}{rows}</decisionTable>"
    days = decision("days late", text("(today - due).days"), "Input today", "Input due")
    made = model(
        tmp_path,
        given("today", "date") + given("due", "date") + days + decision("fee", box, "Decision days late"),
    )

    told = made.explain("fee", {"today": date(2026, 11, 23), "due": date(2026, 10, 1)})

    assert told.value == Decimal(500000)
    assert [(step.name, step.value) for step in told.steps] == [("days late", Decimal(53)), ("fee", Decimal(500000))]
    (decided,) = told.tables
    (row,) = decided.rows
    assert (row.law, dict(row.text)) == ("act#20", {"en": "Late"})
    assert dict(row.inputs) == {"days late": Decimal(53)}
