"""From text to tokens. Names with spaces are put together later, by the parser."""

import re
from typing import NamedTuple

from panjereh.rules.errors import SyntaxProblem

LONGEST_EXPRESSION = 20_000

KEYWORDS = frozenset(
    {
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "true", "false", "null", "function",
    }
)  # fmt: skip

# The name signs of DMN 1.5 (10.3.1.2, rule 27) without Persian and Arabic digits, comma, semicolon, question mark.
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u060B\u060D-\u061A\u061C-\u061E\u0620-\u065F"
    r"\u066E-\u06EF\u06FA-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_TOKEN = re.compile(
    rf"""
    (?P<space>[\s\u0085\u180e\u200b\ufeff]+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<name>[{_START}][{_START}0-9\u00B7\u0300-\u036F\u203F-\u2040\u06F0-\u06F9\u0660-\u0669]*)
  | (?P<sign>\*\*|\.\.|->|<=|>=|!=|[-+*/=<>(){{}}\[\],.:@?';])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_ADVICE = {
    "“": 'use straight quotes "…" around texts',
    "«": 'use straight quotes "…" around texts',
    "،": "use the comma , between items",
    "؛": "use the comma , between items",
    "&": "write “and” between conditions",
    "|": "write “or” between conditions",
    "!": "write “!=” for different, or not(…)",
    "%": "write the division out, such as / 100",
    '"': "this text has no closing quote",
}


class Token(NamedTuple):
    """`kind` is number, string, name, keyword, a sign itself, or end."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, the last of kind "end". Raises SyntaxProblem."""
    if len(text) > LONGEST_EXPRESSION:
        raise SyntaxProblem(
            f"the expression is longer than {LONGEST_EXPRESSION} signs; split it", text=text, position=0
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            sign = text[place]
            advice = _ADVICE.get(sign, f"the sign {sign} has no meaning here")
            raise SyntaxProblem(advice, text=text, position=place)
        kind, part = match.lastgroup or "", match.group()
        if kind == "name" and part in KEYWORDS:
            kind = "keyword"
        elif kind == "sign":
            kind = part
        if kind != "space":
            found.append(Token(kind, part, place, match.end()))
        place = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def words(name: str) -> tuple[str, ...]:
    """A name as the texts of its tokens, by which the parser recognises it."""
    return tuple(token.text for token in tokens(name)[:-1])


def unquote(token: Token) -> str:
    """The text that a string literal stands for. Two halves of a surrogate pair become one sign."""

    def plain(match: re.Match[str]) -> str:
        short, long, other = match.groups()
        if short or long:
            code = int(short or long, 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
        return _ESCAPED.get(other, "\\" + other)

    text = _ESCAPE.sub(plain, token.text[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
