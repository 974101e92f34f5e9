import re
from pathlib import Path

import brotli
import pytest

from panjereh.ui import icons, jinja

STATIC = Path(jinja.__file__).parent / "static" / "ui"
ROOMS = Path(jinja.__file__).parents[1]
SHEETS = sorted(STATIC.glob("*.css"))
TEMPLATES = sorted(ROOMS.glob("*/jinja2/**/*.html"))


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_the_stylesheet_serves_both_directions(sheet):
    rules = without_comments(sheet.read_text())

    assert re.findall(r"\b(?:left|right)\b[^;{}]*", rules) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_are_named_once_and_used_by_name(sheet):
    rules = re.sub(r":root[^{]*\{[^}]*\}", "", without_comments(sheet.read_text()))

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)|hsla?\([^)]*\)", rules) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(sheet):
    addresses = re.findall(r"url\(['\"]?([^#'\")][^'\")]*)", sheet.read_text())  # one with # stands in the page itself

    assert [address for address in addresses if not (STATIC / address).exists()] == []


def test_every_name_of_a_token_is_known():
    text = (STATIC / "panjereh.css").read_text()

    assert set(re.findall(r"var\((--[\w-]+)", text)) <= set(re.findall(r"(--[\w-]+):", text))


def test_a_first_visit_weighs_less_than_thirty_kilobytes():
    style = len(brotli.compress((STATIC / "panjereh.css").read_bytes()))
    font = (STATIC / "fonts" / "vazirmatn-fa.woff2").stat().st_size
    page = 3_000  # see tests/portal/test_weight.py

    assert style <= 6_500
    assert style + font + (STATIC / "lattice.svg").stat().st_size + page < 30_000


def test_the_licence_lies_beside_the_font():
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text().upper()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOMS)))
def test_no_template_carries_style_or_script(template):
    text = template.read_text()

    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", text)
    assert not re.search(r"https?://(?!schema\.org)", text)


@pytest.mark.parametrize("name", sorted(icons.PATHS))
def test_an_icon_is_an_ornament(name):
    drawn = icons.icon(name)

    assert 'aria-hidden="true"' in drawn
    assert ('class="i flip"' in drawn) == (name in {"back", "forward"})


def test_every_icon_that_a_template_names_is_drawn():
    named = {name for template in TEMPLATES for name in re.findall(r'icon\("(\w+)"\)', template.read_text())}

    assert named <= set(icons.PATHS)
