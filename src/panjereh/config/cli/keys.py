"""Look after the master key, by which the data keys of all encrypted values and files are wrapped.

    keys              which master keys there are, how each is kept, how many data keys it wraps
    keys rotate       make a new master key and wrap every data key by it; nothing that is encrypted is written anew
    keys rewrap       go on with that, if it was broken off
    keys retire NUMBER  destroy an older master key by which nothing is wrapped any more
    keys close        encrypt what still lies open, in an installation from before there was encryption

All but the first are written into the transparency log. They may run while the portal works.
"""

import argparse
import getpass

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", default="show", choices=["show", "rotate", "rewrap", "retire", "close"])
    parser.add_argument("number", nargs="?", help="of the master key to retire, as `keys` shows it")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    if (given.act == "retire") != (given.number is not None):
        print("panjereh: only `keys retire` takes a number, and needs one.")
        return 2
    set_up(given)
    from panjereh.config import master_keys

    for line in master_keys.ACTS[given.act](given.number, getpass.getuser()):
        print(line, flush=True)
    return 0
