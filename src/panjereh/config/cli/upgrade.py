"""Bring an installation to this version of the program: back up, change the tables, encrypt what lies open, check.

Stop the portal first, put the new program in place, run this, start again. If a step fails, the backup is there:
`./panjereh restore` with the old program in place brings everything back.
"""

import argparse
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--passphrase-file", type=Path, metavar="FILE", help="encrypts the backup; see backup --help")
    how.add_argument("--without-backup", action="store_true", help="when there is a fresh backup already")
    parser.add_argument("--backups", type=Path, default=Path("backups"), metavar="DIR", help="default: ./backups")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from django.core.management import call_command

    from panjereh.config import backup, master_keys, sealed
    from panjereh.kernel import clock

    if not given.without_backup:
        file = given.backups / f"before-upgrade-{clock.now():%Y%m%dT%H%M%S}.panjereh"
        print(f"Backup: {file} …", flush=True)
        backup.write(file, sealed.passphrase(given.passphrase_file))
    print("Tables …", flush=True)
    call_command("migrate", interactive=False, verbosity=1)
    print("Encryption …", flush=True)
    for line in master_keys.close(None, "upgrade"):
        print(line, flush=True)
    print("Checks …", flush=True)
    call_command("check", deploy=given.production)
    return 0
