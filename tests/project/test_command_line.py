"""Promises of the launcher and the subcommands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from panjereh.config.cli import COMMANDS, build_parser

ROOT = Path(__file__).parents[2]


def run_help(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask for help in a Python that sees none of our libraries, as before anything is installed."""
    bare = [
        sys.executable,
        "-S",
        "-c",
        "import sys; from panjereh.config.cli import main; sys.exit(main(sys.argv[1:]))",
    ]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "COLUMNS": "100"}
    return subprocess.run([*bare, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_help_needs_no_library_and_names_every_command():
    shown = run_help("--help")

    assert shown.returncode == 0, shown.stderr
    assert [name for name in COMMANDS if not re.search(rf"^ +{name}\s", shown.stdout, re.MULTILINE)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    parser = build_parser()
    commands = next(action for action in parser._actions if action.dest == "command")
    text = commands.choices[name].format_help()

    assert len(commands.choices[name].description) > 40
    assert f"./panjereh {name}" in text


def test_an_unknown_option_is_refused_and_help_is_named():
    refused = run_help("start", "--prot", "8000")

    assert refused.returncode == 2
    assert "start doesn’t know --prot 8000. See ./panjereh start --help" in refused.stderr


@pytest.mark.parametrize("path", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))])
def test_every_command_in_the_documentation_exists(path):
    text = (ROOT / path).read_text()
    named = set(re.findall(r"\./panjereh ([a-z][a-z-]+)", text))

    assert named - set(COMMANDS) == set()


def test_the_launcher_is_short_executable_and_readable_by_old_pythons():
    launcher = ROOT / "panjereh"
    source = launcher.read_text()

    assert os.access(launcher, os.X_OK)
    assert len(source.splitlines()) <= 400
    newer = {"f-string": r"\bf[\"']", "walrus": r":=", "annotation": r"\) -> |def .*\w: \w", "match": r"^\s*match "}
    assert [name for name, pattern in newer.items() if re.search(pattern, source, re.MULTILINE)] == []


def test_the_launcher_knows_the_hash_of_each_wheel():
    source = (ROOT / "panjereh").read_text()
    hashes = re.findall(r'"([0-9a-f]{64})"', source)

    assert len(hashes) == len(set(hashes)) == 12


def test_every_setting_from_outside_is_documented():
    code = "".join(path.read_text() for path in (ROOT / "src").glob("**/*.py"))
    named = set(re.findall(r"PANJEREH_[A-Z_]+[A-Z]", code))

    assert named - set(re.findall(r"`(PANJEREH_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text())) == set()


def test_every_command_stands_in_the_reference():
    shown = (ROOT / "docs/reference/commands.md").read_text()

    assert [name for name, summary in COMMANDS.items() if f"| `{name}` | {summary} |" not in shown] == []
