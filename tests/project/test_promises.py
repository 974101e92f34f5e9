"""Promises about the files of the project, whatever they do."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

import panjereh

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".po", ".typ", ".bpmn", ".txt", ".svg", ""}


@cache
def committed() -> list[Path]:
    """Every file that git knows."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[Path]:
    return [path for path in committed() if path.suffix in TEXT]


def test_no_file_names_a_place_on_somebodys_machine():
    here = re.compile(r"/(?:home|Users)/[a-z]\w+/|/work/(?!\*)\w+/|/root/\.")
    found = [(str(p.relative_to(ROOT)), m.group()) for p in texts() if (m := here.search(p.read_text()))]

    assert [place for place in found if place[0] != "tests/project/test_promises.py"] == []


def test_no_line_of_code_names_a_service_of_the_demonstration():
    services = {path.parent.name for path in (ROOT / "services").glob("*/*/service.yaml")}
    bare = "|".join(re.escape(service) for service in sorted(services)) or "(?!)"
    name = re.compile(rf"[\"'/](?:{bare})[\"'/]")  # as a value or in a path: some are ordinary words, too
    code = [p for p in committed() if p.is_relative_to(ROOT / "src") and p.suffix in {".py", ".html"}]
    found = {(str(p.relative_to(ROOT)), m.group()) for p in code if (m := name.search(without_comments(p.read_text())))}

    assert found == set()


def without_comments(source: str) -> str:
    """Docstrings and comments may give an example."""
    return re.sub(r'"""[\s\S]*?"""|#.*|\{#[\s\S]*?#\}', "", source)


def test_the_services_folder_holds_no_code():
    assert [p for p in committed() if p.is_relative_to(ROOT / "services") and p.suffix in {".py", ".js"}] == []


def test_what_a_fresh_clone_needs_is_committed():
    names = {str(p.relative_to(ROOT)) for p in committed()}
    catalogues = {name for name in names if name.endswith("django.po")}

    assert catalogues
    assert {name[:-3] + ".mo" for name in catalogues} - names == set()
    assert any(name.startswith("src/panjereh/ui/static/") and name.endswith(".woff2") for name in names)
    assert any(name.startswith("src/panjereh/documents/fonts/") and name.endswith(".ttf") for name in names)
    assert {"LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "requirements.lock"} - names == set()


def test_every_room_says_what_it_is_for():
    rooms = [path.parent for path in (ROOT / "src/panjereh").glob("*/__init__.py")]

    assert [room.name for room in rooms if not (room / "README.md").exists()] == []


def test_the_version_stands_in_one_way_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == panjereh.__version__
    assert f"## {panjereh.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def pins(lock: str) -> dict[str, str]:
    """Library → version of a lock file."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_the_developers_lock_includes_the_other():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_every_library_of_the_project_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.match(r"[a-z0-9-]+", name).group() for name in project["project"]["dependencies"]}

    assert wanted - set(pins("requirements.lock")) == set()


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_in_the_documentation_leads_somewhere(page):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _, anchor = unquote(target).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be reached."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("0*.md")), ids=lambda p: p.stem)
def test_a_decision_is_short(page):
    assert 60 <= len(page.read_text().split()) <= 320


SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/*/service.yaml"))
SOURCES = [path for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".html", ".txt", ".js", ".typ")]


def test_no_line_of_the_programs_is_written_for_a_particular_service():
    """Ids of one word (`complaint`) are also words of the language: they must not be named, that is stand in quotes."""
    found = []
    for path in SOURCES:
        text = path.read_text()
        for name in SERVICES:
            named = rf"(?<![\w-]){name}(?![\w-])" if "-" in name else rf"[\"'/]{name}[\"'/]"
            if name in text and re.search(named, text):
                found.append(f"{path.relative_to(ROOT)}: {name}")

    assert SERVICES
    assert found == []
