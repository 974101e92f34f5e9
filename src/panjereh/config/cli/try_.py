"""Run the worked examples of services: answers in, days going by, decisions; then fee, route, terms, notices, entries
and documents are compared with what scenarios.yaml says. Without a name, those of all services.

It uses a database of its own, which is thrown away, and the folder as it is: nothing needs to be published.
"""

import argparse
import os
import tempfile
from pathlib import Path

from panjereh.config.cli.installation import set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", help="ids of services; all by default")
    parser.add_argument("--only", metavar="SCENARIO", help="one example of it")
    parser.add_argument(
        "--services", metavar="DIR", type=Path, help="folder of the country’s definitions (PANJEREH_SERVICES)"
    )


def run(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="panjereh-try-") as folder:
        os.environ |= {"PANJEREH_DATA": folder, "PANJEREH_DATABASE": "", "PANJEREH_PRODUCTION": ""}
        os.environ["DJANGO_SETTINGS_MODULE"] = "panjereh.config.settings.demo"
        set_up(given)
        from panjereh.catalogue import queries
        from panjereh.config import prepare, trials

        prepare.bring_tables_up_to_date()
        country = queries.country()
        unknown = [name for name in given.service if name not in country.services]
        if unknown:
            print(f"There is no service {', '.join(unknown)}. There are: {', '.join(country.services)}.")
            return 2
        trials.set_the_stage(country)
        sound = [trials.run(country, name, only=given.only) for name in given.service or country.services]
        return 0 if all(sound) else 1
