"""Move a process of about twenty elements: what a step costs, whether it grows with the age of the case, and how big a
marking is. Each step is written down as JSON and read back, as a store would.

Goal: well below a millisecond for a step, at any age.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]

from panjereh import process  # noqa: E402
from panjereh.process import standards  # noqa: E402

ROUNDS = 3_000
DATA: dict[str, Any] = {"four_eyes": False, "fee": Decimal(0), "outcomes": {}}
MANY = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/>
<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>300</loopCardinality>
</multiInstanceLoopCharacteristics></userTask><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/>
<sequenceFlow id="g" sourceRef="a" targetRef="e"/></process></definitions>"""


def main() -> None:
    source = standards.path_of("standard").read_bytes()
    standard = process.standard()
    print(f"{len(standard.elements)} elements")
    report("load the file", [timed(lambda: process.load(source)) for _ in range(30)])
    report("look at all that can happen", [timed(lambda: process.examine(standard)) for _ in range(30)])
    young, old = aging(standard)
    report("a step of a young case", young)
    report(f"a step after {ROUNDS} corrections", old)
    many = process.load(MANY)["p"]
    marking = process.start(many, {}).marking
    report(
        "a step with 300 instances",
        [timed(lambda: stored(process.complete(many, marking, "1.2", {}))) for _ in range(50)],
    )
    print(f"{'marking with 300 instances':<32} {len(json.dumps(marking)):>8} bytes")


def aging(model: process.Process) -> tuple[list[float], list[float]]:
    """Times of the first and last steps of a case that goes round between check and correction for years."""
    marking = stored(process.start(model, DATA))
    size = len(json.dumps(marking))
    times = []
    for _ in range(ROUNDS):
        for outcomes in ({"check": "correct"}, {"correction": "sent"}):
            (token,) = marking["tokens"]
            data = {**DATA, "outcomes": outcomes}
            begin = time.perf_counter()
            marking = stored(process.complete(model, marking, token, data))
            times.append(time.perf_counter() - begin)
    print(f"{'marking, young and old':<32} {size:>8} and {len(json.dumps(marking))} bytes")
    return times[:500], times[-500:]


def stored(step: process.Step) -> process.Marking:
    read: process.Marking = json.loads(json.dumps(step.marking))
    return read


def timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def report(what: str, seconds: list[float]) -> None:
    middle, slow = statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000
    print(f"{what:<32} {middle:>8.3f} ms   p95 {slow:.3f} ms")


if __name__ == "__main__":
    main()
