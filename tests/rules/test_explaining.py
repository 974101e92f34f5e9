"""A decision in the words of a person."""

from datetime import date
from decimal import Decimal

import pytest
import yaml

from panjereh import rules
from panjereh.rules.explaining import said

FEE = {
    "fee": {
        "hit": "first",
        "inputs": [
            {"expression": "days", "text": {"en": "Days since the birth", "fa": "روزهای گذشته از تولد"}},
            "four_eyes",
        ],
        "outputs": ["amount"],
        "rows": [
            {"if": ["<= 15", "-"], "then": [0], "law": "act#15", "text": {"en": "In time", "fa": "در مهلت"}},
            {"if": ["> 15", "false"], "then": [500000], "law": "act#19", "text": {"en": "Late", "fa": "دیر"}},
        ],
    }
}


def test_a_decision_says_which_row_counted_what_it_looked_at_and_the_law():
    decision = rules.DecisionTable.from_yaml(FEE).evaluate({"days": 1053, "four_eyes": False})
    (reason,) = rules.reasons(decision)

    assert reason.in_words("en") == "Late (Days since the birth: 1,053). Law: act#19."
    assert reason.in_words("fa", law=lambda _: "قانون ثبت احوال") == (
        "دیر (روزهای گذشته از تولد: ۱٬۰۵۳). قانون: قانون ثبت احوال."
    )


def test_a_model_says_the_same_as_the_table_it_was_made_of(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text(yaml.safe_dump(FEE, allow_unicode=True), encoding="utf-8")
    (table,) = rules.load(path).explain("fee", {"days": 3, "four_eyes": True}).tables

    assert [reason.in_words("en") for reason in rules.reasons(table)] == [
        "In time (Days since the birth: 3). Law: act#15."
    ]


@pytest.mark.parametrize(
    ("value", "english", "persian"),
    [
        (None, "unknown", "نامعلوم"),
        (True, "yes", "بله"),
        (Decimal("1234.5"), "1,234.5", "۱٬۲۳۴٫۵"),
        (date(2026, 3, 21), "21 March 2026", "۱ فروردین ۱۴۰۵"),
        ("home", "home", "home"),
        ([Decimal(1), Decimal(2)], "1, 2", "۱، ۲"),
        (rules.YearsMonths(14), "P1Y2M", "P1Y2M"),
    ],
)
def test_values_are_said_as_people_read_them(value, english, persian):
    assert (said(value, "en"), said(value, "fa")) == (english, persian)
