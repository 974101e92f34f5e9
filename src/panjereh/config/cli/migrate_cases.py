"""Take the open cases of a service over to another version of it, on purpose and with a reason.

Cases stay on the version under which they were submitted. --dry-run tells for each what would change. What would lose
something (an answer, a place in the process, a promise) is refused; --leave-others takes the cases that fit alone.
Everybody concerned is told.
"""

import argparse
from typing import TYPE_CHECKING

from panjereh.config.cli.installation import add_place_arguments, set_up

if TYPE_CHECKING:
    from panjereh.cases.operations.migrate import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="id of the service")
    parser.add_argument("--to", required=True, metavar="VERSION", help="number of the version; see ./panjereh diff")
    parser.add_argument("--dry-run", action="store_true", help="tell what would change, change nothing")
    parser.add_argument("--leave-others", action="store_true", help="take those that fit, leave the others")
    parser.add_argument("--by", metavar="WHO", default="", help="who does it")
    parser.add_argument("--note", metavar="WHY", default="", help="why; it stays with every case, and people are told")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.cases import operations as cases
    from panjereh.catalogue import queries

    numbers = {str(version.number): version.pk for version in queries.versions(given.service)}
    if given.to not in numbers:
        print(f"There is no version {given.to} of {given.service}. There are: {', '.join(numbers) or 'none'}.")
        return 1
    target = queries.version(numbers[given.to])
    if given.dry_run:
        return _tell(list(cases.plans(target)))
    if not (given.by.strip() and given.note.strip()):
        print("Say who does it and why: --by WHO --note WHY. Nothing was changed.")
        return 2
    moved = cases.migrate(target, by=given.by, reason=given.note, leave_others=given.leave_others)
    _show(moved.left)
    if moved.left and not given.leave_others:
        print(f"\n{len(moved.left)} cases would lose something: none was taken over. See --leave-others.")
        return 1
    print(f"{moved.cases} cases went over to version {given.to}; {len(moved.left)} stay where they are.")
    return 0


def _tell(plans: "list[Plan]") -> int:
    _show(plans)
    fit = sum(plan.fits for plan in plans)
    print(
        f"\n{len(plans)} open cases: {fit} can go over, {len(plans) - fit} would lose something. Nothing was changed."
    )
    return 0 if fit == len(plans) else 1


def _show(plans: "list[Plan] | tuple[Plan, ...]") -> None:
    for plan in plans:
        print(f"{plan.number}  {'can go over' if plan.fits else 'would lose something'}")
        for consequence in plan.consequences:
            print(f"    {'!' if consequence.loses else '·'} {consequence.says}")
