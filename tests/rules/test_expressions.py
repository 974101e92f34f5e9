"""What expressions mean: the semantics of FEEL, case by case."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from panjereh import rules
from panjereh.kernel import clock
from panjereh.kernel.money import Money
from panjereh.rules import Range, YearsMonths

CONTEXT: dict[str, Any] = {
    "age": 20,
    "rate": 1.1,
    "city": "تهران",
    "nothing": None,
    "fee": Money(450_000),
    "children": [
        {"name": "Sara", "born": date(2020, 1, 1), "weight": Decimal("3.2")},
        {"name": "Ali", "born": date(2024, 5, 6), "weight": Decimal("2.9")},
    ],
    "mother": {"given name": "Nahid", "address": {"city": "Shiraz"}},
    "well-being": 3,
    "income and wealth": 7,
    "date": date(2026, 11, 23),
    "نام‌ها": ["علی", "سارا"],
}

NUMBERS = [
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3", "9"),
    ("7 - 3 - 2", "2"),
    ("0.1 + 0.2", "0.3"),
    ("1 / 3 * 3", "0.9999999999999999999999999999999999"),
    ("-2 ** 2", "4"),
    ("2 ** -1", "0.5"),
    (".5 + 1.2e1", "12.5"),
    ("rate * 3", "3.3"),
    ("fee / 10", "45000"),
    ("9999999999999999999999999999999999 + 1", "1E+34"),
    ("well-being + 1", "4"),
    ("income and wealth * 2", "14"),
    ("decimal(2.345, 2)", "2.34"),
    ("round half up(2.345, 2)", "2.35"),
    ("floor(-1.5)", "-2"),
    ("ceiling(1.234, 1)", "1.3"),
    ("modulo(-12, 5)", "3"),
    ("abs(-5)", "5"),
    ("sum(1, 2, 3)", "6"),
    ("mean([1, 2])", "1.5"),
    ("median([8, 2, 5, 3])", "4"),
    ("product([2, 3])", "6"),
    ("max(children.weight)", "3.2"),
    ("count(children)", "2"),
    ('number("1,234.5", ",", ".")', "1234.5"),
    ('number(from: "1.234,5", grouping separator: ".", decimal separator: ",")', "1234.5"),
    ('string length("سلام")', "4"),
    ('years and months duration(@"2000-02-29", @"2026-02-28").years', "25"),
    ('age(@"2000-02-29", @"2026-03-01")', "26"),
    ("{square: function(n: number) n * n, result: square(5)}.result", "25"),
    ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(30)}.r", "265252859812191058636308480000000"),
    ("[10, 20, 30][-1]", "30"),
    ("date.year", "2026"),
    ('date("2026-11-22").day', "22"),
]


@pytest.mark.parametrize(("expression", "number"), NUMBERS)
def test_numbers_are_calculated_exactly(expression: str, number: str) -> None:
    found = rules.evaluate(expression, CONTEXT)

    assert type(found) is Decimal
    assert found == Decimal(number)


TRUTHS = [
    ("age >= 18 and city = \"تهران\"", True),
    ("nothing >= 18", None),
    ("nothing = null", True),
    ("age = null", False),
    ("age != null", True),
    ("1 = \"1\"", None),
    ("false and nothing", False),
    ("true and nothing", None),
    ("true or nothing", True),
    ("false or nothing", None),
    ("not(nothing)", None),
    ("age between 18 and 20", True),
    ("age in [18..20)", False),
    ("age in (1, 2, > 19)", True),
    ("age in > 30", False),
    ("city in (\"شیراز\", \"تهران\")", True),
    ("5 in ]1..5[", False),
    ("some child in children satisfies child.name = \"Ali\"", True),
    ("every child in children satisfies child.weight > 3", False),
    ("some x in [null, 1] satisfies x = 2", False),
    ("some x in [null, 1] satisfies x > 2", None),
    ("every x in [], y in x satisfies false", True),
    ("[1, 2] = [1, 2]", True),
    ("{a: 1} = {a: 1.0}", True),
    ("@\"2026-01-01\" < @\"2026-01-02\"", True),
    ("@\"2026-01-01T00:00:00Z\" = @\"2026-01-01T03:30:00+03:30\"", True),
    ("is(@\"10:00:00Z\", @\"10:00:00+00:00\")", True),
    ("age instance of number", True),
    ("[1, \"a\"] instance of list<number>", False),
    ("{a: 1} instance of context<a: number>", True),
    ("nothing instance of number", False),
    ("@\"P1D\" instance of days and time duration", True),
    ("contains(city, \"هر\")", True),
    ("matches(\"0912\", \"^09[0-9]+$\")", True),
    ("list contains(children.name, \"Sara\")", True),
    ("before([1..5], 6)", True),
    ("overlaps([1..5], [5..8])", True),
    ("during(3, [1..5])", True),
    ("meets([1..5], [5..8])", True),
    ("all([true, nothing])", None),
    ("any([true, nothing])", True),
    ("even(2) and odd(3)", True),
    ("نام‌ها[1] = \"علی\"", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "truth"), TRUTHS)
def test_truth_has_three_values(expression: str, truth: bool | None) -> None:
    assert rules.evaluate(expression, CONTEXT) is truth


OTHERS: list[tuple[str, Any]] = [
    ("\"a\" + \"ب\"", "aب"),
    ("mother.given name", "Nahid"),
    ("mother.address.city", "Shiraz"),
    ("mother.address.street", None),
    ("nothing.anything.at all", None),
    ("children.name", ["Sara", "Ali"]),
    ("children[born > @\"2023-01-01\"].name", ["Ali"]),
    ("children[name = \"Sara\" and age = 20].name", ["Sara"]),
    ("children[item.weight > 3][1].name", "Sara"),
    ("children[3]", None),
    ("[1, 2, 3][item > 1]", [2, 3]),
    ("for x in 1..3 return x * x", [1, 4, 9]),
    ("for x in 3..1 return x", [3, 2, 1]),
    ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
    ("for x in 1..5 return if x < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
    ("if nothing then 1 else \"no\"", "no"),
    ("{first name: \"Sara\", greeting: \"Salam \" + first name}.greeting", "Salam Sara"),
    ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
    ("sort([\"b\", \"a\"])", ["a", "b"]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("distinct values([1, 1.0, 2])", [1, 2]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("mode([1, 2, 2, 3, 3])", [2, 3]),
    ("split(\"a,b\", \",\")", ["a", "b"]),
    ("string join([\"a\", null, \"b\"], \"-\")", "a-b"),
    ("replace(\"2026-11\", \"([0-9]+)-([0-9]+)\", \"$2/$1\")", "11/2026"),
    ("substring(\"foobar\", -3, 2)", "ba"),
    ("substring before(\"foobar\", \"bar\")", "foo"),
    ("upper case(\"abc\")", "ABC"),
    ("string(1.50)", "1.5"),
    ("string([1, \"a\", {b: null}])", "[1, \"a\", {b: null}]"),
    ("string(@\"P1Y2M\")", "P1Y2M"),
    ("string(@\"10:30:00@Asia/Tehran\")", "10:30:00@Asia/Tehran"),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ("context put({a: 1}, \"b\", 2)", {"a": 1, "b": 2}),
    ("context merge([{a: 1}, {b: 2}])", {"a": 1, "b": 2}),
    ("date(\"2026-02-30\")", None),
    ("date(2026, 11, 23)", date(2026, 11, 23)),
    ("@\"2024-01-31\" + @\"P1M\"", date(2024, 2, 29)),
    ("@\"2024-03-01\" - @\"2024-02-01\"", timedelta(days=29)),
    ("@\"23:30:00\" + @\"PT1H\"", time(0, 30)),
    ("@\"P1Y\" * 1.5", YearsMonths(18)),
    ("@\"PT90M\" / 2", timedelta(minutes=45)),
    ("date and time(\"2026-11-23T10:00:00Z\")", datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ("date and time(@\"2026-11-23\", @\"10:00:00\")", datetime(2026, 11, 23, 10)),  # noqa: DTZ001  # local on purpose
    ("day of week(@\"2026-11-23\")", "Monday"),
    ("[1..5)", Range(Decimal(1), Decimal(5), end_included=False)),
    ("(>= 18)", Range(Decimal(18), None, end_included=False)),
    ("1 / 0", None),
    ("10 ** 10000", None),
    ("\"a\" - 1", None),
    ("@\"9999-12-31\" + @\"P1D\"", None),
    ("unknown + 1", None),
    ("// a remark\n 5 /* five */", 5),
    ("\"\\u06CC\\n\\\"\"", "ی\n\""),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), OTHERS)
def test_expressions_give_what_the_standard_says(expression: str, value: Any) -> None:
    assert rules.evaluate(expression, CONTEXT) == value


def test_what_goes_wrong_gives_null_and_says_so() -> None:
    warnings: list[str] = []

    assert rules.evaluate('unknown + date("no date").year', {}, warnings) is None
    assert warnings == ["There is nothing called unknown here.", "“no date” is no date."]


def test_the_clock_is_the_kernels() -> None:
    with clock.at(datetime(2026, 3, 20, 21, 0, tzinfo=UTC)):
        assert rules.evaluate("today()", {}) == date(2026, 3, 21)
        assert rules.evaluate("now()", {}) == datetime(2026, 3, 20, 21, 0, tzinfo=UTC)


def test_a_question_may_bear_the_name_of_a_function() -> None:
    assert rules.evaluate("count > 3 and count([1]) = 1", {"count": 5}) is True


def test_an_expression_names_what_it_reads() -> None:
    expression = rules.compile("mother.birth_date.year > limit and (some x in xs satisfies x > today())")

    assert expression.names == {"mother", "limit", "xs"}
    assert expression.reads == {("mother", "birth_date", "year"), ("limit",), ("xs",)}


def test_names_in_a_filter_may_be_the_items_own() -> None:
    expression = rules.compile("children[born > limit].name")

    assert expression.names == {"children", "born", "limit"}
    assert expression.item_names == {"born", "limit"}


def test_the_same_text_is_compiled_once() -> None:
    assert rules.compile("a + 1") is rules.compile("a + 1")


def test_an_evaluation_leaves_its_context_alone() -> None:
    context = {"xs": [1, 2], "inner": {"a": 1}}

    rules.evaluate("append(xs, 3)", context)
    rules.evaluate('context put(inner, "b", 2)', context)

    assert context == {"xs": [1, 2], "inner": {"a": 1}}


UNARY = [
    ("-", None, True),
    ("<= 15", 15, True),
    ("[1..3], > 7", 8, True),
    ("[1..3], > 7", 5, False),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ("\"a\", \"b\"", "b", True),
    ("? > 3 and ? < limit", 5, True),
    ("limit", 10, True),
    ("< limit", 9, True),
    ("null", None, True),
    ("< 5", None, None),
    ("true", True, True),
    ("true", False, False),
    ("[1, 2]", 2, True),
    ("date(\"2026-01-01\")", date(2026, 1, 1), True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "verdict"), UNARY)
def test_cells_test_their_input(text: str, value: Any, verdict: bool | None) -> None:
    given = Decimal(value) if type(value) is int else value

    assert rules.compile_unary(text).test(given, {"limit": 10}) is verdict
