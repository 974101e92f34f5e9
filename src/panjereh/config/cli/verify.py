"""Recompute what can’t be changed unnoticed: chains, signatures, files, published services, roles, and the whole log.

Names each wrong row and its place. The exit code is 1 when something does not hold. With --checkpoint it also says
whether the log goes on from a checkpoint that you kept elsewhere: only so is a database found out that was rolled back
as a whole, with everything beside it.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up

MOST_SHOWN = 20  # faults of one check in the text; JSON has all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of this log that you kept")
    parser.add_argument("--json", action="store_true", help="write the result as JSON")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.config import verification

    results = []
    for check in verification.CHECKS:
        begun, line = time.monotonic(), Line(check.name)
        faults = list(check.faults(line))
        results.append(
            {"check": check.name, "faults": faults, "seconds": round(time.monotonic() - begun, 2), "entries": line.done}
        )
        line.clear()
        if not given.json:
            show(check.name, faults, line.done, time.monotonic() - begun)
    if given.checkpoint:
        fault = verification.agrees_with(given.checkpoint.read_text())
        results.append({"check": "checkpoint", "faults": [fault] if fault else []})
        if not given.json:
            show("checkpoint that was kept", [fault] if fault else [], 0, 0)
    sound = not any(result["faults"] for result in results)
    if given.json:
        print(json.dumps({"sound": sound, "checks": results}, ensure_ascii=False, indent=1))
    return 0 if sound else 1


def show(name: str, faults: list[str], entries: int, seconds: float) -> None:
    speed = f"  ({entries} entries, {entries / max(seconds, 0.001):.0f}/s)" if entries else ""
    print(f"{name:<28} {'sound' if not faults else f'{len(faults)} faults'}{speed}", flush=True)
    for fault in faults[:MOST_SHOWN]:
        print(f"    {fault}")
    if len(faults) > MOST_SHOWN:
        print(f"    … and {len(faults) - MOST_SHOWN} more: see --json")


class Line:
    """A line on a terminal that says how far a check is."""

    def __init__(self, name: str) -> None:
        self.name, self.done, self.begun, self.told = name, 0, time.monotonic(), 0.0

    def __call__(self, done: int) -> None:
        self.done = done
        now = time.monotonic()
        if sys.stderr.isatty() and now - self.told > 0.2:
            self.told = now
            print(f"\r{self.name:<28} {done} entries, {done / (now - self.begun):.0f}/s", end="", file=sys.stderr)

    def clear(self) -> None:
        if self.told:
            print("\r\x1b[K", end="", file=sys.stderr)
