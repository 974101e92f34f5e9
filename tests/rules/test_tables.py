"""Decision tables: they decide, say why, and know their own holes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from panjereh import rules
from panjereh.rules.errors import RowsContradict, TableProblem

BIRTH_FEE: dict[str, Any] = {
    "birth-fee": {
        "hit": "unique",
        "inputs": ["days_late", "born_in"],
        "outputs": ["amount"],
        "rows": [
            {
                "id": "in-time",
                "if": ["<= 15", "-"],
                "then": [0],
                "law": "civil-registration-act#19",
                "text": {"fa": "در مهلت", "en": "In time"},
            },
            {"if": ["[16..365]", '"hospital"'], "then": [200_000]},
            {"if": ["[16..365]", 'not("hospital")'], "then": ["days_late * 1000"]},
            {"if": ["> 365", None], "then": [500_000]},
        ],
    }
}


def fee_table() -> rules.DecisionTable:
    return rules.DecisionTable.from_yaml(BIRTH_FEE)


def test_a_decision_explains_itself_by_row_law_words_and_inputs() -> None:
    decision = fee_table().evaluate({"days_late": 3, "born_in": "home"})

    assert decision.outputs == {"amount": Decimal(0)}
    (row,) = decision.rows
    assert (row.id, row.law) == ("in-time", "civil-registration-act#19")
    assert row.text == {"fa": "در مهلت", "en": "In time"}
    assert row.inputs == {"days_late": Decimal(3)}
    assert decision.inputs == {"days_late": Decimal(3), "born_in": "home"}


def test_outputs_are_expressions_too() -> None:
    assert fee_table().evaluate({"days_late": 100, "born_in": "home"}).outputs == {"amount": Decimal(100_000)}


def test_without_a_matching_row_all_outputs_are_null() -> None:
    decision = fee_table().evaluate({"days_late": None, "born_in": "home"})

    assert not decision.decided
    assert decision.outputs == {"amount": None}


def table(hit: str, *rows: list[Any], inputs: list[Any] | None = None) -> rules.DecisionTable:
    return rules.DecisionTable.from_yaml(
        {
            "hit": hit,
            "inputs": inputs or ["x"],
            "outputs": ["y"],
            "rows": [{"if": cells, "then": [place]} for place, cells in enumerate(rows, 1)],
        },
        name="test",
    )


def test_a_unique_table_refuses_to_choose_between_two_rows() -> None:
    with pytest.raises(RowsContradict, match="Rows 1, 2 of the table test match at once") as caught:
        table("unique", ["< 5"], ["> 3"]).evaluate({"x": 4})

    assert caught.value.rows == ("1", "2")


def test_a_first_table_takes_the_topmost_row() -> None:
    assert table("first", ["< 5"], ["> 3"]).evaluate({"x": 4}).outputs == {"y": 1}


def test_a_table_that_covers_everything_once_has_no_findings() -> None:
    assert fee_table().check() == []


@pytest.mark.parametrize(
    ("made", "findings"),
    [
        (table("unique", ["< 5"], ["> 5"]), [("gap", (), "x = 5")]),
        (table("unique", ["<= 5"], [">= 6"]), []),
        (
            table("unique", ["<= 5"], [">= 6"], inputs=[{"expression": "x", "whole": False}]),
            [("gap", (), "x = 5.5")],
        ),
        (table("unique", ["<= 5"], [">= 5"]), [("overlap", ("1", "2"), "x = 5")]),
        (table("first", ["<= 5"], [">= 5"]), []),
        (table("first", ["-"], ["> 5"]), [("unreachable", ("2",), "Row 2")]),
        (table("unique", ['"a"'], ['"b"']), [("gap", (), 'x = "other"')]),
        (table("unique", ['"a"'], ['"b"'], inputs=[{"expression": "x", "values": ['"a"', '"b"']}]), []),
        (table("unique", [True]), [("gap", (), "x = false")]),
        (table("unique", ["> limit"]), [("unchecked", (), "x")]),
        (table("unique", ['< @"2026-01-01"'], ['> date("2026-01-01")']), [("gap", (), "x = 2026-01-01")]),
        (table("unique", ["5"], ["6"], ["not(5, 6)"]), []),
        (table("unique", ["[6..3]"], ["-"]), [("unreachable", ("1",), "Row 1")]),
    ],
)
def test_gaps_overlaps_and_idle_rows_are_found(
    made: rules.DecisionTable, findings: list[tuple[str, tuple[str, ...], str]]
) -> None:
    found = made.check()

    assert [(one.code, one.rows) for one in found] == [(code, rows) for code, rows, _ in findings]
    for one, (_, _, words) in zip(found, findings, strict=True):
        assert words in one.advice


@pytest.mark.parametrize(
    ("change", "where", "advice"),
    [
        ({"hit": "some"}, "fee", "hit is unique"),
        ({"inputs": []}, "fee", "inputs must be a list"),
        ({"colour": "red"}, "fee", "colour is no key"),
        ({"rows": [{"if": ["-", "-"], "then": [1]}]}, "fee, row 1", "if has 2 cells, but the table has 1"),
        ({"rows": [{"if": ["<"], "then": [1]}]}, "fee, row 1", "a value is missing"),
        ({"rows": [{"if": ["-"], "then": [1], "why": "x"}]}, "fee, row 1", "why is no key"),
        ({"rows": ["-"]}, "fee, row 1", "mapping"),
        ({"rows": [{"if": ["< 2026-01-01"], "then": [1]}]}, "fee, row 1", 'write a date as @"2026-01-01"'),
        (
            {"rows": [{"id": "a", "if": ["-"], "then": [1]}, {"id": "a", "if": ["-"], "then": [1]}]},
            "fee",
            "two rows are called a",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where(change: dict[str, Any], where: str, advice: str) -> None:
    good = {"hit": "first", "inputs": ["x"], "outputs": ["y"], "rows": [{"if": ["-"], "then": [1]}]}

    with pytest.raises(TableProblem) as caught:
        rules.DecisionTable.from_yaml(good | change, name="fee")

    assert caught.value.where == where
    assert advice in caught.value.advice


def test_a_table_names_what_it_reads() -> None:
    assert table("first", ["> limit"], ["-"], inputs=["x + z"]).names == {"x", "z", "limit"}


def test_a_file_may_hold_several_tables() -> None:
    body = BIRTH_FEE["birth-fee"]

    assert list(rules.tables_from_yaml({"one": body, "two": body})) == ["one", "two"]


def test_dates_of_yaml_may_stand_in_cells() -> None:
    made = table("first", [date(2026, 1, 1)], ["-"])

    assert made.evaluate({"x": date(2026, 1, 1)}).outputs == {"y": 1}
