"""The page about FEEL names every function that there is, and its examples can be read."""

import re
from pathlib import Path

import yaml

from panjereh import rules
from panjereh.rules.compiler import FUNCTIONS

PAGE = (Path(__file__).parents[2] / "docs/reference/feel.md").read_text(encoding="utf-8")


def test_every_function_stands_on_the_page() -> None:
    named = set(re.findall(r"`([a-z ]+)[`(]", PAGE))

    assert FUNCTIONS.keys() <= named


def test_the_examples_of_the_page_can_be_read() -> None:
    (examples,) = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)

    for line in examples.strip().splitlines():
        assert rules.compile(line).names


def test_the_table_of_the_page_has_no_gaps() -> None:
    (table,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    assert rules.DecisionTable.from_yaml(yaml.safe_load(table)).check() == []
