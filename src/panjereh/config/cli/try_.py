"""Play the worked examples of services (scenarios.yaml) in a throw-away database, without a web server.

Forms are filled in, officials decide, days go by, fees are paid; then fee, steps, deadlines, notices, entries of
registers and the data of certificates are compared with what the example says. The exit code is 1 if one differs.
"""

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", help="ids of services; all by default")
    parser.add_argument("--only", metavar="EXAMPLE", default="", help="play this example alone")
    parser.add_argument("--quiet", action="store_true", help="name only the examples that end otherwise")
    parser.add_argument(
        "--services", metavar="DIR", type=Path, help="folder of the country’s definitions (PANJEREH_SERVICES)"
    )


def run(given: argparse.Namespace) -> int:
    if given.services:
        os.environ["PANJEREH_SERVICES"] = str(given.services.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "panjereh.config.settings.trying"
    import django

    django.setup()
    from django.core.management import call_command

    from panjereh.config.trying import world
    from panjereh.config.trying.report import try_services
    from panjereh.definitions import DefinitionErrors

    call_command("migrate", interactive=False, verbosity=0)
    try:
        country = world.build()
    except DefinitionErrors as error:
        print(f"{error}\n\nThe definitions have mistakes: see ./panjereh check.")
        return 1
    if unknown := [name for name in given.service if name not in country.services]:
        print(f"There is no service {', '.join(unknown)}. There are: {', '.join(country.services)}.")
        return 2
    return 0 if try_services(country, given.service or country.services, only=given.only, quiet=given.quiet) else 1
