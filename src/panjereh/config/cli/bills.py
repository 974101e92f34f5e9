"""Bills of a biller, from a file that lies on this machine.

load FILE    read a file of bills: CSV with named columns, or JSON lines (.jsonl). A reading that was stopped at any
             point goes on there when the same file is loaded again; the same bill is never issued twice.

Each line that brought no bill is told with its number and what is wrong. The columns: reference, account, amount
(rials), due;
if there are any, bill_id with payment_id, postal_code, payer, currency.
"""

import argparse
import sys
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up

TOLD = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("load",), help="what to do")
    parser.add_argument("file", type=Path, help="the file")
    parser.add_argument("--agency", required=True, help="whose bills these are, by its id in agencies.yaml")
    parser.add_argument("--language", default="en", choices=("en", "fa"), help="of what is said about bad lines")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from django.utils import translation

    from panjereh.payments import operations as payments
    from panjereh.payments import queries
    from panjereh.payments.models import BillLoad
    from panjereh.ui import bill_words

    def show(load: BillLoad) -> None:
        if sys.stderr.isatty():
            print(f"\r{load.line:,} lines, {100 * load.offset // max(load.size, 1)} %", end="", file=sys.stderr)

    translation.activate(given.language)
    load = payments.load_file(given.agency, given.file, tell=show)
    for place, bad in enumerate(queries.bad_lines(load)):
        if place == TOLD:
            print(f"… and {load.bad - TOLD:,} more")
            break
        print(f"{bad.line}: {bill_words.column(bad.column)}: {bill_words.sentence(bad.code, bad.params)}")
    print(f"{load.fresh:,} bills issued, {load.known:,} were there before, {load.bad:,} lines refused")
    return 1 if load.bad else 0
