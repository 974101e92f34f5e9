"""See which cases wait to be erased, and hold those that a court or an audit needs.

    retention                                   how many cases are planned, held, erased
    retention hold CASE --law LAW --reason WHY  keep a case whatever its time
    retention release CASE                      nothing holds it any more

Cases whose time is over are erased by the worker, once an hour. `verify` tells what was erased from what was damaged.
"""

import argparse
import getpass

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", default="show", choices=["show", "hold", "release"])
    parser.add_argument("case", nargs="?", help="tracking code of the case")
    parser.add_argument("--law", default="", help="law and article that demand the hold")
    parser.add_argument("--reason", default="", help="why, without names of people")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    if (given.act == "show") != (given.case is None):
        print("panjereh: `retention hold` and `retention release` need a case, `retention` takes none.")
        return 2
    set_up(given)
    from panjereh.cases import retention

    if given.act == "hold":
        retention.hold(given.case, reason=given.reason, law=given.law, by=getpass.getuser())
        print(f"Case {given.case} is held.")
    elif given.act == "release":
        print(f"{retention.release(given.case)} holds of case {given.case} ended.")
    else:
        for what, count in retention.counts().items():
            print(f"{count:>8}  {what}")
    return 0
