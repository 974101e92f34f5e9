"""Look for mistakes in a folder of definitions: unknown keys, missing texts, dead ends, laws and deadlines forgotten.

Each finding has a code, the file and line, and advice. The exit code is 1 when there is an error; warnings alone do
not count unless --strict is given.
"""

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a country’s folder (PANJEREH_SERVICES)")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--strict", action="store_true", help="let warnings count as well")


def run(given: argparse.Namespace) -> int:
    from panjereh import definitions
    from panjereh.config import env

    folder = given.folder or env.services_dir()
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    findings = definitions.check(folder)
    errors = sum(finding.severity == definitions.Severity.ERROR for finding in findings)
    if given.format == "json":
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{finding}\n")
        print(f"{errors} errors, {len(findings) - errors} warnings in {folder}")
    return 1 if errors or (given.strict and findings) else 0
