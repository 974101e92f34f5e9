"""Write the database, the keys, the uploads and everything else in the data folder to one encrypted file.

It may run while the portal works. The first line of the passphrase file is the passphrase (at least 12 characters):
keep it somewhere else than the backups, because nobody can open them without it.
"""

import argparse
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the backup to write, such as backups/2026-11-23.panjereh")
    parser.add_argument("--passphrase-file", type=Path, required=True, metavar="FILE")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.config import backup, sealed

    backup.write(given.file, sealed.passphrase(given.passphrase_file))
    print(f"{given.file}: {given.file.stat().st_size / 2**20:.1f} MB")
    return 0
