"""YAML in, plain data out, with the line of every key.

A small, safe part of YAML: no anchors, aliases or tags, no key twice, `yes` and `no` are words, dates stay text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from panjereh.definitions.findings import DefinitionErrors, Finding, Severity
from panjereh.kernel.errors import Invalid

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Source:
    """One file's data, and the line at which each key or item stands."""

    file: str
    data: Any
    lines: dict[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """The line of the deepest part of `path` that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class Broken(Invalid):
    """The text can't be read. `line` counts from 1."""

    code = "broken_yaml"

    def __init__(self, line: int, message: str, advice: str) -> None:
        super().__init__(message)
        self.line, self.advice = line, advice


def read(text: str | bytes, file: str) -> Source:
    """Read one YAML document. Raises DefinitionErrors with the line (P001)."""
    try:
        return _Reader(text, file).read()
    except Broken as broken:
        raise DefinitionErrors([_finding(file, broken.line, broken.message, broken.advice)]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        advice = "Look at the indentation, the colon and the quotes in this line and the one above it."
        raise DefinitionErrors([_finding(file, line, f"This is not YAML: {error.problem}.", advice)]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"This is not a text file in UTF-8: {error}."
        raise DefinitionErrors([_finding(file, 1, message, "Save the file as UTF-8 text.")]) from None


def _finding(file: str, line: int, message: str, advice: str) -> Finding:
    return Finding(file, line, "P001", Severity.ERROR, message, advice)


class _Reader:
    """Builds data from the parser's events, so that size, depth and odd features are seen before they cost anything."""

    def __init__(self, text: str | bytes, file: str) -> None:
        if len(text) > MAX_BYTES:
            raise Broken(1, "The file is larger than 2 MB.", "Put large lists into files of their own.")
        self.text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        self.file = file
        self.lines: dict[Path, int] = {}

    def read(self) -> Source:
        events = yaml.parse(self.text, Loader=LOADER)
        data: Any = None
        seen = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise Broken(_line(event), "There is a second document in the file.", "Take out the line ---.")
                seen = True
                data = self.value(next(events), events, ())
        return Source(self.file, data, self.lines)

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise Broken(_line(event), "Aliases (*name) are not allowed.", "Write the block out, or make it a concept.")
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise Broken(_line(event), "Anchors (&name) and tags (!name) are not allowed.", "Take it out.")
        if len(path) > MAX_DEPTH:
            raise Broken(_line(event), "The blocks are nested too deeply.", "Nothing in the language needs this.")
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        return event.value if event.style else scalar(event.value)  # type: ignore[attr-defined]

    def mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise Broken(_line(event), "A key must be a word.", "Put text that starts with { or [ in quotes.")
            if event.value in result:
                message = f"The key {event.value!r} stands twice in this block."
                raise Broken(_line(event), message, "Keep one of the two.")
            self.lines[*path, event.value] = _line(event)
            result[event.value] = self.value(next(events), events, (*path, event.value))
        return result

    def sequence(self, events: Iterator[yaml.Event], path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            result.append(self.value(event, events, (*path, len(result))))
        return result


def scalar(plain: str) -> Any:
    """What an unquoted word means: true, false, null, a number, or else text (dates too)."""
    if plain in WORDS:
        return WORDS[plain]
    if WHOLE.fullmatch(plain):
        return int(plain)
    return Decimal(plain) if DECIMAL.fullmatch(plain) else plain


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1
