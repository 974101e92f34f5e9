"""Bring back what a backup holds. Stop the portal first.

The whole file is decrypted and checked before anything is touched. Where there is a database already, it refuses unless
--replace is given; the old data folder then stays beside the new one, with the time in its name.
"""

import argparse
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the backup")
    parser.add_argument("--passphrase-file", type=Path, required=True, metavar="FILE")
    parser.add_argument("--replace", action="store_true", help="even where there is a database already")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.config import backup, sealed

    manifest = backup.restore(given.file, sealed.passphrase(given.passphrase_file), replace=given.replace)
    print(f"Restored the backup of {manifest['made_at']}, made by version {manifest['version']}.")
    return 0
