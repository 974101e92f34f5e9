"""Compiled expressions and unary tests: the things that definitions hold and cases run."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from panjereh.rules import parser
from panjereh.rules.compiler import Compiler
from panjereh.rules.errors import LimitExceeded
from panjereh.rules.scope import Scope
from panjereh.rules.values import MOST_CALLS_DEEP, PLAIN, Frame, Run

Context = Mapping[str, Any]

_WORD = re.compile(r"[^\W\d]\w*")
_MORE_THAN_A_WORD = re.compile(r"""[\w)\]"'][ \t]+[^\W\d]|\w[-/.+*']\w""")


class Expression:
    """An expression of FEEL, ready to run.

    names: what it reads from the context
    reads: the same as paths, such as ("mother", "birth_date")
    item_names: those of `names` that stand in a filter and may be entries of the filtered items instead
    """

    def __init__(self, text: str, known_names: Iterable[str] = ()) -> None:
        self.text = text
        self.tree = parser.parse(text, known_names)
        compiler = Compiler(text)
        self._code = compiler.compile(self.tree)
        self.reads = frozenset(compiler.reads)
        self.names = frozenset(path[0] for path in compiler.reads)
        self.item_names = frozenset(compiler.of_items & self.names)

    def evaluate(
        self, context: Context, warnings: list[str] | None = None, *, ready: dict[str, Any] | None = None
    ) -> Any:
        """The value in this context. What goes wrong on the way gives null and a line in `warnings`.

        ready: values of the context that other evaluations have made ready already; those of this one are added
        Raises LimitExceeded when the expression would take too many steps or too much room.
        """
        run = Run(context, warnings)
        if ready is not None and run.values is not context:
            run.values = ready
        try:
            value = self._code(run)
        except RecursionError:
            raise LimitExceeded("calls within calls", MOST_CALLS_DEEP) from None
        if type(value) in PLAIN:  # no function that would go on with this run: it needs no collector to be freed
            del run.run
        return value

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """A cell of a decision table: what an input must be like. “-” takes everything.

    names, reads: as with expressions; the tested value itself (“?”) is none of them
    """

    def __init__(self, text: str, known_names: Iterable[str] = ()) -> None:
        self.text = text
        self.tree = parser.parse_unary_tests(text, known_names)
        compiler = Compiler(text, Scope({"?"}, Scope(set(), None)))
        self._passes = compiler.cells(self.tree)
        self.reads = frozenset(compiler.reads)
        self.names = frozenset(path[0] for path in compiler.reads)

    @property
    def takes_everything(self) -> bool:
        return not self.tree.tests

    def test(self, value: Any, context: Context, warnings: list[str] | None = None) -> bool | None:
        """Whether the value passes; null if that can't be told."""
        return self.passes(value, asking(value, Run(context, warnings)))

    def passes(self, value: Any, frame: Frame) -> bool | None:
        """As `test`, within a frame made by `asking` that other cells share."""
        try:
            return self._passes(frame, value)
        except RecursionError:
            raise LimitExceeded("calls within calls", MOST_CALLS_DEEP) from None

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def asking(value: Any, run: Run) -> Frame:
    """The frame for the cells of one column, in which “?” is the value."""
    return Frame(run, {"?": value}, run)


def pass_all(tests: Iterable[UnaryTests], columns: Iterable[Frame]) -> bool:
    """Whether the value of each column passes the test at its place: a row of a table."""
    return all(test.passes(frame.local["?"], frame) is True for test, frame in zip(tests, columns, strict=True))


@lru_cache(maxsize=4096)
def _expression(text: str, known_names: frozenset[str]) -> Expression:
    return Expression(text, known_names)


@lru_cache(maxsize=4096)
def _unary(text: str, known_names: frozenset[str]) -> UnaryTests:
    return UnaryTests(text, known_names)


def compile(expression: str, known_names: Iterable[str] = ()) -> Expression:  # noqa: A001  # the word of the field
    """Read an expression once. The same text is compiled only once.

    known_names: names in the context that hold signs or keywords, such as “well-being”; words alone need no mention
    Raises SyntaxProblem with the place and what to write instead.
    """
    return _expression(expression, frozenset(known_names))


def compile_unary(text: str, known_names: Iterable[str] = ()) -> UnaryTests:
    """Read the cell of a table once. Raises SyntaxProblem."""
    return _unary(text, frozenset(known_names))


def evaluate(expression: str, context: Context, warnings: list[str] | None = None) -> Any:
    """The value of an expression in a context, whose odd names are recognised."""
    known: frozenset[str] = frozenset()
    if _MORE_THAN_A_WORD.search(expression):
        known = frozenset(_odd_names(context))
    return _expression(expression, known).evaluate(context, warnings)


def _odd_names(value: Any, depth: int = 0) -> Iterable[str]:
    """Names within a context that are more than one word."""
    if depth < 4 and isinstance(value, Mapping):
        for key, inner in value.items():
            if not _WORD.fullmatch(str(key)):
                yield str(key)
            yield from _odd_names(inner, depth + 1)
    elif depth < 4 and isinstance(value, list) and value:
        yield from _odd_names(value[0], depth + 1)
