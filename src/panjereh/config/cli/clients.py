"""Programs of agencies and billers that call /api/v1/: register, give new secrets, shut out.

list              the programs that are registered
register AGENCY   a new program: --name NAME, --scope SCOPE (several times); --key FILE with its public key (JWK)
                  instead of a secret
rotate ID         a new secret; the old one is good for another day (--at-once: it was lost, it ends now)
revoke ID         shut the program out from this moment on: --reason WHY

A secret is shown once and kept nowhere.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from panjereh.config.cli.installation import add_place_arguments, set_up

ACTS = ("list", "register", "rotate", "revoke")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=ACTS, help="what to do")
    parser.add_argument("target", nargs="?", default="", help="the agency, or the number of the program")
    parser.add_argument("--name", default="", help="what to call the program")
    parser.add_argument(
        "--scope", action="append", default=[], metavar="SCOPE", help="what it may do, such as bills:write"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="its public key, as a JWK")
    parser.add_argument("--at-once", action="store_true", help="with rotate: the old secret ends now")
    parser.add_argument("--reason", default="", metavar="WHY", help="with revoke: why")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    if given.act != "list" and not given.target:
        print(f"Say which: ./panjereh clients {given.act} {'AGENCY' if given.act == 'register' else 'ID'}")
        return 2
    set_up(given)
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": show,
        "register": register,
        "rotate": rotate,
        "revoke": revoke,
    }
    return acts[given.act](given)


def show(_given: argparse.Namespace) -> int:
    from panjereh.identity import queries
    from panjereh.kernel.actor import SYSTEM

    for one in queries.clients(SYSTEM):
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else f"used {one.used_on or 'never'}"
        print(f"{one.pk}  {one.agency:<20} {one.name:<30} {' '.join(one.scopes)}  {state}")
    return 0


def register(given: argparse.Namespace) -> int:
    from panjereh.catalogue import queries as catalogue
    from panjereh.identity import operations as identity
    from panjereh.kernel.actor import SYSTEM

    if given.target not in catalogue.country().agencies:
        print(f"There is no agency {given.target}. The file agencies.yaml names them.")
        return 2
    key = json.loads(given.key.read_text()) if given.key else None
    client, secret = identity.register_client(given.target, given.name, scopes=given.scope, actor=SYSTEM, key=key)
    print(f"client_id      {client.pk}")
    if secret:
        print(f"client_secret  {secret}\nIt is not shown again.")
    return 0


def rotate(given: argparse.Namespace) -> int:
    from panjereh.identity import operations as identity
    from panjereh.kernel.actor import SYSTEM

    secret = identity.rotate_secret(_number(given.target), actor=SYSTEM, at_once=given.at_once)
    print(f"client_secret  {secret}\nIt is not shown again.")
    return 0


def revoke(given: argparse.Namespace) -> int:
    from panjereh.identity import operations as identity
    from panjereh.kernel.actor import SYSTEM

    client = identity.revoke_client(_number(given.target), actor=SYSTEM, reason=given.reason)
    print(f"{client.name} of {client.agency} is shut out.")
    return 0


def _number(text: str) -> UUID:
    from panjereh.kernel.errors import Invalid

    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(f"{text} is not the number of a program. See ./panjereh clients list") from error
