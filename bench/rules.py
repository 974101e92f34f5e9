"""Rules: the share of the DMN standard's own cases that pass, each failing one by name, and what an evaluation costs.

The cases are looked for in the folder that PANJEREH_CONFORMANCE names, or beside the project in shared/conformance.
Goals: all of level 2, 97 % of level 3; a simple condition in 5 microseconds, a table of 20 rows in 100.
"""

import argparse
import json
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.conformance import tck  # noqa: E402

from panjereh import rules  # noqa: E402

GOALS = {2: 1.0, 3: 0.97}
CONDITION_US, TABLE_US = 5.0, 100.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./panjereh bench rules", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    given = parser.parse_args()
    report = {"conformance": conformance(), "microseconds": speed()}
    print(json.dumps(report, indent=2) if given.json else in_words(report))
    sys.exit(0 if reached(report) else 1)


def conformance() -> dict[str, Any] | None:
    """Per level how many expected values there are, how many came, and what failed; None without the suite."""
    suite = tck.folder()
    if suite is None:
        return None
    results = list(tck.run(suite))
    levels = {}
    for level in sorted({result.level for result in results}):
        own = [result for result in results if result.level == level]
        failed = [str(result) for result in own if result.problem]
        levels[level] = {"cases": len(own), "passed": len(own) - len(failed), "failed": failed}
    return levels


def speed() -> dict[str, float]:
    """Microseconds of CPU for one evaluation, the best of several runs, since others also use this machine."""
    condition = rules.compile('applicant.age >= 18 and (role = "mother" or role = "father")')
    context = {"applicant": {"age": 30}, "role": "father"}
    table = rules.DecisionTable.from_yaml({"fee": twenty_rows()})
    late = {"days_late": 190, "born_in": "home"}
    return {
        "condition": cost(lambda: condition.evaluate(context), 20_000),
        "condition from text": cost(lambda: rules.evaluate("days_late > 15", late), 20_000),
        "table of 20 rows, the last matches": cost(lambda: table.evaluate(late), 2_000),
    }


def twenty_rows() -> dict[str, Any]:
    rows = [
        {"if": [f"[{start}..{start + 9}]", '"home", "hospital"'], "then": [start * 1000]} for start in range(0, 200, 10)
    ]
    return {"inputs": ["days_late", "born_in"], "outputs": ["amount"], "rows": rows}


def cost(run: Callable[[], object], times: int) -> float:
    run()
    return round(min(timeit.repeat(run, timer=time.process_time, number=times, repeat=9)) / times * 1e6, 2)


def reached(report: dict[str, Any]) -> bool:
    levels = report["conformance"] or {}
    times = report["microseconds"]
    enough = all(own["passed"] >= GOALS[level] * own["cases"] for level, own in levels.items())
    return enough and times["condition"] <= CONDITION_US and times["table of 20 rows, the last matches"] <= TABLE_US


def in_words(report: dict[str, Any]) -> str:
    lines = []
    if report["conformance"] is None:
        lines.append("The cases of the standard are not here; name their folder in PANJEREH_CONFORMANCE.")
    for level, own in (report["conformance"] or {}).items():
        share = 100 * own["passed"] / own["cases"]
        lines.append(
            f"level {level}: {own['passed']} of {own['cases']} values, {share:.1f} % (goal {100 * GOALS[level]:.0f} %)"
        )
        lines += [f"  failed: {one}" for one in own["failed"]]
    lines += [f"{what}: {value} µs" for what, value in report["microseconds"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
