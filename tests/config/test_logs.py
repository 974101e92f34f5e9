"""The machine's log: nobody writes lines of their own into it, and it tells of nobody."""

import logging
import sys

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from panjereh.config.logs import OneLine


def line_of(message, *values, error=None):
    record = logging.LogRecord("panjereh", logging.WARNING, "x.py", 1, message, values, error)
    return OneLine().format(record)


@given(st.text())
def test_one_record_is_one_line_whatever_somebody_wrote(text):
    line = line_of("somebody asked for %s", text)

    assert len(line.splitlines()) == 1
    assert "WARNING panjereh somebody asked for" in line


def test_nobody_adds_a_line_of_their_own():
    line = line_of("somebody asked for %s", "/x\n2026-11-30T00:00:00Z INFO panjereh all is well")

    assert "\n" not in line
    assert r"\u000a" in line


@pytest.mark.parametrize(
    "secret",
    [
        "0499370899",
        "۰۴۹۹۳۷۰۸۹۹",
        "0912 345 6789",
        "+989123456789",
        "IR062960000000100324200001",
        "sara@example.org",
        "405-831-7226",
    ],
)
def test_numbers_and_addresses_of_people_are_masked(secret):
    assert secret not in line_of("something about %s went wrong", secret)


@pytest.mark.parametrize(
    "useful", ["case:01a22dd2-c962-74d0-967f-8e0e26250c65", "port 8000", "a1b2c3d4e5f60718293a4b5c6d7e8f90"]
)
def test_what_finds_a_fault_stays(useful):
    assert useful in line_of("effect %s failed", useful)


def test_what_a_database_quotes_of_a_row_is_masked_in_tracebacks_too():
    try:
        raise ValueError("duplicate key\nDETAIL:  Key (email)=(زرافه) already exists. 0499370899")
    except ValueError:
        line = line_of("failed", error=sys.exc_info())

    assert "زرافه" not in line
    assert "0499370899" not in line
    assert all(each.startswith("| ") for each in line.splitlines()[1:])


def test_times_are_those_of_utc():
    assert line_of("x").split(" ")[0].endswith("Z")


def test_every_handler_writes_that_way():
    assert {each["formatter"] for each in settings.LOGGING["handlers"].values()} == {"one_line"}
    assert settings.LOGGING["formatters"]["one_line"]["()"] == "panjereh.config.logs.OneLine"
