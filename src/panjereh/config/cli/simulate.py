"""Decide a table of a service for an invented population, by the rules in force and by changed ones.

    simulate SERVICE#TABLE --rates proposal.yaml --population services/demonstration/taxpayers.yaml

--rates holds the same table, changed, as decisions.yaml does. Written are a picture in each language (who gains and who
loses, by tenths of the population) and the table behind it. A million people take seconds where all expressions have
an exact counterpart on arrays; otherwise it goes row by row, and the report says what made that needed.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

from panjereh.config.cli.installation import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("decision", metavar="SERVICE#DECISION", help="a table of the service’s decisions.yaml")
    parser.add_argument("--rates", type=Path, required=True, help="file with the changed table")
    parser.add_argument("--population", type=Path, default=ROOT / "services" / "demonstration" / "taxpayers.yaml")
    parser.add_argument("--people", type=int, default=1_000_000, help="how many are drawn")
    parser.add_argument("--output", default="amount", help="which output of the table")
    parser.add_argument("--language", default="en", choices=["fa", "en"], help="of the table that is printed")
    parser.add_argument("--to", type=Path, default=Path("simulation"), help="folder for pictures and tables")
    parser.add_argument("--services", metavar="DIR", type=Path, default=ROOT / "services")


def run(given: argparse.Namespace) -> int:
    import yaml

    from panjereh import rules
    from panjereh.definitions import load_country
    from panjereh.identity.policy import columns
    from panjereh.measurement import picture, population, simulation

    name, _, table = given.decision.partition("#")
    country = load_country(given.services)
    if name not in country.services:
        print(f"panjereh: there is no service {name!r}.", file=sys.stderr)
        return 2
    written = country.folder.services[name].files.get("decisions.yaml", b"{}")
    now, then = (
        rules.tables_from_yaml(yaml.safe_load(text) or {}).get(table) for text in (written, given.rates.read_bytes())
    )
    if now is None or then is None:
        where = f"{name}/decisions.yaml" if now is None else given.rates
        print(f"panjereh: there is no table {table!r} in {where}.", file=sys.stderr)
        return 2
    drawn = population.read(given.population.read_bytes())
    named = {each: rules.compile(text) for each, text in country.services[name].definition.let.items()}
    begun = time.monotonic()
    people = drawn.draw(given.people)
    result = simulation.compare(now, then, named, people, drawn.order, given.output)
    given.to.mkdir(parents=True, exist_ok=True)
    for language in ("fa", "en"):
        (given.to / f"{table}.{language}.svg").write_text(picture.svg(result, language), encoding="utf-8")
        with (given.to / f"{table}.{language}.csv").open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(picture.rows(result, language))
    print(columns(picture.rows(result, given.language)))
    print(f"{result.people:,} people in {time.monotonic() - begun:.1f} s; {result.slow:,} of them row by row.")
    for why in result.why:
        print(f"Row by row because of {why}.")
    return 0
