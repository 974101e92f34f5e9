"""What can't be read is refused with its place and advice; what would run too long is stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh import rules
from panjereh.rules.errors import LimitExceeded, SyntaxProblem

REFUSED = [
    ("", 0, "write an expression"),
    ("1 +", 3, "a value is missing"),
    ("a = ", 4, "a value is missing"),
    ("(1 + 2", 6, "closing )"),
    ("[1, 2", 5, "closing ]"),
    ("{a: 1", 5, "end with }"),
    ("{a: 1, a: 2}", 7, "stands twice"),
    ("if a then b", 11, "needs “else”"),
    ("if a else b", 5, "needs “then”"),
    ("for x in xs x", 13, "needs “return”"),
    ("some x in xs return x", 13, "needs “satisfies”"),
    ("a between 1", 11, "needs “and”"),
    ("“a” = b", 0, "straight quotes"),
    ('"abc', 0, "no closing quote"),
    ("a & b", 2, "write “and”"),
    ("a | b", 2, "write “or”"),
    ("a, b", 1, "one too many"),
    ("1 2", 2, "one too many"),
    ("a.(b)", 2, "the name of what to take"),
    ("x instance of nonsense", 14, "no type called nonsense"),
    ("function(x) external {java: 1}", 12, "write the function in FEEL"),
    ("f(a: 1, 2)", 9, "a name"),
    ("a == b", 3, "can't stand here"),
    ("10%", 2, "/ 100"),
]


@pytest.mark.parametrize(("text", "position", "advice"), REFUSED)
def test_an_unreadable_expression_is_refused_with_advice(text: str, position: int, advice: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        rules.compile(text)

    assert caught.value.position == position
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "+".join(["1"] * 1000),
        "a" + ".b" * 1000,
        "-" * 1000 + "1",
        "[" * 1000,
        "x" * 30_000,
    ],
)
def test_what_is_nested_or_chained_without_end_is_refused(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        rules.compile(text)


NESTED = "{{a: for i in 1..1000 return i, b: for i in a return a, c: for i in a return b, d: {}}}.d"


@pytest.mark.parametrize(
    "text",
    [
        "count(for a in 1..1000, b in 1..1000, c in 1..1000 return 1)",
        "for x in 1..1000000000 return x",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "every a in 1..100000, b in 1..100000 satisfies true",
        '{double: function(t, n) if n = 0 then t else double(t + t, n - 1), r: double("abc", 50)}.r',
        "count(for x in 1..99999 return for y in 1..99999 return y)",
        NESTED.format("string(c)"),
        NESTED.format("c = c"),
        NESTED.format("c instance of list<list<list<number>>>"),
        NESTED.format("c.x"),
        NESTED.format("flatten(c)"),
        "for x in 1..9999 return partial",
    ],
)
def test_what_would_never_end_is_stopped(text: str) -> None:
    with pytest.raises(LimitExceeded):
        rules.evaluate(text, {})


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "(?=a)",
        "((a*)*)*",
        "(",
        "a{1000}{1000}",
        "x" * 600,
        "(a?){30}b",
        ".*.*.*.*.*.*.*.*=",
        "a?" * 30 + "a" * 30,
    ],
)
def test_a_pattern_that_could_hang_or_is_broken_gives_null(pattern: str) -> None:
    warnings: list[str] = []

    assert rules.evaluate("matches(text, pattern)", {"text": "a" * 40, "pattern": pattern}, warnings) is None
    assert warnings


@pytest.mark.parametrize("pattern", ["^[0-9]{10}$", r"^\\w+@\\w+$", ".*foo.*", "(ab|cd)e", "(abc)+", "^IR[0-9]{24}$"])
def test_honest_patterns_are_fast_enough_to_be_allowed(pattern: str) -> None:
    warnings: list[str] = []

    assert rules.evaluate(f'matches("{"a" * 300}", "{pattern}")', {}, warnings) is False
    assert not warnings


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    try:
        rules.compile(text)
    except SyntaxProblem as problem:
        place = problem.position
    else:
        place = 0

    assert 0 <= place <= len(text)


WORDS = """
    1 2.5 a b "t" null true ( ) [ ] { } , : . .. + - * / ** = != < <= and or not in between if then else for return some
    satisfies function item partial count sum @ ? date instance of number
""".split()  # noqa: SIM905  # easier to read than fifty quotes


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_row_of_words_is_evaluated_or_refused_but_nothing_else(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        rules.evaluate(text, {"a": 5, "b": [1, {"a": 2}], "date": None})
    except (SyntaxProblem, LimitExceeded):
        return


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    st.integers(-999, 999),
)
def test_multiplying_and_adding_agree(amount: object, times: int) -> None:
    context = {"amount": amount, "times": times}

    assert rules.evaluate("amount * times + amount = amount * (times + 1)", context) is True
