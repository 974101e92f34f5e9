"""Only words, or more: what may reach cases under way without a new version."""

from dataclasses import replace

import pytest

from panjereh.definitions.bundle import Bundle
from panjereh.definitions.patching import beyond_words

SERVICE = b"""\
service: pool
title: {fa: x, en: A pool}
conditions:
  depth: {fa: x, en: "Not deeper than {depth | number} metres", law: building-act#3}
deadlines: {decide: {within: P3D}}
"""
SHARED = b'{"concepts": {"pool.depth": {"label": {"en": "Depth"}}}}'


def bundle(service: bytes = SERVICE, shared: bytes = SHARED, **files):
    return Bundle("pool", {"service.yaml": service, **files}, shared)


def more(new: Bundle, old: Bundle | None = None) -> list[str]:
    return [str(each) for each in beyond_words(old or bundle(), new, ("fa", "en"))]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"A pool", b"A swimming pool"), (b"metres", b"m"), (b"Not deeper than", b"At most")],
)
def test_a_text_may_say_the_same_in_other_words(old, new):
    assert more(bundle(SERVICE.replace(old, new))) == []


def test_words_of_concepts_and_worked_examples_may_follow():
    assert more(bundle(shared=b'{"concepts": {"pool.depth": {"label": {"en": "How deep"}}}}')) == []
    assert more(bundle(**{"scenarios.yaml": b"scenarios: []"})) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"within: P3D", b"within: P5D", "deadlines.decide.within"),
        (b"building-act#3", b"building-act#4", "conditions.depth.law"),
        (b"{depth | number}", b"three", "conditions.depth.en"),
        (b", en: A pool", b"", "title.en"),
        (b"depth: {fa", b"deep: {fa", "conditions.depth"),
    ],
)
def test_anything_else_is_more_than_words(old, new, place):
    assert SERVICE.count(old) == 1
    assert any(each.startswith(place) for each in more(bundle(SERVICE.replace(old, new))))


def test_other_files_must_be_the_same():
    drawn = bundle(**{"process.bpmn": b"<a/>"})

    assert more(replace(drawn, files={**drawn.files, "process.bpmn": b"<b/>"}), drawn) == [
        "process.bpmn: the file is another one"
    ]
    assert more(drawn) == ["process.bpmn: the file is another one"]
