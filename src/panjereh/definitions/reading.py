"""From YAML to models; what does not fit becomes a finding with file, line, place and remedy."""

import difflib
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from panjereh.definitions.findings import Finding, Severity
from panjereh.definitions.yaml import Path, Source

Model = TypeVar("Model", bound=BaseModel)
TOP_LEVEL: Path = ()


def model_of(
    source: Source, model: type[Model], findings: list[Finding], at: Path = TOP_LEVEL, data: Any = None
) -> Model | None:
    """The model of a file, or of the part `at` it. What does not fit is added to `findings`."""
    try:
        return model.model_validate(data if data is not None else part(source.data, at))
    except ValidationError as error:
        findings += findings_of(error, source, at)
        return None


def findings_of(error: ValidationError, source: Source, at: Path) -> list[Finding]:
    """One finding for each thing that does not fit."""
    return [_finding(detail, source, at) for detail in error.errors(include_url=False)]


def part(data: Any, at: Path) -> Any:
    for step in at:
        data = data[step]
    return data


def real_path(data: Any, location: Iterable[str | int]) -> Path:
    """The part of an error's location that exists in the file: names of unions and validators are left out."""
    path: list[str | int] = []
    for step in location:
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]
            path.append(step)
    return tuple(path)


def placed(path: Iterable[str | int]) -> str:
    """A path as people write it: ask[0].questions[2].label."""
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else str(step)
    return written


def _finding(detail: ErrorDetails, source: Source, at: Path) -> Finding:
    path = (*at, *real_path(part(source.data, at), detail["loc"]))
    code, message, advice = _words(detail, path)
    line = source.line(path)
    return Finding(source.file, line, code, Severity.ERROR, message, advice, placed(path))


def _words(detail: ErrorDetails, path: Path) -> tuple[str, str, str]:
    place = placed(path[:-1]) or "this file"
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        return "P002", f"{key!r} is not a key of {place}.", "Take it out, or look at the reference for the right word."
    if detail["type"] == "missing":
        return "P003", f"{key!r} is missing in {placed(path) or 'this file'}.", f"Add {key}: to the block."
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    given = detail["input"]
    shown = f" (it says {given!r})" if isinstance(given, str | int | bool) and repr(given) not in message else ""
    return (
        "P004",
        f"{placed(path) or 'The file'}: {message}{shown}.",
        "Look at the reference of the service language for what belongs here.",
    )


def similar(word: str, known: Iterable[str]) -> str:
    """Advice that names the nearest known word, if one is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
