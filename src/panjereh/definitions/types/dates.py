"""Questions that are answered with a date, a time of day or a period."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any, ClassVar

from pydantic import Field

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Form,
    OneBox,
    QuestionType,
    Together,
    Value,
    by_keypad,
    expect,
    on_paper_and_screens,
    part_missing,
)
from panjereh.localisation import dates, digits
from panjereh.localisation.errors import DateProblem

PARTS = ("day", "month", "year")


class Date(QuestionType):
    """A day. It is asked in the calendar of the reader's language; a year of the other calendar (1405, 2026) says so
    itself. The box `calendar` leaves no choice.

    A channel without boxes gives the whole date in one line: 7/9/1405, 1405-09-07 or 07091405.
    """

    name = "date"
    ways = by_keypad(8)

    def boxes(self, name: str) -> list[str]:
        return [f"{name}.{part}" for part in (*PARTS, "calendar")]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> str | None:
        calendar = self._calendar(form, name, asking)
        typed = [form.one(f"{name}.{part}") for part in PARTS]
        if not any(typed):
            line = form.one(name)
            if not line:
                return None
            typed = _in_parts(line, name)
        try:
            return _read(typed, calendar, either=not form.one(f"{name}.calendar")).isoformat()
        except DateProblem as problem:
            raise _date_problem(problem, name) from problem

    @staticmethod
    def _calendar(form: Form, name: str, asking: Asking) -> dates.Calendar:
        wanted = form.one(f"{name}.calendar") or dates.calendar_of(asking.language)
        if wanted == "jalali":
            return "jalali"
        if wanted == "gregorian":
            return "gregorian"
        raise AnswerProblem("date_unknown_calendar", f"{name}.calendar")

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> str:
        """A date as data is Gregorian: 2026-11-23 (ISO 8601)."""
        text = expect(str, value, name)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise AnswerProblem("wrong_shape", name, expected="date")
        year, month, day = text.split("-")
        try:
            return dates.parse(day, month, year, calendar="gregorian").isoformat()
        except DateProblem as problem:
            raise _date_problem(problem, name) from problem

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        calendar = dates.calendar_of(asking.language)
        day, month, year = dates.unparse(date.fromisoformat(value), calendar)
        return dict(zip(self.boxes(name), ([day], [month], [year], [calendar]), strict=True))

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return dates.format_date(date.fromisoformat(value), asking.language)

    def to_feel(self, value: Value) -> date:
        return date.fromisoformat(value)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


def _read(typed: list[str], calendar: dates.Calendar, *, either: bool) -> date:
    """The day in `calendar`, or in the other one if the year or the name of the month is of that."""
    day, month, year = typed
    try:
        return dates.parse(day, month, year, calendar=calendar)
    except DateProblem as problem:
        if not either or problem.code not in ("other_calendar", "not_a_month"):
            raise
        other: dates.Calendar = "gregorian" if calendar == "jalali" else "jalali"
        try:
            return dates.parse(day, month, year, calendar=other)
        except DateProblem as second:
            raise second if problem.code == "other_calendar" else problem from second


def _in_parts(line: str, box: str) -> list[str]:
    """Day, month and year of a date that was written in one line."""
    line = digits.to_ascii(line)
    if re.fullmatch(r"\d{8}", line, re.ASCII):
        return [line[:2], line[2:4], line[4:]]
    parts = [part for part in re.split(r"[\s/.,،-]+", line) if part]
    if len(parts) != 3:
        raise AnswerProblem("date_not_readable", box)
    return parts[::-1] if len(parts[0]) == 4 and parts[0].isdigit() else parts


def _date_problem(problem: DateProblem, name: str) -> AnswerProblem:
    """The problem in the words of answers, pointing at the box of the part."""
    part = "day" if problem.part == "all" else problem.part
    code, params = f"date_{problem.code}", {}
    match problem.code, part:
        case "missing" | "not_a_number", _:
            params = {"part": part}
        case "out_of_range", "day":
            code, params = "date_no_such_day", {"last": problem.params["high"]}
        case "out_of_range", "month":
            code = "date_month_out_of_range"
        case "out_of_range", _:
            code, params = "date_year_out_of_range", {key: problem.params[key] for key in ("low", "high")}
        case "other_calendar", _:
            params = {"calendar": problem.params["calendar"]}
    return AnswerProblem(code, f"{name}.{part}", **params)


_TIME = re.compile(r"(\d{1,2})(?:\s*[:.٫]\s*(\d{1,2}))?|(\d{2})(\d{2})", re.ASCII)


class Time(OneBox):
    """A time of day, in 24 hours: 14:30. The minutes may be left out."""

    name = "time"
    ways = by_keypad(4)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        found = _TIME.fullmatch(digits.to_ascii(typed))
        if found is None:
            raise AnswerProblem("time_not_readable", box)
        hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
        if hour > 23 or minute > 59:
            raise AnswerProblem("time_out_of_range", box)
        return f"{hour:02}:{minute:02}"

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return digits.for_language(value, asking.language)

    def to_feel(self, value: Value) -> time:
        return time.fromisoformat(value)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


class PeriodOptions(Block):
    open_end: bool = Field(default=False, description="whether the period may go on without an end")


class Period(QuestionType):
    """From one day to another, both included."""

    name = "period"
    Options: ClassVar[type[Block]] = PeriodOptions
    options: PeriodOptions
    ways = on_paper_and_screens()

    _day: ClassVar[Date] = Date(Block())

    def boxes(self, name: str) -> list[str]:
        return self._day.boxes(f"{name}.from") + self._day.boxes(f"{name}.to")

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> dict[str, str | None] | None:
        together = Together()
        begin = together.get(self._day.parse, form, f"{name}.from", asking)
        end = together.get(self._day.parse, form, f"{name}.to", asking)
        together.check()
        return None if begin is None and end is None else self._checked(begin, end, name)

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> dict[str, str | None]:
        given = with_keys(value, ("from", "to"), name)
        together = Together()
        begin, end = (
            None if given[key] is None else together.get(self._day.accept, given[key], f"{name}.{key}", asking)
            for key in ("from", "to")
        )
        together.check()
        return self._checked(begin, end, name)

    def _checked(self, begin: str | None, end: str | None, name: str) -> dict[str, str | None]:
        if begin is None:
            raise part_missing(f"{name}.from")
        if end is None and not self.options.open_end:
            raise part_missing(f"{name}.to")
        if end is not None and end < begin:
            raise AnswerProblem("period_backwards", f"{name}.to.day")
        return {"from": begin, "to": end}

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        ends = {key: day for key, day in value.items() if day is not None}
        return {
            box: filled
            for key, day in ends.items()
            for box, filled in self._day.unparse(day, f"{name}.{key}", asking).items()
        }

    def show(self, value: Value, asking: Asking = HERE) -> str:
        begin = self._day.show(value["from"], asking)
        persian = asking.language != "en"
        if value["to"] is None:
            return f"از {begin}" if persian else f"from {begin}"
        end = self._day.show(value["to"], asking)
        return f"از {begin} تا {end}" if persian else f"{begin} to {end}"

    def to_feel(self, value: Value) -> dict[str, date | None]:
        return {key: None if day is None else date.fromisoformat(day) for key, day in value.items()}

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        day = self._day.json_schema(asking)
        end = {"anyOf": [day, {"type": "null"}]} if self.options.open_end else day
        return json_object({"from": day, "to": end})


def with_keys(value: object, keys: tuple[str, ...], box: str) -> Mapping[str, Value]:
    """The value as an object with these keys and no others; those that are not there are None."""
    given = expect(dict, value, box)
    if not set(given) <= set(keys):
        raise AnswerProblem("wrong_shape", box, expected="object")
    return {key: given.get(key) for key in keys}


def json_object(properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that has just these properties."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
