"""Run the linters and the test suite on SQLite, in random order and in parallel.

What it needs and may install, it installs (Debian's chromium and poppler, as root). At the end it names each group of
tests that it had to leave out. What is not an option of its own goes to pytest: `./panjereh test tests/rules -k dates`;
then the linters stay out. --full runs everything, on SQLite and on a PostgreSQL server made for the occasion.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from panjereh.config.cli import throwaway_postgresql
from panjereh.config.cli.installation import ROOT

LINTERS = {
    "ruff check": ["ruff", "check", "--quiet"],
    "ruff format": ["ruff", "format", "--check", "--quiet"],
    "lint-imports": ["lint-imports"],
    "mypy": ["mypy"],
}
PROGRAMS = {
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "softhsm2-util": "softhsm2",
    "clamscan": "clamav",
    "clamd": "clamav-daemon",
    "certutil": "libnss3-tools",
}  # program → Debian’s package


@dataclass
class Outcome:
    """What happened so far."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def add(self, report: Path) -> None:
        """Count what a JUnit report says."""
        if not report.exists():
            return
        for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314 - written by our own pytest
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            self.failed += failed
            self.skipped += skipped
            self.passed += int(suite.get("tests", 0)) - failed - skipped

    def lines(self) -> Iterator[str]:
        """The closing words; the last line is what machines read."""
        for group, reason in self.left_out.items():
            yield f"Left out: {group} ({reason})."
        for what in self.broken:
            yield f"Not in order: {what}."
        yield f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="also PostgreSQL, every axe combination, long properties")


def run(given: argparse.Namespace) -> int:
    os.chdir(ROOT)
    outcome = Outcome()
    install_programs(full=given.full)
    whole = given.full or not given.rest
    with tempfile.TemporaryDirectory(prefix="panjereh-lint-") as folder:
        linters = start_linters(Path(folder)) if whole else {}
        try:
            run_pytest(given.rest, outcome, full=given.full)
            if given.full:
                run_on_postgresql(given.rest, outcome)
            else:
                outcome.left_out |= {"postgresql": "only in --full", "long": "only in --full"}
        finally:
            finish_linters(linters, Path(folder), outcome)
    if not whole:
        outcome.left_out["linters"] = "because arguments for pytest were given"
    print("\n".join(["", *outcome.lines()]), flush=True)
    return 1 if outcome.failed or outcome.broken else 0


def install_programs(*, full: bool) -> None:
    """Let Debian bring what is missing, where we may. Without it, the groups that need it are left out by name."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if full and throwaway_postgresql.programs() is None:
        missing.append("postgresql")
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def start_linters(folder: Path) -> dict[str, subprocess.Popen[bytes]]:
    """All of them at once, beside the tests; what they say goes to files."""
    started = {}
    for name, command in LINTERS.items():
        with (folder / name).open("wb") as file:
            program = Path(sys.executable).parent / command[0]
            started[name] = subprocess.Popen([program, *command[1:]], stdout=file, stderr=subprocess.STDOUT)
    return started


def finish_linters(linters: dict[str, subprocess.Popen[bytes]], folder: Path, outcome: Outcome) -> None:
    """Wait for them and show what those said that found something."""
    for name, process in linters.items():
        if process.wait() != 0:
            outcome.broken.append(name)
            print(f"\n{f' {name} ':=^100}\n{(folder / name).read_text()}", flush=True)


def run_pytest(arguments: list[str], outcome: Outcome, *, full: bool, database: str = "") -> None:
    """The suite once, on one database."""
    # The browser's tests bring an installation of their own, on SQLite: once is enough.
    apart = ["browser"] if database else ["postgresql"]
    if shutil.which("chromium") is None:
        outcome.left_out["browser"] = "chromium is not installed, and only root can install it"
        apart += [] if database else ["browser"]
    if shutil.which("pdftoppm") is None:
        outcome.left_out["poppler"] = "poppler-utils is not installed, and only root can install it"
        apart.append("poppler")
    if shutil.which("softhsm2-util") is None:
        outcome.left_out["token"] = "softhsm2 is not installed, and only root can install it"  # noqa: S105
        apart.append("token")
    if shutil.which("clamscan") is None or shutil.which("clamd") is None:
        outcome.left_out["clamav"] = "clamav and clamav-daemon are not installed, and only root can install them"
        apart.append("clamav")
    if not full:
        apart.append("long")
    command = [sys.executable, "-m", "pytest", "-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
    if apart:
        command += ["-m", " and ".join(f"not {group}" for group in apart)]
    environment = {**os.environ, "PANJEREH_DATABASE": database}
    with tempfile.TemporaryDirectory(prefix="panjereh-report-") as folder:
        report = Path(folder) / "report.xml"
        command += [f"--hypothesis-profile={'long' if full else 'default'}", f"--junit-xml={report}", *arguments]
        ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
        outcome.add(report)
    if ended.returncode:
        outcome.broken.append(f"pytest on {'PostgreSQL' if database else 'SQLite'}")


def run_on_postgresql(arguments: list[str], outcome: Outcome) -> None:
    """The same suite once more, on a server of its own."""
    if throwaway_postgresql.programs() is None:
        outcome.left_out["postgresql"] = "PostgreSQL is not installed, and only root can install it"
        return
    with throwaway_postgresql.server() as address:
        run_pytest(arguments, outcome, full=True, database=address)
