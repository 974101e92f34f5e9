"""YAML is read safely, and every key knows its line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.definitions import DefinitionErrors, yaml

TEXT = """\
service: birth
dates: {from: 2026-01-01, no: yes}
list:
  - first
  - {amount: 1_000, rate: 0.5, id: 0012, "quoted": "12"}
nothing:
"""


def test_plain_words_become_values_and_dates_stay_text():
    read = yaml.read(TEXT, "service.yaml")

    assert read.data == {
        "service": "birth",
        "dates": {"from": "2026-01-01", "no": "yes"},
        "list": ["first", {"amount": 1000, "rate": Decimal("0.5"), "id": "0012", "quoted": "12"}],
        "nothing": None,
    }


def test_every_key_and_item_knows_its_line():
    read = yaml.read(TEXT, "service.yaml")

    assert read.line(("service",)) == 1
    assert read.line(("dates", "no")) == 2
    assert read.line(("list", 1)) == 5
    assert read.line(("list", 1, "rate")) == 5


def test_a_path_that_does_not_exist_has_the_line_of_what_is_above_it():
    assert yaml.read(TEXT, "service.yaml").line(("list", 1, "missing", 3)) == 5
    assert yaml.read(TEXT, "service.yaml").line(("missing",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "stands twice"),
        ("a: &x 1\nb: *x\n", 1, "Anchors"),
        ("a: 1\nb: *x\n", 2, "Aliases"),
        ("a: !!python/object:os.system x\n", 1, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1, 2\n", 2, "not YAML"),
        ("{1: 2}: 3\n", 1, "key must be a word"),
        ("[" * 60 + "]" * 60, 1, "nested too deeply"),
        ("a: \x00", 1, "not a text file"),
    ],
)
def test_what_is_odd_is_refused_with_its_line(text, line, says):
    with pytest.raises(DefinitionErrors) as caught:
        yaml.read(text, "service.yaml")

    [finding] = caught.value.findings
    assert (finding.code, finding.line) == ("P001", line)
    assert says in finding.message


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"

    with pytest.raises(DefinitionErrors, match="Anchors"):
        yaml.read(bomb, "service.yaml")


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(DefinitionErrors, match="larger than 2 MB"):
        yaml.read("a" * (yaml.MAX_BYTES + 1), "service.yaml")


@given(st.binary(max_size=200) | st.text(alphabet="{}[]:,-&*!|>'\"# \nabc\t\ufeff", max_size=80))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(content):
    findings = []
    try:
        yaml.read(content, "service.yaml")
    except DefinitionErrors as error:
        findings = error.findings

    assert all(finding.message and finding.advice for finding in findings)
