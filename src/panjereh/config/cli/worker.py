"""Run only the background worker: effects, notices, deadlines. Any number may run beside each other; SIGTERM ends one.

`./panjereh start` runs one already. This is for machines that shall only work, and for PostgreSQL.
"""

import argparse

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="", help="how this worker is called in logs (default: host and process)")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.config import worker

    worker.run(given.name)
    return 0
