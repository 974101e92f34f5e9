"""The table of the ASVS and the threat model are whole, and every test that they name exists."""

import re
from functools import cache

import pytest

from panjereh.config.env import ROOT

TABLE = ROOT / "docs/reference/asvs.md"
DOCUMENTS = [TABLE, ROOT / "docs/explanation/threat-model.md"]
NAMED = re.compile(r"`tests/([\w/]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
WORDS = ("`tests/", "By construction: ", "Does not apply: ", "By the operator: ", "Falls short: ")
BY_CHAPTER = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
"""Requirements of levels 1 and 2 in each chapter of version 5.0.0."""


@cache
def source_of(path: str) -> str:
    file = ROOT / "tests" / path
    return file.read_text() if file.exists() else ""


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall(TABLE.read_text())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document):
    named = NAMED.findall(document.read_text())

    assert len(named) > 50
    assert [name for path, name in named if not re.search(rf"def {name}\b", source_of(path))] == []


def test_every_requirement_of_levels_one_and_two_has_its_line():
    numbers = [number for number, *_rest in rows()]

    assert len(set(numbers)) == len(numbers) == sum(BY_CHAPTER.values()) == 253
    assert {chapter: sum(each.startswith(f"{chapter}.") for each in numbers) for chapter in BY_CHAPTER} == BY_CHAPTER


def test_each_line_has_a_test_or_a_reason():
    assert [number for number, _level, _what, why in rows() if not why.startswith(WORDS) or len(why) < 20] == []


def test_the_numbers_at_the_head_are_those_of_the_table():
    head = TABLE.read_text().partition("## V1")[0]
    tested = sum("`tests/" in why for *_rest, why in rows())
    short = sum("Falls short: " in why for *_rest, why in rows())

    assert f"{tested} are shown by tests" in head
    assert f"{short} fall short" in head
