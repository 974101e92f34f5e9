"""Trying in a process of its own, so that the installation's database and keys are never touched."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

OURS = ("PANJEREH_DATA", "PANJEREH_DATABASE", "PANJEREH_PRODUCTION", "PANJEREH_SMTP", "DJANGO_SETTINGS_MODULE")


def passes(services: Iterable[str], folder: Path) -> bool:
    """Play all examples of some services of a country's folder; what went wrong is printed."""
    code = Path(__file__).resolve().parents[3]
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"PYTHONPATH": str(code), "PANJEREH_SERVICES": str(folder)}
    command = [sys.executable, "-m", "panjereh.config.cli", "try", "--quiet", *services]
    return subprocess.run(command, env=environment, check=False).returncode == 0  # noqa: S603 - our own program
