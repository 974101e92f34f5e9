"""Recompute what can’t be changed unnoticed: the chains of registers and cases, the decision log and its signatures.

Names the first wrong row of each. The exit code is 1 when something does not hold.
"""

import argparse

from panjereh.config.cli.installation import add_place_arguments, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.config import verification

    sound = True
    for name, faults in verification.all_checks():
        print(f"{name:<28} {'sound' if not faults else f'{len(faults)} faults'}", flush=True)
        for fault in faults:
            print(f"    {fault}")
        sound = sound and not faults
    return 0 if sound else 1
