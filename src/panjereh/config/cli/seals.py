"""Look after the seals of agencies and the authorities above them. Each act wants --by WHO and --reason WHY.

list                    seals, authorities, what must be seen to, and what was done
rotate AGENCY           give the agency a new seal (--authority: also a new authority; needs the root key)
revoke KID              the key is not to be trusted --since a moment (--cause, such as keyCompromise)
export-root FILE        write the root key, encrypted with the passphrase, to a medium that goes into a safe
remove-root FILE        take the root key off this machine, once FILE has proved to be a good copy
issue-crl               make the lists of revoked certificates that are due
prepare                 make authorities and seals of new agencies

With --root-key FILE the root key of the safe is used while the command runs. The first line of the passphrase file is
its passphrase (at least 12 characters).
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from panjereh.config.cli.installation import add_place_arguments, set_up

ACTS = ("list", "rotate", "revoke", "export-root", "remove-root", "issue-crl", "prepare")
TARGETS = {"rotate": "AGENCY", "revoke": "KID", "export-root": "FILE", "remove-root": "FILE"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=ACTS, help="what to do")
    parser.add_argument("target", nargs="?", default="", help="the agency, the number of the key, or the file")
    parser.add_argument("--by", default="", metavar="WHO", help="who does it")
    parser.add_argument("--reason", default="", metavar="WHY", help="why, in words; it is kept for good")
    parser.add_argument("--cause", default="keyCompromise", help="of a revocation (RFC 5280, 5.3.1)")
    parser.add_argument("--since", type=moment, metavar="YYYY-MM-DD[THH:MM]", help="of a revocation, in UTC")
    parser.add_argument("--authority", action="store_true", help="with rotate: also a new authority")
    parser.add_argument("--root-key", type=Path, metavar="FILE", help="the root key of the safe")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="with the passphrase of the root key")
    add_place_arguments(parser)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(given: argparse.Namespace) -> int:
    if given.act in TARGETS and not given.target:
        print(f"Say which: ./panjereh seals {given.act} {TARGETS[given.act]}")
        return 2
    if given.act == "revoke" and given.since is None:
        print("Say since when the key is not to be trusted: --since YYYY-MM-DD")
        return 2
    if (given.root_key or given.act in ("export-root", "remove-root")) and given.passphrase_file is None:
        print("The root key has a passphrase: --passphrase-file FILE")
        return 2
    set_up(given)
    from panjereh.signing import custody

    if given.root_key:
        custody.bring_root(given.root_key, passphrase(given))
    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "list": show,
        "rotate": rotate,
        "revoke": revoke,
        "export-root": export_root,
        "remove-root": remove_root,
        "issue-crl": issue_lists,
        "prepare": prepare,
    }
    acts[given.act](given)
    return 0


def passphrase(given: argparse.Namespace) -> str:
    from panjereh.config import sealed

    return sealed.passphrase(given.passphrase_file).decode()


def show(_given: argparse.Namespace) -> None:
    from panjereh.signing import custody, queries

    for one in queries.keepings():
        state = "revoked" if one.revocation else "in use" if one.is_present else "past"
        print(f"{one.agency:<24} {one.kind:<10} {one.kid:<44} until {one.ends_at:%Y-%m-%d}  {one.store:<6} {state}")
    for concern in custody.concerns():
        until = f" {concern.ends_at:%Y-%m-%d}" if concern.ends_at else ""
        print(f"See to it: {concern.code} {concern.name}{until}")
    for act in custody.acts()[:20]:
        since = f" since {act.since:%Y-%m-%d %H:%M} ({act.cause})" if act.since else ""
        print(f"{act.at:%Y-%m-%d %H:%M} {act.act} {act.agency} {act.kid[:12]}{since}, by {act.by}: {act.reason}")


def rotate(given: argparse.Namespace) -> None:
    from panjereh.signing import custody

    seal = custody.rotate(given.target, by=given.by, reason=given.reason, authority=given.authority)
    print(f"{seal.agency} seals with {seal.kid} now.")


def revoke(given: argparse.Namespace) -> None:
    from panjereh.signing import custody

    act = custody.revoke(given.target, by=given.by, reason=given.reason, cause=given.cause, since=given.since)
    print(f"{act.kid} of {act.agency} is revoked since {act.since:%Y-%m-%d %H:%M} UTC. The lists tell it.")


def export_root(given: argparse.Namespace) -> None:
    from panjereh.signing import custody

    custody.export_root(Path(given.target), passphrase(given), by=given.by, reason=given.reason)
    print(f"{given.target} holds the root key. Lay it into the safe, then: ./panjereh seals remove-root {given.target}")


def remove_root(given: argparse.Namespace) -> None:
    from panjereh.signing import custody

    custody.remove_root(Path(given.target), passphrase(given), by=given.by, reason=given.reason)
    print("The root key is no longer on this machine. Older backups still hold it.")


def issue_lists(_given: argparse.Namespace) -> None:
    from panjereh.signing import custody

    for name in custody.publish():
        print(name)


def prepare(_given: argparse.Namespace) -> None:
    from panjereh.catalogue import queries as catalogue
    from panjereh.config.prepare import make_seals

    for agency in make_seals(catalogue.country()):
        print(f"{agency} waits: bring the root key (--root-key FILE).")
