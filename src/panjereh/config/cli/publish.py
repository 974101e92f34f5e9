"""Put services in force: check them, run their worked examples, show what differs, then store who publishes and why.

Without a name, every service whose folder differs from what is published. Cases that were submitted keep the version
under which they were submitted.
"""

import argparse
from datetime import date
from typing import TYPE_CHECKING

from panjereh.config.cli.installation import add_place_arguments, set_up

if TYPE_CHECKING:
    from panjereh.definitions import Bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", help="ids of services; all that changed by default")
    parser.add_argument("--by", metavar="WHO", help="who publishes")
    parser.add_argument("--note", metavar="WHY", help="why; it stays with the version")
    parser.add_argument(
        "--from", dest="day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="in force from that day"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what differs, store nothing")
    parser.add_argument(
        "--text-patch",
        action="store_true",
        help="only words differ: the newest version gets them at once, and cases under way show them, too",
    )
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from django.conf import settings

    from panjereh import definitions
    from panjereh.catalogue import queries
    from panjereh.config.trying import apart
    from panjereh.definitions.differing import differences

    errors = [f for f in definitions.check(settings.SERVICES) if f.severity == definitions.Severity.ERROR]
    if errors:
        print("\n\n".join(map(str, errors)))
        print(f"\n{len(errors)} errors: nothing is published.")
        return 1
    country = queries.country()
    wanted = given.service or queries.changed(country)
    if unknown := [name for name in wanted if name not in country.services]:
        print(f"There is no service {', '.join(unknown)} in {settings.SERVICES}. See ./panjereh check.")
        return 1
    if not wanted:
        print("Everything is published as it is.")
        return 0
    bundles = [definitions.bundle(country.path, name) for name in wanted]
    for bundle in bundles:
        print(f"{bundle.service}:")
        for difference in differences(published(bundle.service), bundle):
            print(f"    {difference}")
    if given.dry_run:
        return 0
    if given.text_patch and given.day:
        print("Better words hold at once: --text-patch and --from do not go together. Nothing is published.")
        return 2
    if not (given.by and given.note):
        print("Say who publishes and why: --by WHO --note WHY. Nothing is published.")
        return 2
    if not apart.passes(wanted, settings.SERVICES):
        print("A worked example ends otherwise than it says: nothing is published.")
        return 1
    return store(bundles, given)


def store(bundles: "list[Bundle]", given: argparse.Namespace) -> int:
    """Put them in force, or give the newest versions their words."""
    from panjereh.catalogue import operations
    from panjereh.catalogue.errors import NotOnlyWords

    for bundle in bundles:
        if not given.text_patch:
            version = operations.publish(bundle, by=given.by, note=given.note, in_force_from=given.day)
            print(f"{version.service}: version {version.number}, in force from {version.in_force_from}")
            continue
        try:
            version = operations.patch(bundle, by=given.by, note=given.note)
        except NotOnlyWords as more:
            print(f"{bundle.service}: {more}", *more.params["differences"], sep="\n    ")
            return 1
        print(f"{version.service}: version {version.number} has better words now")
    return 0


def published(service: str) -> "Bundle | None":
    """The files of the newest published version; None when there is none."""
    from panjereh.catalogue import queries

    newest = next(iter(queries.versions(service)), None)
    return queries.bundle(queries.source_of(newest)) if newest else None
