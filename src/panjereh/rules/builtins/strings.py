"""Functions of texts. Positions count from 1; negative ones from the end."""

import re
from decimal import Decimal
from typing import Any

from panjereh.rules import patterns
from panjereh.rules.builtins.numeric import whole
from panjereh.rules.errors import LimitExceeded
from panjereh.rules.functions import builtin
from panjereh.rules.texts import text_of
from panjereh.rules.values import LONGEST_TEXT, Run


@builtin("substring(string: string, start position: number, length: number?)")
def substring(_run: Run, text: str, start: Decimal, length: Decimal | None) -> str | None:
    first, count = whole(start), None if length is None else int(length)
    if not first or abs(first) > len(text) or (count is not None and count < 1):
        return "" if first and (count is None or count > 0) else None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if count is None else text[begin : begin + count]


@builtin("string length(string: string)")
def string_length(_run: Run, text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(_run: Run, text: str) -> str:
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(_run: Run, text: str) -> str:
    return text.lower()


@builtin("trim(string: string)")
def trim(_run: Run, text: str) -> str:
    return text.strip()


@builtin("substring before(string: string, match: string)")
def substring_before(_run: Run, text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after(string: string, match: string)")
def substring_after(_run: Run, text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(_run: Run, text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(_run: Run, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(_run: Run, text: str, match: str) -> bool:
    return text.endswith(match)


def _pattern(run: Run, text: str, pattern: str, flags: str | None) -> re.Pattern[str] | None:
    try:
        found = patterns.compiled(pattern, flags or "")
    except patterns.PatternError as problem:
        run.warn(f"The pattern {pattern} can't be used: {problem}.")
        return None
    if not found.may_search(text):
        run.warn(f"The text is too long for the pattern {pattern}; fewer of its parts should repeat or choose.")
        return None
    run.spend(found.ways(text) // 200)
    return found.python


@builtin("matches(input: string, pattern: string, flags: string|null?)")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> bool | None:
    found = _pattern(run, text, pattern, flags)
    return None if found is None else found.search(text) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags: string|null?)")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> str | None:
    """Groups are written $1 in the replacement; $0 is the whole match."""
    found = _pattern(run, text, pattern, flags)
    if found is None:
        return None
    if "q" in (flags or ""):
        return run.short(found.sub(lambda _: replacement, text))

    def put(match: re.Match[str]) -> str:
        def group(part: re.Match[str]) -> str:
            if part[1] is None:
                return part[0][1:]
            number = int(part[1])
            return (match[number] or "") if number <= found.groups else ""

        return re.sub(r"\$(\d)|\\[$\\]", group, replacement)

    return run.short(found.sub(put, text))


@builtin("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    found = _pattern(run, text, delimiter, None)
    if found is None:
        return None
    parts, start = [], 0
    for match in found.finditer(text):
        if match.end() > match.start():
            parts.append(text[start : match.start()])
            start = match.end()
    return run.sized([*parts, text[start:]])


@builtin("string join(list: list, delimiter: string|null?)")
def string_join(run: Run, texts: list[Any], delimiter: str | None) -> str | None:
    """The texts of a list, nulls left out."""
    kept = [text for text in texts if text is not None]
    if any(type(text) is not str for text in kept):
        return None
    return run.short((delimiter or "").join(kept))


@builtin("string(from: any)")
def string(run: Run, value: Any) -> str | None:
    if run.weigh(value) > LONGEST_TEXT:
        raise LimitExceeded("signs in a text", LONGEST_TEXT)
    text = text_of(value)
    return None if text is None else run.short(text)
