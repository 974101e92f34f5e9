"""Where the processes that come with the platform stand."""

from pathlib import Path

NAMES = ("standard", "decide-only")


def path_of(name: str) -> Path:
    return Path(__file__).parent / f"{name.replace('-', '_')}.bpmn"
