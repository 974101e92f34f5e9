"""The command line behind the launcher: one file for each subcommand, all listed in COMMANDS.

A file has `add_arguments(parser)` and `run(given) -> exit code`; its docstring is the help text. Libraries are imported
inside `run`, because help must come at once and before anything is installed.
"""

import argparse
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Protocol, cast

from panjereh.kernel.errors import PanjerehError

COMMANDS = {
    "start": "start the portal, the desk and the worker on this machine",
    "test": "run the linters and the test suite",
    "check": "look for mistakes in a folder of definitions",
    "try": "run the worked examples of services",
    "new": "make the folder of a new service, ready to fill in",
    "draw": "write the process of a service for a drawing tool",
    "diff": "show two versions of a service side by side",
    "publish": "put checked services in force",
    "migrate-cases": "take open cases over to another version of their service",
    "worker": "run only the background worker",
    "bills": "load a file of bills",
    "clients": "look after the programs that call the interface",
    "policy": "print who may do what, today or on an earlier day",
    "create-admin": "make the first operator of an installation",
    "upgrade": "back up, bring the database to this version, check",
    "backup": "write database, keys and uploads to one encrypted file",
    "restore": "bring back what a backup holds",
    "seals": "renew, revoke and list the seals of agencies; the root key",
    "sites": "register the sites that people sign in to with us",
    "verify": "check chains, signatures and logs for changes made behind our back",
    "keys": "look after the master key that everything encrypted hangs on",
    "log": "write the transparency log as files for others to copy",
    "witness": "watch somebody’s log and sign what only grows",
    "bank": "load a statement of the bank and match it with the books",
    "simulate": "try changed rules on an invented population",
    "retention": "see which cases wait to be erased, and hold some",
    "bench": "measure",
    "lock": "write the lock files of the libraries anew",
    "manage": "run a command of Django itself",
}


class Command(Protocol):
    """What each file of this folder offers."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, given: argparse.Namespace) -> int: ...


def command(name: str) -> Command:
    """The file behind a subcommand."""
    file = name.replace("-", "_") + "_" * iskeyword(name)
    return cast("Command", import_module(f"panjereh.config.cli.{file}"))


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, with the help of each subcommand."""
    parser = argparse.ArgumentParser(
        prog="./panjereh",
        description="Panjereh: the single window between people and their government.",
        epilog="`./panjereh COMMAND --help` tells more about one command.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        file = command(name)
        child = commands.add_parser(
            name,
            help=summary,
            description=file.__doc__,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        file.add_arguments(child)
    return parser


def main(arguments: list[str]) -> int:
    """Run one subcommand. What `test` and `bench` don't know themselves, they hand on."""
    parser = build_parser()
    if not arguments or arguments[0] == "help":
        parser.print_help()
        return 0
    given, rest = parser.parse_known_args(arguments)
    if rest and given.command not in ("test", "bench"):
        parser.error(f"{given.command} doesn’t know {' '.join(rest)}. See ./panjereh {given.command} --help")
    given.rest = rest
    try:
        return command(given.command).run(given)
    except (PanjerehError, FileNotFoundError, PermissionError) as error:
        print(f"panjereh: {error}", file=sys.stderr)
        return 1
