"""Run one of the measurements in bench/, such as `./panjereh bench journey`. Without a name, list them."""

import argparse
import ast
import runpy
import sys

from panjereh.config.cli.installation import ROOT, choose_place

BENCH = ROOT / "bench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="the measurement; its own options may follow")


def run(given: argparse.Namespace) -> int:
    file = BENCH / f"{given.name}.py"
    if given.name is None or not file.is_file():
        for path in sorted(BENCH.glob("*.py")):
            print(f"{path.stem:<12} {summary(path.read_text())}")
        return 0 if given.name is None else 2
    choose_place(given)
    sys.argv = [f"./panjereh bench {given.name}", *given.rest]
    sys.path.insert(0, str(ROOT))
    runpy.run_path(str(file), run_name="__main__")
    return 0


def summary(source: str) -> str:
    """The first line of a program's docstring."""
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
