"""Whatever an expression does, it gives a value or stops with an error of ours, soon."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panjereh import rules
from panjereh.rules.compiler import FUNCTIONS
from panjereh.rules.errors import RuleProblem
from panjereh.rules.texts import written

NUMBERS = st.one_of(
    st.integers(-5, 40).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1e6144"), Decimal("-1e6144"), Decimal("1e-6176"), Decimal("0.5"), Decimal(10**33)]),
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "a",
            "2026-11-23",
            "24:00:00",
            "P1Y2M",
            "-PT0.1S",
            "[1..5]",
            "(a|a)*b",
            "[",
            "\\",
            "$1",
            "@Asia/Tehran",
            "1 000,5",
        ]
    ),
)
MOMENTS = st.one_of(
    st.dates(), st.times(), st.datetimes(), st.timedeltas(), st.integers(-(10**10), 10**10).map(rules.YearsMonths)
)
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, MOMENTS)
RANGES = st.builds(rules.Range, PLAIN, PLAIN, st.booleans(), st.booleans())
FUNCTION = rules.evaluate("function(a, b) a < b", {})
VALUES = st.recursive(
    st.one_of(PLAIN, RANGES, st.just(FUNCTION)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["key", "value", "item", "a b"]), inner, max_size=3),
    ),
    max_leaves=6,
)
SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
PROPERTIES = [
    "year",
    "weekday",
    "time offset",
    "timezone",
    "days",
    "seconds",
    "months",
    "value",
    "start",
    "end included",
    "key",
]


def outcome(expression: str, context: dict[str, Any]) -> Any:
    """The value, which can be written as text, or None where a rule was stopped."""
    try:
        value = rules.evaluate(expression, context)
    except RuleProblem:
        return None
    assert isinstance(written(value), str)
    return value


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(VALUES, max_size=4))
def test_no_function_breaks_whatever_it_is_given(name: str, values: list[Any]):
    context = dict(zip("pqrs", values, strict=False))

    outcome(f"{name}({', '.join(context)})", context)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SIGNS), VALUES, VALUES)
def test_no_operator_breaks_whatever_stands_beside_it(sign: str, left: Any, right: Any):
    outcome(f"p {sign} q", {"p": left, "q": right})


@settings(max_examples=100, deadline=None)
@given(VALUES, VALUES, st.sampled_from(PROPERTIES))
def test_no_filter_path_or_loop_breaks(source: Any, other: Any, name: str):
    context = {"p": source, "q": other}
    for expression in (f"p.{name}", "p[q]", "p[item = q]", "for x in p return x", "some x in p satisfies x = q",
                       "for x in p..q return x", "p between q and p", "p instance of list<number>", "[p..q]",
                       "p(q)", "string(p)", "if p then q else p"):  # fmt: skip
        outcome(expression, context)


@pytest.mark.parametrize(
    "expression",
    [
        'matches(t, "(a+)+b")',
        'matches(t, "(a|aa)+b")',
        'matches(t, "(a*)*b")',
        'matches(t, "a*a*a*a*a*a*b")',
        'matches(t, "(.*)(.*)(.*)(.*)b")',
        'matches(t, "(a?){60}a{60}b")',
        'matches(t, "(?=a)b")',
        'matches(t, "(a+)\\\\1+b")',
        'replace(t, "(a+)+b", "x")',
        'split(t, "(a|a?)+b")',
        'split(t, "(x+x+)+y")',
    ],
)
@pytest.mark.parametrize("length", [30, 4000, 100_000])
def test_a_pattern_that_could_search_for_ever_does_not(expression: str, length: int):
    begun = time.process_time()

    outcome(expression, {"t": "a" * length})

    assert time.process_time() - begun < 2
