"""From tokens to the syntax tree: recursive descent with binding powers for the operators."""

from collections.abc import Iterable

from panjereh.rules import lexer, tree
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.lexer import Token
from panjereh.rules.reader import Reader
from panjereh.rules.values import EXACT

DEEPEST = 90

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_OR, _AND, _COMPARED, _SUM, _PRODUCT, _POWER = range(1, 7)
_POWERS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


class Parser(Reader):
    """Reads one text once."""

    def __init__(self, text: str, names: Iterable[str] = ()) -> None:
        super().__init__(text, names)
        self.depth = 0
        self.filters_allowed = True

    # Whole texts

    def whole_expression(self) -> tree.Node:
        if self.now.kind == "end":
            self.refuse("there is nothing here; write an expression")
        found = self.expression()
        self.at_end()
        return found

    def whole_unary_tests(self) -> tree.UnaryTests:
        start = self.now.start
        if self.now.kind == "-" and self.ahead().kind == "end":
            return tree.UnaryTests(start, (), negated=False)
        if self.now.text == "not" and self.ahead().kind == "(":
            kept = self.place
            self.place += 2
            tests = self.tests()
            if self.taken(")") and self.now.kind == "end":
                return tree.UnaryTests(start, tests, negated=True)
            self.place = kept
        tests = self.tests()
        self.at_end()
        return tree.UnaryTests(start, tests, negated=False)

    def tests(self) -> tuple[tree.Test, ...]:
        found = [self.test()]
        while self.taken(","):
            found.append(self.test())
        return tuple(found)

    def test(self, power: int = 0) -> tree.Test:
        token = self.now
        if token.kind in _COMPARISONS:
            self.take()
            return tree.Test(token.start, token.kind, self.expression(_SUM))
        return tree.Test(token.start, "", self.expression(power))

    # Operators

    def expression(self, power: int = 0) -> tree.Node:
        """Everything from here that binds at least as strongly as `power`."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse("this is nested too deeply; give the inner parts names of their own")
        left = self.operand()
        chain = 0
        while (further := self.further(left, power)) is not None:
            left = further
            chain += 1
            if chain > 2 * DEEPEST:
                self.refuse("this chain is too long; use a list with sum(…), or split it")
        self.depth -= 1
        return left

    def further(self, left: tree.Node, power: int) -> tree.Node | None:
        """The next operator applied to what stands before it; None if nothing here binds strongly enough."""
        token = self.now
        if token.kind in _POWERS:
            return self.arithmetic(left, power)
        if token.kind in _COMPARISONS and power <= _COMPARED:
            self.take()
            return tree.Comparison(token.start, token.kind, left, self.expression(_SUM))
        if token.kind != "keyword":
            return None
        if token.text == "and" and power <= _AND:
            return tree.Conjunction(token.start, (left, *self.joined("and", _COMPARED)))
        if token.text == "or" and power <= _OR:
            return tree.Disjunction(token.start, (left, *self.joined("or", _AND)))
        return self.relation(left) if power <= _COMPARED else None

    def arithmetic(self, left: tree.Node, power: int) -> tree.Node | None:
        token = self.now
        own = _POWERS[token.kind]
        if own < power:
            return None
        self.take()
        return tree.Arithmetic(token.start, token.kind, left, self.expression(own + 1))

    def joined(self, word: str, power: int) -> list[tree.Node]:
        parts = []
        while self.taken(word):
            parts.append(self.expression(power))
        return parts

    def relation(self, left: tree.Node) -> tree.Node | None:
        start = self.now.start
        if self.taken("between"):
            low = self.expression(_SUM)
            self.expect("and", "“between” needs “and”: x between 1 and 5")
            return tree.Between(start, left, low, self.expression(_SUM))
        if self.taken("in"):
            return tree.In(start, left, self.tests_after_in())
        if self.now.text == "instance" and self.ahead().text == "of":
            self.place += 2
            return tree.InstanceOf(start, left, self.type())
        return None

    def tests_after_in(self) -> tuple[tree.Test, ...]:
        kept, depth = self.place, self.depth
        if self.taken("("):
            try:
                tests = self.tests()
                if self.taken(")") and self.now.kind not in _POWERS:
                    return tests
            except SyntaxProblem:
                pass  # a range in round brackets, which reads as an operand
            self.place, self.depth = kept, depth
        return (self.test(_SUM),)

    # Operands

    def operand(self) -> tree.Node:
        token = self.now
        if self.taken("-"):
            return tree.Negation(token.start, self.expression(_POWER + 1))
        return self.after_operand(self.simple_operand())

    def after_operand(self, left: tree.Node) -> tree.Node:
        """Paths, filters and calls that follow directly."""
        chain = 0
        while True:
            token = self.now
            chain += 1
            if chain > DEEPEST:
                self.refuse("this chain is too long; give parts of it names of their own")
            if self.taken("."):
                left = tree.Path(token.start, left, self.property_name())
            elif token.kind == "[" and self.filters_allowed:
                self.take()
                condition = self.inside()
                self.expect("]", "this filter needs a closing ]")
                left = tree.Filter(token.start, left, condition)
            elif token.kind == "(":
                left = self.call(left)
            else:
                return left

    def simple_operand(self) -> tree.Node:
        token = self.now
        reader = {
            "number": self.number,
            "string": self.string,
            "name": self.name,
            "keyword": self.keyword,
            "(": self.bracketed,
            "[": self.list_or_range,
            "]": self.list_or_range,
            "{": self.context,
            "@": self.at_literal,
            "?": self.input,
        }.get(token.kind)
        if reader is None:
            self.refuse("a value is missing here" if token.kind == "end" else f"“{token.text}” can't stand here")
        return reader()

    def inside(self) -> tree.Node:
        """An expression within brackets of its own, where filters may be used again."""
        kept, self.filters_allowed = self.filters_allowed, True
        found = self.expression()
        self.filters_allowed = kept
        return found

    def number(self) -> tree.Node:
        token = self.take()
        return tree.Literal(token.start, EXACT.create_decimal(token.text))

    def string(self) -> tree.Node:
        token = self.take()
        return tree.Literal(token.start, lexer.unquote(token))

    def input(self) -> tree.Node:
        return tree.Name(self.take().start, "?")

    def at_literal(self) -> tree.Node:
        start = self.take().start
        if self.now.kind != "string":
            self.refuse('after @ comes a text such as @"2026-11-23"')
        return tree.AtLiteral(start, lexer.unquote(self.take()))

    def keyword(self) -> tree.Node:
        token = self.now
        known = self.known_name()
        if known:
            return tree.Name(token.start, known)
        constants = {"true": True, "false": False, "null": None}
        if token.text in constants:
            self.take()
            return tree.Literal(token.start, constants[token.text])
        reader = {
            "if": self.condition,
            "for": self.iteration,
            "some": self.quantified,
            "every": self.quantified,
            "function": self.function,
        }.get(token.text)
        if reader is None:
            self.refuse(f"a value is missing before “{token.text}”")
        return reader()

    def bracketed(self) -> tree.Node:
        start = self.take().start
        if self.now.kind in _COMPARISONS:
            found = self.one_sided_range(start)
        else:
            found = self.inside()
            if self.taken(".."):
                return self.range_end(start, found, start_included=False)
        self.expect(")", "this bracket needs a closing )")
        return found

    def one_sided_range(self, start: int) -> tree.Node:
        sign = self.take().kind
        end = self.inside()
        if sign in ("<", "<="):
            return tree.RangeOf(start, None, end, start_included=False, end_included=sign == "<=")
        if sign in (">", ">="):
            return tree.RangeOf(start, end, None, start_included=sign == ">=", end_included=False)
        return tree.RangeOf(start, end, end, start_included=sign == "=", end_included=sign == "=", sign=sign)

    def range_end(self, start: int, low: tree.Node, *, start_included: bool) -> tree.Node:
        """The second half of a range. A closing [ could also begin a filter: that is tried first."""
        kept, place, depth = self.filters_allowed, self.place, self.depth
        for self.filters_allowed in (True, False):
            self.place, self.depth = place, depth
            try:
                high = self.expression()
            except SyntaxProblem:
                if not self.filters_allowed:
                    raise
                continue
            if self.now.kind in (")", "]", "["):
                break
        self.filters_allowed = kept
        if self.now.kind not in (")", "]", "["):
            self.refuse("this range needs a closing bracket, such as [1..5]")
        end_included = self.take().kind == "]"
        return tree.RangeOf(start, low, high, start_included=start_included, end_included=end_included)

    def list_or_range(self) -> tree.Node:
        token = self.take()
        if token.kind == "[" and self.taken("]"):
            return tree.ListOf(token.start, ())
        items = [self.inside_or_test(token)]
        if self.taken(".."):
            return self.range_end(token.start, items[0], start_included=token.kind == "[")
        if token.kind == "]":
            self.refuse("“]” begins a range here, such as ]1..5]", at=token.start)
        while self.taken(","):
            items.append(self.inside())
        self.expect("]", "this list needs a closing ]")
        return tree.ListOf(token.start, tuple(items))

    def inside_or_test(self, opening: Token) -> tree.Node:
        if self.now.kind in _COMPARISONS:
            self.refuse("compare something: a list holds values, such as [1, 2]", at=opening.start)
        return self.inside()

    def context(self) -> tree.Node:
        start = self.take().start
        entries: list[tuple[str, tree.Node]] = []
        while not self.taken("}"):
            if entries:
                self.expect(",", "entries of a context are divided by commas and end with }")
            at = self.now.start
            key = self.key()
            if any(key == other for other, _ in entries):
                self.refuse(f"“{key}” stands twice in this context", at=at)
            entries.append((key, self.inside()))
        return tree.ContextOf(start, tuple(entries))

    def name(self) -> tree.Node:
        start = self.now.start
        return tree.Name(start, self.known_name() or self.plain_name())

    def property_name(self) -> str:
        known = self.known_name()
        if known:
            return known
        if self.now.kind not in ("name", "keyword"):
            self.refuse("after the point comes the name of what to take")
        return self.plain_name()

    def call(self, function: tree.Node) -> tree.Node:
        start = self.take().start
        if self.taken(")"):
            return tree.Call(start, function, (), ())
        kept, self.filters_allowed = self.filters_allowed, True
        if self.is_named_argument():
            named = [(self.key(), self.expression())]
            while self.taken(","):
                named.append((self.key(), self.expression()))
            found = tree.Call(start, function, (), tuple(named))
        else:
            positional = [self.expression()]
            while self.taken(","):
                positional.append(self.expression())
            found = tree.Call(start, function, tuple(positional), ())
        self.filters_allowed = kept
        self.expect(")", "this call needs a closing )")
        return found

    def is_named_argument(self) -> bool:
        """Whether a colon comes before the next comma or closing bracket."""
        depth = 0
        for token in self.tokens[self.place :]:
            if token.kind in ("(", "[", "{"):
                depth += 1
            elif token.kind in (")", "]", "}"):
                depth -= 1
            if depth < 0 or (depth == 0 and token.kind == ","):
                return False
            if depth == 0 and token.kind == ":":
                return True
        return False

    # Words

    def condition(self) -> tree.Node:
        start = self.take().start
        condition = self.expression()
        self.expect("then", "“if” needs “then”: if … then … else …")
        then = self.expression()
        self.expect("else", "“if” needs “else”: if … then … else …")
        return tree.If(start, condition, then, self.expression())

    def loops(self, end: str, advice: str) -> tuple[tree.Loop, ...]:
        found = []
        while True:
            start = self.now.start
            name = self.new_name(("in",))
            self.expect("in", "“in” is missing after the name")
            source = self.expression()
            until = self.expression() if self.taken("..") else None
            found.append(tree.Loop(start, name, source, until))
            if not self.taken(","):
                break
        self.expect(end, advice)
        return tuple(found)

    def iteration(self) -> tree.Node:
        start = self.take().start
        loops = self.loops("return", "“for” needs “return”: for x in list return …")
        return tree.For(start, loops, self.expression())

    def quantified(self) -> tree.Node:
        token = self.take()
        loops = self.loops("satisfies", f"“{token.text}” needs “satisfies”: {token.text} x in list satisfies …")
        return tree.Quantified(token.start, token.text == "every", loops, self.expression())

    def function(self) -> tree.Node:
        start = self.take().start
        self.expect("(", "after “function” come the parameters in brackets")
        parameters: list[tuple[str, tree.TypeOf | None]] = []
        while not self.taken(")"):
            if parameters:
                self.expect(",", "parameters are divided by commas and end with )")
            name = self.parameter_name()
            parameters.append((name, self.type() if self.taken(":") else None))
        if self.now.text == "external":
            self.refuse("functions of other languages are not run here; write the function in FEEL")
        return tree.FunctionOf(start, tuple(parameters), self.expression())

    def parameter_name(self) -> str:
        place = self.place
        while self.tokens[place].kind not in (":", ",", ")", "end"):
            place += 1
        return self.new_name((self.tokens[place].text,))


def parse(text: str, names: Iterable[str] = ()) -> tree.Node:
    """The tree of an expression. `names` are those of the context that words alone don't make."""
    return Parser(text, names).whole_expression()


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> tree.UnaryTests:
    """The tree of a table's cell."""
    return Parser(text, names).whole_unary_tests()
