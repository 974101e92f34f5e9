"""Reading token after token, and the names among them.

Names may hold spaces. Words that follow each other are one name, since two values side by side mean nothing in FEEL;
names with signs or keywords in them (such as “date and time”) are recognised if they are known beforehand.
"""

from collections.abc import Iterable
from typing import NoReturn

from panjereh.rules import lexer, tree
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.lexer import Token

_SPECIAL_FUNCTIONS = ("date and time", "years and months duration", "days and time duration")


class Names:
    """Names known beforehand that words alone don't make: those with signs or keywords in them."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.by_first: dict[str, list[tuple[str, ...]]] = {}
        self.spelling: dict[tuple[str, ...], str] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        try:
            parts = lexer.words(name)
        except SyntaxProblem:
            return  # no expression can spell it
        if len(parts) > 1 and parts not in self.spelling:
            self.spelling[parts] = name
            known = self.by_first.setdefault(parts[0], [])
            known.append(parts)
            known.sort(key=len, reverse=True)


class Reader:
    """A place in a text, and how to go on from there."""

    def __init__(self, text: str, names: Iterable[str] = ()) -> None:
        self.text = text
        self.tokens = lexer.tokens(text)
        self.place = 0
        self.names = Names(names)

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def ahead(self, steps: int = 1) -> Token:
        return self.tokens[min(self.place + steps, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.place]
        if token.kind != "end":
            self.place += 1
        return token

    def taken(self, *texts: str) -> bool:
        """Go past the sign or keyword if it is here."""
        if self.now.kind in ("string", "number", "name", "end") or self.now.text not in texts:
            return False
        self.place += 1
        return True

    def expect(self, text: str, advice: str) -> Token:
        if self.now.kind in ("string", "number") or self.now.text != text:
            self.refuse(advice)
        return self.take()

    def refuse(self, advice: str, at: int | None = None) -> NoReturn:
        raise SyntaxProblem(advice, text=self.text, position=self.now.start if at is None else at)

    def at_end(self) -> None:
        if self.now.kind != "end":
            self.refuse(f"“{self.now.text}” is one too many here; is a comma, an “and” or an operator missing?")

    # Names

    def key(self) -> str:
        """A name or text up to its colon."""
        found = lexer.unquote(self.take()) if self.now.kind == "string" else self.new_name((":",))
        self.expect(":", "a colon is missing after this name")
        return found

    def new_name(self, ends: tuple[str, ...]) -> str:
        """A name at the place where it comes into being, up to a sign or word that ends it."""
        first = self.now
        parts: list[Token] = []
        while self.now.kind != "end" and not (self.now.kind != "string" and self.now.text in ends):
            if self.now.kind in ("string", "(", ")", "[", "]", "{", "}", ",", "@", "..") or len(parts) > 40:
                self.refuse("a name can't have this in it")
            parts.append(self.take())
        if not parts or parts[0].kind not in ("name", "keyword"):
            self.refuse("a name is missing here", at=first.start)
        name = " ".join(self.text[parts[0].start : parts[-1].end].split())
        self.names.add(name)
        return name

    def known_name(self) -> str | None:
        """Go past the longest known name that begins here, if any."""
        for parts in self.names.by_first.get(self.now.text, ()):
            end = self.place + len(parts)
            if tuple(token.text for token in self.tokens[self.place : end]) == parts:
                self.place = end
                return self.names.spelling[parts]
        for name in _SPECIAL_FUNCTIONS:
            parts = tuple(name.split())
            end = self.place + len(parts)
            here = tuple(token.text for token in self.tokens[self.place : end])
            if here == parts and self.tokens[end].kind == "(":
                self.place = end
                return name
        return None

    def plain_name(self) -> str:
        """Words side by side make one name."""
        parts = [self.take().text]
        while self.now.kind == "name":
            parts.append(self.take().text)
        return " ".join(parts)

    # Types

    def type(self) -> tree.TypeOf:
        """A type after “instance of” or a parameter's colon."""
        start = self.now.start
        if self.now.kind not in ("name", "keyword"):
            self.refuse("the name of a type is missing here, such as number or list<string>")
        name = self.type_name()
        if name in ("list", "range") and self.taken("<"):
            inner = (self.type(),)
            self.expect(">", "this type needs a closing >")
            return tree.TypeOf(start, name, inner)
        if name == "context" and self.taken("<"):
            return tree.TypeOf(start, name, fields=self.type_fields())
        if name == "function" and self.taken("<"):
            return self.function_type(start)
        return tree.TypeOf(start, name)

    def type_name(self) -> str:
        for name in _SPECIAL_FUNCTIONS:
            parts = name.split()
            if [token.text for token in self.tokens[self.place : self.place + len(parts)]] == parts:
                self.place += len(parts)
                return name
        return self.plain_name()

    def type_fields(self) -> tuple[tuple[str, tree.TypeOf], ...]:
        fields = [(self.key(), self.type())]
        while self.taken(","):
            fields.append((self.key(), self.type()))
        self.expect(">", "this type needs a closing >")
        return tuple(fields)

    def function_type(self, start: int) -> tree.TypeOf:
        inner: list[tree.TypeOf] = []
        while not self.taken(">"):
            if inner:
                self.expect(",", "types of parameters are divided by commas and end with >")
            inner.append(self.type())
        self.expect("->", "after the parameters' types comes -> and the type of the result")
        return tree.TypeOf(start, "function", (*inner, self.type()))
