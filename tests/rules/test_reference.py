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


def test_the_two_forms_on_the_page_about_models_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/dmn.md").read_text(encoding="utf-8")
    ((body,), (drawn,)) = (re.findall(rf"```{form}\n(.*?)```", page, re.DOTALL) for form in ("yaml", "xml"))
    (tmp_path / "model.yaml").write_text(body, encoding="utf-8")
    (tmp_path / "model.dmn").write_text(drawn, encoding="utf-8")

    assert rules.load(tmp_path / "model.yaml", strict=True).evaluate("Fee", {"days": 20, "born in": "home"}) == 20_000
    assert rules.load(tmp_path / "model.dmn", strict=True).evaluate("Fee", {"days": 20}) == 500_000


def test_every_problem_of_a_model_stands_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/dmn.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in (Path(rules.__file__).parent / "dmn").glob("*.py"))
    codes = set(re.findall(r"""(?:note\([^"]*|_refused\(|ModelProblem\([^"]*)"([a-z_]+)\"""", source))

    assert {"dtd", "cycle", "syntax"} <= codes
    assert codes - {"file"} <= set(re.findall(r"`([a-z_]+)`", page))
