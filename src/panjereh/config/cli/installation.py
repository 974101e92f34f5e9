"""What the subcommands share: the mode of the installation, Django set up, explanations in two languages."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """Options that say which installation is meant."""
    parser.add_argument(
        "--services", metavar="DIR", type=Path, help="folder of the country’s definitions (PANJEREH_SERVICES)"
    )
    parser.add_argument(
        "--production", action="store_true", help="refuse everything of the demonstration (PANJEREH_PRODUCTION=yes)"
    )


def choose_place(given: argparse.Namespace) -> None:
    """Carry the options over to the environment, where settings and child processes read them."""
    if getattr(given, "services", None):
        os.environ["PANJEREH_SERVICES"] = str(given.services.resolve())
    if getattr(given, "production", False):
        os.environ["PANJEREH_PRODUCTION"] = "yes"
    production = os.environ.get("PANJEREH_PRODUCTION", "").lower() in ("1", "yes", "true", "on")
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", f"panjereh.config.settings.{'production' if production else 'demo'}"
    )


def set_up(given: argparse.Namespace) -> None:
    """Django ready for queries and operations."""
    choose_place(given)
    import django

    django.setup()


def explain(english: str, persian: str) -> None:
    """Say in both languages why something can't be done."""
    print(f"\npanjereh: {english}\nپنجره: {persian}", file=sys.stderr)
