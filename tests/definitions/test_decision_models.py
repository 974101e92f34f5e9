"""Services that bring a DMN model in place of a simple table."""

from pathlib import Path

import pytest
from tests.definitions.country import HOME, build, change

from panjereh.definitions import bundle, compile_service
from panjereh.definitions.checks import check
from panjereh.kernel.money import Money
from panjereh.rules.errors import RowsContradict

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="fees" namespace="urn:fees">
  <inputData id="days" name="days"><variable name="days" typeRef="number"/></inputData>
  <decision id="late" name="is late"><variable name="is late" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#days"/></informationRequirement>
    <literalExpression><text>days &gt; 15</text></literalExpression></decision>
  <decision id="fee" name="Fee"><variable name="Fee" typeRef="number"/>
    <informationRequirement><requiredDecision href="#late"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="boolean"><text>is late</text></inputExpression></input>
      <output name="amount"/><annotation name="law"/><annotation name="text:en"/>
      <rule><inputEntry><text>false</text></inputEntry><outputEntry><text>0</text></outputEntry>
        <annotationEntry><text>civil-registration-act#19</text></annotationEntry>
        <annotationEntry><text>In time</text></annotationEntry></rule>
      <rule><inputEntry><text>true</text></inputEntry><outputEntry><text>500000</text></outputEntry>
        <annotationEntry><text>civil-registration-act#19</text></annotationEntry>
        <annotationEntry><text>Late</text></annotationEntry></rule>
    </decisionTable></decision>
</definitions>
"""


@pytest.fixture
def country(tmp_path: Path) -> Path:
    build(tmp_path)
    change(tmp_path, f"{HOME}/service.yaml", "fee: decisions.yaml#birth-fee", "fee: decisions.dmn#Fee")
    (tmp_path / HOME / "decisions.yaml").unlink()
    (tmp_path / HOME / "decisions.dmn").write_text(MODEL, encoding="utf-8")
    return tmp_path


def test_the_fee_comes_from_the_model_with_its_row_and_law(country: Path):
    fee = compile_service(bundle(country, "birth")).fee_for({"days": 40})

    assert fee.money == Money(500_000)
    assert [(row.id, row.law, dict(row.text or {})) for row in fee.rows] == [
        ("2", "civil-registration-act#19", {"en": "Late"})
    ]


def test_a_service_with_a_model_passes_the_checks(country: Path):
    assert [str(finding) for finding in check(country) if finding.severity == "error"] == []


def test_the_model_is_part_of_the_version(country: Path):
    before = bundle(country, "birth").hash

    change(country, f"{HOME}/decisions.dmn", "500000", "600000")

    assert bundle(country, "birth").hash != before


def test_what_is_wrong_with_a_model_is_named_by_the_checks(country: Path):
    change(country, f"{HOME}/decisions.dmn", "days &gt; 15", "days &gt;")

    assert [finding.code for finding in check(country) if finding.severity == "error"].count("P701") == 1


def test_gaps_and_overlaps_of_the_table_in_the_model_are_found(country: Path):
    change(country, f"{HOME}/decisions.dmn", "<inputEntry><text>true</text>", "<inputEntry><text>false</text>")

    codes = {finding.code for finding in check(country)}

    assert {"P702", "P703"} <= codes
    with pytest.raises(RowsContradict):
        compile_service(bundle(country, "birth")).fee_for({"days": 3})
