"""The transparency log: write it as files for others to copy, or print its key.

`export DIR` writes tiles, entries, checkpoint, key and check_proof.py in the layout of C2SP tlog-tiles. Run it again at
any time: it adds what is new, and the checkpoint comes last. Any tool brings the folder to an object store.
"""

import argparse
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    export = acts.add_parser("export", help="write the log as files into a folder")
    export.add_argument("folder", type=Path, metavar="DIR")
    key = acts.add_parser("key", help="print the key with which everybody checks the log; publish it elsewhere, too")
    covers = acts.add_parser("covers", help="list every column that must not change, and what protects it")
    for act in (export, key, covers):
        add_place_arguments(act)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.audit import export
    from panjereh.signing import queries as signing

    if given.act == "covers":
        from panjereh.config import log_reference

        print(log_reference.page())
    elif given.act == "export":
        print(f"{given.folder}: {export.write(given.folder)} entries")
    else:
        print(signing.log_key().vkey)
    return 0
