"""`python -m panjereh.definitions.checks DIR [--json]`: check definitions without the rest of the platform."""

import argparse
import json
import sys
from pathlib import Path

from panjereh.definitions.checks import check
from panjereh.definitions.findings import Finding, Severity


def main(arguments: list[str] | None = None) -> int:
    """Print the findings; 1 if there is an error, 0 otherwise."""
    parser = argparse.ArgumentParser(prog="check", description="Check a country's definitions, or one service.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("services"))
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    given = parser.parse_args(arguments)
    findings = check(given.folder)
    sys.stdout.write(as_json(findings) if given.json else as_text(findings))
    return int(any(finding.severity is Severity.ERROR for finding in findings))


def as_json(findings: list[Finding]) -> str:
    return json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2) + "\n"


def as_text(findings: list[Finding]) -> str:
    """The findings, and a last line that counts them."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    lines = [*map(str, findings), f"{errors} errors, {len(findings) - errors} warnings"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
