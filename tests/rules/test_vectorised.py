"""A table decided for many rows at once gives exactly what `rules` gives row by row, or says that it can't."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh import rules
from panjereh.rules.vectorised import NotVectorised, Numbers, decide

NAMED = {
    "taxable": rules.compile("max(income - 120000000 - 5000000 * children, 0)"),
    "half": rules.compile("if married then taxable / 4 else taxable * 0.125"),
}
TABLE = rules.DecisionTable.from_yaml(
    {
        "tax": {
            "hit": "first",
            "inputs": ["taxable", "kind"],
            "outputs": ["amount", "rate"],
            "rows": [
                {"if": ["0", "-"], "then": [0, 0]},
                {"if": ["-", '"exempt"'], "then": [0, 0]},
                {"if": ["<= 200000000", "-"], "then": ["floor(taxable * 0.1)", 10]},
                {
                    "if": ["]200000000..500000000]", 'not("farm")'],
                    "then": ["20000000 + (taxable - 200000000) * 0.15", 15],
                },
                {"if": ["> 200000000", '"farm", "fishing"'], "then": ["min(half, 90000000) - 0.05", 5]},
                {"if": ["> 500000000", "-"], "then": ["ceiling(abs(-taxable) * 0.3333)", 33]},
            ],
        }
    }
)
people = st.fixed_dictionaries(
    {
        "income": st.one_of(
            st.integers(0, 10**9), st.sampled_from([0, 120_000_000, 320_000_000, 320_000_001, 620_000_000, 10**15])
        ),
        "children": st.integers(0, 8),
        "married": st.booleans(),
        "kind": st.sampled_from(["trade", "farm", "fishing", "exempt", "کشاورزی"]),
    }
)


def columns(rows: list[dict[str, object]]) -> dict[str, object]:
    numbers = {name: Numbers.of(np.array([row[name] for row in rows])) for name in ("income", "children")}
    return {
        **numbers,
        "married": np.array([row["married"] for row in rows]),
        "kind": np.array([row["kind"] for row in rows]),
    }


def one_by_one(table: rules.DecisionTable, row: dict[str, object], output: str = "amount") -> Decimal | None:
    context = dict(row)
    for name, expression in NAMED.items():
        context[name] = expression.evaluate(context)
    value = table.evaluate(context).outputs[output]
    return None if value is None else Decimal(value)


@given(st.lists(people, min_size=1, max_size=20), st.sampled_from(["amount", "rate"]))
def test_each_row_gets_exactly_what_rules_gives_it(rows, output):
    outcome = decide(TABLE, columns(rows), NAMED, output, len(rows))

    for place, row in enumerate(rows):
        wanted = one_by_one(TABLE, row, output)
        if outcome.slow[place]:
            assert wanted is None
        else:
            assert outcome.numbers.decimal(place) == wanted


numbers = st.decimals(-(10**6), 10**6, allow_nan=False, places=3)


@given(numbers, st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5))
@pytest.mark.parametrize(
    "text",
    [
        "n * {c}",
        "n + {c}",
        "{c} - n",
        "n * n - {c} * n",
        "if n > {c} then n else -n",
        "max(n, {c}, 3)",
        "floor(n * {c})",
    ],
)
def test_expressions_are_exact_also_beyond_64_bits(text, constant, values):
    expression = rules.compile(text.format(c=f"({constant:f})"))
    table = rules.DecisionTable.from_yaml(
        {"t": {"hit": "first", "inputs": ["1"], "outputs": ["x"], "rows": [{"if": ["-"], "then": [expression.text]}]}}
    )

    outcome = decide(table, {"n": Numbers.of(np.array(values))}, {}, "x", len(values))

    assert [outcome.numbers.decimal(place) for place in range(len(values))] == [
        expression.evaluate({"n": value}) for value in values
    ]


@given(st.integers(-(10**9), 10**9), st.sampled_from(["4", "0.25", "-8", "125", "1000"]))
def test_divisions_that_end_are_exact(value, divisor):
    table = rules.DecisionTable.from_yaml(
        {"t": {"hit": "first", "inputs": ["1"], "outputs": ["x"], "rows": [{"if": ["-"], "then": [f"n / {divisor}"]}]}}
    )

    outcome = decide(table, {"n": Numbers.of(np.array([value]))}, {}, "x", 1)

    assert outcome.numbers.decimal(0) == rules.evaluate(f"n / {divisor}", {"n": value})


@pytest.mark.parametrize(
    "cell", ["n / 3", "n / m", "n ** 2", "string length(s)", 'n + "1"', "unknown", "n * n * n * n", "[1, 2][1]", "null"]
)
def test_what_has_no_exact_counterpart_is_said(cell):
    table = rules.DecisionTable.from_yaml(
        {"t": {"hit": "first", "inputs": ["1"], "outputs": ["x"], "rows": [{"if": ["-"], "then": [cell]}]}}
    )
    given = {"n": Numbers.of(np.array([10**12])), "m": Numbers.of(np.array([2])), "s": np.array(["a"])}

    with pytest.raises(NotVectorised):
        decide(table, given, {}, "x", 1)


def test_rows_of_a_unique_table_that_overlap_are_left_to_rules():
    table = rules.DecisionTable.from_yaml(
        {
            "t": {
                "hit": "unique",
                "inputs": ["n"],
                "outputs": ["x"],
                "rows": [{"if": ["<= 5"], "then": [1]}, {"if": [">= 5"], "then": [2]}],
            }
        }
    )

    outcome = decide(table, {"n": Numbers.of(np.array([4, 5, 6]))}, {}, "x", 3)

    assert list(outcome.slow) == [False, True, False]
