"""Make the first operator of an installation, who then gives officials their offices and roles on the desk’s pages.

They sign in with a code sent to this address. Doing it again changes nothing.
"""

import argparse

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="where sign-in codes go")
    parser.add_argument("--agency", help="id of the agency they belong to; needed when there are several")
    parser.add_argument("--given-name", default="")
    parser.add_argument("--family-name", default="")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.catalogue import queries as catalogue
    from panjereh.identity import operations

    agencies = list(catalogue.country().agencies)
    agency = given.agency or (agencies[0] if len(agencies) == 1 else "")
    if agency not in agencies:
        print(f"Give --agency one of: {', '.join(agencies)}.")
        return 2
    official = operations.create_admin(
        given.email, agency=agency, given_name=given.given_name, family_name=given.family_name
    )
    print(f"{given.email} manages officials of {official.agency}.")
    return 0
