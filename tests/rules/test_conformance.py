"""The cases of the DMN standard itself, wherever they are at hand."""

import pytest
from bench.conformance import tck

from panjereh.rules.dmn import xml, yaml_form

SUITE = tck.folder()
TOPICS = sorted(path.relative_to(SUITE).as_posix() for path in SUITE.glob("compliance-level-*/*")) if SUITE else []
LEFT_OUT = {"compliance-level-3/0076-feel-external-java": "functions in Java are not run here"}


@pytest.mark.skipif(SUITE is not None, reason="they are run below")
def test_the_cases_of_the_standard_are_at_hand():
    pytest.skip("left out: all cases of the DMN TCK; PANJEREH_CONFORMANCE can name their folder")


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic not in LEFT_OUT])
def test_cases_of_the_standard_pass(topic: str):
    assert SUITE is not None
    results = list(tck.of_topic(SUITE / topic))

    assert results
    assert [str(result) for result in results if result.problem] == []


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic in LEFT_OUT])
def test_what_is_not_run_here_gives_null_and_no_error(topic: str):
    assert SUITE is not None

    assert {result.problem.partition(" instead")[0] for result in tck.of_topic(SUITE / topic)} == {"", "gave null"}


@pytest.mark.parametrize("topic", TOPICS)
def test_models_of_the_standard_go_through_xml_and_yaml_without_loss(topic: str):
    assert SUITE is not None
    for path in (SUITE / topic).glob("*.dmn"):
        definitions, problems = xml.read(path.read_bytes())
        written = xml.write(definitions)

        assert problems == []
        assert xml.read(written) == (definitions, [])
        assert yaml_form.read(yaml_form.write(definitions).encode()) == definitions
        assert xml.write(yaml_form.read(yaml_form.write(definitions).encode())) == written
