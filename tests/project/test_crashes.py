"""Processes are killed in the middle of payments: a short run of `./panjereh bench crash --payments`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_whoever_is_killed_while_paying_nothing_is_lost_and_nothing_is_there_twice():
    command = [sys.executable, str(ROOT / "bench/crash.py"), "--payments", "--kills", "40", "--json"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)

    report = json.loads(done.stdout)
    assert report["faults"] == []
    assert report["kills"] == 40
    assert report["payments"] > 0
