"""Write requirements.lock and requirements-dev.lock anew from pyproject.toml, with the hash of every file.

Pins stay as they are unless --upgrade is given: then every library, or the named ones, moves to its newest version.
"""

import argparse
import os
import subprocess
from collections.abc import Iterator

from panjereh.config.cli.installation import ROOT

LOCKS: dict[str, list[str]] = {"requirements.lock": [], "requirements-dev.lock": ["--group", "dev"]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", nargs="*", metavar="LIBRARY", help="move these libraries, or all, to the newest")


def run(given: argparse.Namespace) -> int:
    uv = next(ROOT.glob(".tools/uv-*/uv"), None)
    if uv is None:
        print("There is no uv in .tools: delete .venv and run ./panjereh start or test once.")
        return 1
    for lock, group in LOCKS.items():
        command = [str(uv), "pip", "compile", "pyproject.toml", *group, "--universal", "--generate-hashes", "--quiet"]
        command += ["--no-header", "--no-annotate", "--output-file", lock, *upgrades(given.upgrade)]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "UV_NO_CONFIG": "1"}, check=False)
        if done.returncode:
            return done.returncode
    return 0


def upgrades(libraries: list[str] | None) -> Iterator[str]:
    """uv's options for what may move."""
    if libraries == []:
        yield "--upgrade"
    for library in libraries or []:
        yield from ("--upgrade-package", library)
