"""Make the folder of a new service: a definition with one page of questions and two worked examples. It passes `check`
and `try` at once; then replace what is in it.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="AGENCY/SERVICE", help="such as civil-registry/name-change")
    parser.add_argument("--fa", default="", metavar="TITLE", help="what it is called in Persian")
    parser.add_argument("--en", default="", metavar="TITLE", help="what it is called in English")
    parser.add_argument(
        "--services", metavar="DIR", type=Path, help="folder of the country’s definitions (PANJEREH_SERVICES)"
    )


def run(given: argparse.Namespace) -> int:
    from panjereh.config import env
    from panjereh.definitions import scaffold

    titles = {language: title for language, title in (("fa", given.fa), ("en", given.en)) if title}
    folder = scaffold.new(given.services or env.services_dir(), given.name, titles)
    service = folder.name
    print(f"{folder}: service.yaml, scenarios.yaml")
    print(f"Next: ./panjereh check · ./panjereh try {service} · ./panjereh publish {service} --by YOU --note WHY")
    return 0
