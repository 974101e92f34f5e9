"""The two forms of a decision model: DMN XML and YAML."""

from decimal import Decimal
from pathlib import Path

import pytest

from panjereh import rules
from panjereh.rules.dmn import xml, yaml_form
from panjereh.rules.errors import ModelRefused

MODEL = """
dmn: 1.5
name: Fees
namespace: urn:example:fees
types:
  Place: {type: string, allowed: '"hospital", "home"'}
inputs:
  days late: {type: number}
  born in: {type: Place}
knowledge:
  daily fee:
    logic:
      parameters: {days: number}
      expression: days * 1000
decisions:
  fee:
    type: number
    needs: [days late, born in]
    uses: [daily fee]
    expression:
      table:
        hit: first
        inputs: [days late, born in]
        outputs: [amount]
        annotations: {law: , "text:en": }
        rules:
          - {if: ["<= 15", -], then: [0], notes: [act#19, In time]}
          - {if: ["<= 365", '"home"'], then: ["daily fee(days late)"], notes: [act#19, Late]}
          - {if: [-, -], then: [500000], notes: [act#20, Very late]}
  fee with stamp:
    type: number
    needs: [fee]
    expression: fee + 1000
services:
  Ask for the fee: {outputs: [fee], input_data: [days late, born in]}
"""


@pytest.fixture
def made(tmp_path: Path) -> rules.Model:
    path = tmp_path / "fees.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return rules.load(path, strict=True)


def test_a_model_in_yaml_is_evaluated(made: rules.Model):
    assert made.evaluate("fee with stamp", {"days late": 30, "born in": "home"}) == Decimal(31_000)
    assert made.invoke("Ask for the fee", {"days late": 900, "born in": "hospital"}) == Decimal(500_000)
    assert made.evaluate("fee", {"days late": 900, "born in": "nowhere"}) == Decimal(500_000)


def test_yaml_and_xml_say_the_same(made: rules.Model, tmp_path: Path):
    source = made.to_xml()
    again, problems = xml.read(source)
    path = tmp_path / "fees.dmn"
    path.write_bytes(source)

    assert problems == []
    assert again == made.definitions
    assert yaml_form.read(yaml_form.write(again).encode()) == again
    assert xml.write(yaml_form.read(yaml_form.write(again).encode())) == source
    assert rules.load(path).evaluate("fee", {"days late": 30, "born in": "home"}) == Decimal(30_000)
    assert rules.load(path).to_yaml() == made.to_yaml()


def test_what_belongs_to_other_tools_is_kept():
    source = b"""<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" xmlns:t="urn:tool"
        name="m" namespace="n" xmlns:dmndi="http://www.omg.org/spec/DMN/20180521/DMNDI/" t:colour="green">
      <extensionElements><t:note lang="en">kept <t:b/> as it is</t:note></extensionElements>
      <decision id="d" name="d"><variable name="d"/></decision>
      <decision id="" name="e"><variable/><context><contextEntry><variable/></contextEntry></context></decision>
      <textAnnotation id="a"><text>seen by people</text></textAnnotation>
      <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="d"/></dmndi:DMNDiagram></dmndi:DMNDI>
    </definitions>"""
    definitions, problems = xml.read(source)
    written = xml.write(yaml_form.read(yaml_form.write(definitions).encode()))

    assert problems == []
    for part in (b'colour="green"', b"kept <", b"seen by people", b'dmnElementRef="d"', b"20230324/DMNDI/"):
        assert part in written
    assert written == xml.write(definitions)


def test_a_file_of_simple_tables_is_a_model_too(tmp_path: Path):
    path = tmp_path / "decisions.yaml"
    path.write_text(
        """
birth-fee:
  hit: first
  inputs: [days_late]
  outputs: [{name: amount, default: 7}]
  rows:
    - {id: in-time, if: ["<= 15"], then: [0], law: act#19, text: {en: In time, fa: در مهلت}}
    - {if: ["> 15"], then: ["days_late * 10"]}
""",
        encoding="utf-8",
    )
    made = rules.load(path)
    told = made.explain("birth-fee", {"days_late": 3})

    assert (made.decisions, made.inputs) == (("birth-fee",), ("days_late",))
    assert made.evaluate("birth-fee", {"days_late": 20}) == Decimal(200)
    assert made.evaluate("birth-fee", {"days_late": None}) == Decimal(7)
    assert told.tables[0].rows[0].id == "in-time"
    assert told.tables[0].rows[0].law == "act#19"
    assert dict(told.tables[0].rows[0].text) == {"en": "In time", "fa": "در مهلت"}
    assert xml.read(xml.write(made.definitions))[0] == made.definitions


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("dmn: 1.5\ndecision: {}", "decision is no key here"),
        ("dmn: 1.5\ndecisions: {a: {expression: {boxes: 1}}}", "decisions.a.expression is no expression"),
        ("dmn: 1.5\ndecisions: {a: {needs: x}}", "decisions.a.needs is no list"),
        ("dmn: 1.5\nname: &a x\nnamespace: *a", "aliases"),
        ("dmn: 1.5\nname: a\nname: b", "name stands twice"),
        ("- a", "The file holds no mapping"),
        ("{", "The file is no YAML"),
        ("dmn: 1.5\ndecisions: {a: {needs: [b]}}", "a requires b, which is nowhere"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, source: str, reason: str):
    path = tmp_path / "model.yaml"
    path.write_text(source, encoding="utf-8")

    with pytest.raises(ModelRefused, match=reason):
        rules.load(path)
