"""Print who may do what: the one table from which every permission is taken, today's or that of an earlier day.

Without --on it needs no database. With it, offices and roles of that day are printed as well (JSON and text).
"""

import argparse
import sys
from datetime import date


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=["text", "csv", "json"], default="text", help="how to print it")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="as it stood at the end of 2026-11-30")


def run(given: argparse.Namespace) -> int:
    import django

    from panjereh.config.cli.installation import choose_place

    choose_place(given)
    django.setup()
    from panjereh.config import permissions

    sys.stdout.write(permissions.printed(given.format, given.on))
    return 0
