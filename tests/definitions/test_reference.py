"""The written reference is that of the models."""

from pathlib import Path

import pytest

from panjereh.definitions.checks.rules import RULES
from panjereh.definitions.reference import CHAPTERS, PAGES, main
from panjereh.definitions.types import TYPES

DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_reference_is_up_to_date(name):
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "run: python -m panjereh.definitions.reference docs/reference"


def test_every_rule_type_and_block_has_its_place():
    language, checks = PAGES["service-language.md"](), PAGES["checks.md"]()

    assert all(f"### {code}:" in checks for code in RULES)
    assert all(f"### `{name}`" in language for name in TYPES)
    assert all(f"### {model.__name__}\n" in language for _, models in CHAPTERS.values() for model in models)


def test_every_key_says_what_it_means():
    keys = [
        f"{model.__name__}.{name}"
        for _, models in CHAPTERS.values()
        for model in models
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert keys == []


def test_the_pages_are_written_into_a_folder(tmp_path):
    main([str(tmp_path / "reference")])

    assert sorted(path.name for path in (tmp_path / "reference").iterdir()) == ["checks.md", "service-language.md"]
