"""Load a statement of the bank, and look for what its lines are.

    bank load FILE --agency municipality              CAMT.053, MT940 or CSV; the account stands in the file
    bank load FILE --agency municipality --account IBAN    for tables that don’t say it

The same file twice changes nothing. A file with a fault is refused as a whole, and each fault is told with its line.
"""

import argparse
import sys
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["load"])
    parser.add_argument("file", type=Path, help="the file of the bank")
    parser.add_argument("--agency", required=True, help="id of the agency whose account it is")
    parser.add_argument("--account", default="", help="IBAN, where the file doesn’t say it")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.kernel.actor import SYSTEM
    from panjereh.payments.errors import StatementRefused
    from panjereh.payments.operations import matching, statements

    with given.file.open("rb") as stream:
        try:
            loaded = statements.load(
                stream, name=given.file.name, agency=given.agency, actor=SYSTEM, account=given.account
            )
        except StatementRefused as error:
            for fault in error.faults:
                print(f"{given.file}:{fault.line}: {fault.sentence}", file=sys.stderr)
            print(f"panjereh: {error}", file=sys.stderr)
            return 1
    print(f"{loaded.new} lines are new, {loaded.stood} stood already.")
    found = sum(matching.match_statement(statement) for statement in loaded.statements)
    print(f"Of {found} lines it is known now what they are; the others are on the desk, under “Bank”.")
    return 0
