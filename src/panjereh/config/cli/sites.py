"""Register the sites that people sign in to with us (OpenID Connect). Operators can do the same at the desk, in two.

list                    sites, their state and their client_id
add FILE                register the site that a YAML file describes, and print its secret, once
secret CLIENT_ID        make a new secret and print it, once; the one before is over
close CLIENT_ID         nobody signs in there any more (--reason)
new-keys                after a theft: sign with a new key at once; the old ones are believed no longer

The file:

agency: civil-registry
title: {fa: کتابخانه, en: Library}
purpose: {fa: امانت کتاب, en: lending books}
law: civil-registration-act#15
address: https://library.example/
redirect_uris: [https://library.example/callback]
logout_uris: [https://library.example/bye]
scopes: [profile, email, national_number]
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from panjereh.config.cli.installation import add_place_arguments, set_up

ACTS = ("list", "add", "secret", "close", "new-keys")
WANTS = {"add": "FILE", "secret": "CLIENT_ID", "close": "CLIENT_ID"}
KEYS = {"agency", "title", "purpose", "law", "address", "redirect_uris", "logout_uris", "scopes"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=ACTS, help="what to do")
    parser.add_argument("target", nargs="?", default="", help="the file, or the client_id of the site")
    parser.add_argument("--by", default="", metavar="WHO", help="who does it; kept in the history")
    parser.add_argument("--reason", default="", metavar="WHY", help="why a site is closed; kept in the history")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    if given.act in WANTS and not given.target:
        print(f"Say which: ./panjereh sites {given.act} {WANTS[given.act]}")
        return 2
    set_up(given)
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": show,
        "add": add,
        "secret": secret,
        "close": close,
        "new-keys": new_keys,
    }
    return acts[given.act](given)


def show(_given: argparse.Namespace) -> int:
    from panjereh.identity import sites
    from panjereh.kernel.actor import SYSTEM

    for one in sites.managed_by(SYSTEM):
        print(f"{one.client_id}  {one.state:<8} {one.agency:<24} {one.title['en']:<30} {one.address}")
    return 0


def add(given: argparse.Namespace) -> int:
    import yaml

    from panjereh.catalogue import queries as catalogue
    from panjereh.identity.operations import sites

    asked = yaml.safe_load(Path(given.target).read_text(encoding="utf-8"))
    if not isinstance(asked, dict) or not {"agency", "title", "purpose", "address", "redirect_uris"} <= asked.keys():
        print("The file must say agency, title, purpose, address and redirect_uris. See ./panjereh sites --help")
        return 2
    if unknown := asked.keys() - KEYS:
        print(f"The file says what nobody knows: {', '.join(sorted(unknown))}. See ./panjereh sites --help")
        return 2
    if asked["agency"] not in catalogue.country().agencies:
        print(f"The agency must be one of: {', '.join(catalogue.country().agencies)}.")
        return 2
    site, made = sites.register_site(by=given.by, **asked)
    print(f"client_id      {site.client_id}\nclient_secret  {made}\nThe secret is shown only now.")
    return 0


def secret(given: argparse.Namespace) -> int:
    from panjereh.identity.operations import sites
    from panjereh.kernel.actor import SYSTEM

    print(f"client_secret  {sites.new_secret(number_of(given.target), actor=SYSTEM)}\nThe secret is shown only now.")
    return 0


def close(given: argparse.Namespace) -> int:
    from panjereh.identity.operations import sites
    from panjereh.kernel.actor import SYSTEM

    site = sites.close_site(number_of(given.target), actor=SYSTEM, reason=given.reason)
    print(f"Nobody signs in at {site.title['en']} any more.")
    return 0


def new_keys(_given: argparse.Namespace) -> int:
    from panjereh.identity.operations import token_keys

    token_keys.replace_keys()
    print("A new key signs from now on. Sites fetch it by themselves.")
    return 0


def number_of(client_id: str) -> UUID:
    from panjereh.identity import sites
    from panjereh.kernel.errors import NotFound

    site = sites.of_client(client_id)
    if site is None:
        raise NotFound(f"There is no open site {client_id}. See ./panjereh sites list")
    return site.pk
