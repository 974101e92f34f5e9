"""The DMN Technology Compatibility Kit: reads its test cases, asks our engine, compares.

The folder holds compliance-level-2 and compliance-level-3; in each a folder per topic with models (.dmn) and cases
(*-test-*.xml). It is named by PANJEREH_CONFORMANCE, or stands beside the project in shared/conformance.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from panjereh import rules
from panjereh.kernel.errors import PanjerehError
from panjereh.rules import temporal
from panjereh.rules.texts import written

ROOT = Path(__file__).resolve().parents[2]
CASES = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CLOSE = Decimal("1e-8")
"""Numbers of the cases are written in up to 8 or 9 digits after the point, sometimes cut off."""


@dataclass(frozen=True)
class Result:
    """One expected value. `problem` says what came instead; empty: as expected."""

    level: int
    folder: str
    case: str
    node: str
    problem: str

    def __str__(self) -> str:
        return f"{self.folder} {self.case} {self.node}: {self.problem}"


def folder() -> Path | None:
    """Where the suite is; None if it isn't here."""
    named = os.environ.get("PANJEREH_CONFORMANCE")
    places = [Path(named)] if named else [ROOT.parent / "shared" / "conformance"]
    return next((place / "dmn-tck" for place in places if (place / "dmn-tck").is_dir()), None)


def run(suite: Path) -> Iterator[Result]:
    """All results of all cases, in order."""
    for topic in sorted(suite.glob("compliance-level-*/*")):
        yield from of_topic(topic)


def of_topic(topic: Path) -> Iterator[Result]:
    for file in sorted(topic.glob("*-test-*.xml")):
        yield from _run_file(int(topic.parent.name[-1]), topic, parse(file).getroot())


def _run_file(level: int, topic: Path, root: Element) -> Iterator[Result]:
    name = root.findtext(f"{CASES}modelName", "")
    try:
        model = rules.load(topic / name)
    except (PanjerehError, OSError) as error:
        model, refused = None, str(error)
    for case in root.iter(f"{CASES}testCase"):
        for expected in case.iter(f"{CASES}resultNode"):
            problem = _compared(model, case, expected) if model else f"the model was refused: {refused}"
            yield Result(level, topic.name, case.get("id", ""), expected.get("name", ""), problem)


def _compared(model: rules.Model, case: Element, expected: Element) -> str:
    inputs = {node.get("name", ""): value_of(node) for node in case.iter(f"{CASES}inputNode")}
    name = expected.get("name", "")
    try:
        if case.get("type") == "decisionService":
            value = model.invoke(case.get("invocableName", ""), inputs)
            if isinstance(value, dict) and name in value:
                value = value[name]
        else:
            value = model.evaluate(name, inputs)
    except PanjerehError as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is a failure of ours to name
        return f"raised {type(error).__name__}: {error}"
    wanted_node = expected.find(f"{CASES}expected")
    wanted = value_of(wanted_node) if wanted_node is not None else None
    return "" if same(value, wanted) else f"gave {_short(value)} instead of {_short(wanted)}"


def _short(value: Any) -> str:
    text = written(value)
    return text if len(text) < 120 else text[:119] + "…"


def value_of(node: Element) -> Any:
    """The value of an inputNode, expected, component or item."""
    if node.get(f"{XSI}nil") in ("true", "1"):
        return None
    items = node.find(f"{CASES}list")
    if items is not None:
        return None if items.get(f"{XSI}nil") == "true" else [value_of(item) for item in items.findall(f"{CASES}item")]
    components = node.findall(f"{CASES}component")
    if components:
        return {part.get("name", ""): value_of(part) for part in components}
    single = node.find(f"{CASES}value")
    return None if single is None else _plain(single)


def _plain(node: Element) -> Any:
    if node.get(f"{XSI}nil") in ("true", "1"):
        return None
    text = node.text or ""
    kind = node.get(f"{XSI}type", "string").rpartition(":")[2]
    return _READERS.get(kind, str)(text)


def _number(text: str) -> Any:
    return Decimal(text.strip())


_READERS: dict[str, Any] = {
    "boolean": lambda text: text.strip() == "true",
    **dict.fromkeys(("decimal", "double", "integer", "int", "float", "long"), _number),
    "date": lambda text: temporal.parse_date(text.strip()),
    "time": lambda text: temporal.parse_time(text.strip()),
    "dateTime": lambda text: temporal.parse_date_time(text.strip()),
    **dict.fromkeys(
        ("duration", "dayTimeDuration", "yearMonthDuration"), lambda text: temporal.parse_duration(text.strip())
    ),
}


def same(given: Any, wanted: Any) -> bool:
    """Whether the value is the expected one: numbers up to their digits, times with their zones."""
    if isinstance(wanted, Decimal):
        return isinstance(given, Decimal) and abs(given - wanted) <= max(CLOSE, abs(wanted) * Decimal("1e-14"))
    if type(given) is not type(wanted):
        return False
    if isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(same, given, wanted))
    if isinstance(wanted, dict):
        return given.keys() == wanted.keys() and all(same(given[key], wanted[key]) for key in wanted)
    if isinstance(wanted, datetime | time):
        return bool(given == wanted) and given.utcoffset() == wanted.utcoffset()
    if isinstance(wanted, date):
        return bool(given == wanted)
    return bool(given == wanted)
