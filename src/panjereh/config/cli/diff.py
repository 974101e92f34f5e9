"""Show two versions of a service side by side, in the words of the definition: what stood there, what stands there now.

A version is a number, or `folder` for what lies in the country's folder. Without any, the newest published one is
compared with the folder.
"""

import argparse
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING

from panjereh.config.cli.installation import add_place_arguments, set_up

if TYPE_CHECKING:
    from panjereh.definitions import Bundle
    from panjereh.definitions.differing import Difference

FOLDER = "folder"
NARROWEST = 24  # columns of one side


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="id of the service")
    parser.add_argument("a", nargs="?", metavar="A", help="a version; the newest published one by default")
    parser.add_argument("b", nargs="?", metavar="B", default=FOLDER, help="another version; the folder by default")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    set_up(given)
    from panjereh.catalogue import queries
    from panjereh.definitions.differing import compared

    known = {str(version.number): queries.source_of(version) for version in queries.versions(given.service)}
    older = given.a or next(iter(known), None)
    if older is None:
        print(f"Nothing of {given.service} is published yet.")
        return 1
    sides: list[Bundle] = []
    for wanted in (older, given.b):
        bundle = _bundle(given.service, wanted, known)
        if bundle is None:
            print(f"There is no version {wanted} of {given.service}. There are: {', '.join([*known, FOLDER])}.")
            return 1
        sides.append(bundle)
    found = compared(*sides)
    if not found:
        print("Both say the same.")
        return 0
    width = max(NARROWEST, (shutil.get_terminal_size().columns - 3) // 2)
    print(_line(_title(older), _title(given.b), width), "─" * (2 * width + 3), sep="\n")
    for difference in found:
        print(*_shown(difference, width), sep="\n")
    return 0


def _bundle(service: str, wanted: str, known: dict[str, str]) -> "Bundle | None":
    from panjereh.catalogue import queries

    if wanted != FOLDER:
        return queries.bundle(known[wanted]) if wanted in known else None
    country = queries.country()
    return country.bundle(service) if service in country.services else None


def _title(version: str) -> str:
    return "in the folder" if version == FOLDER else f"version {version}"


def _shown(difference: "Difference", width: int) -> list[str]:
    """The place, then what stood there beside what stands there; what is a remark is one line."""
    if difference.before is None and difference.after is None:
        return ["", difference.place]
    left, right = _wrapped(difference.before, width), _wrapped(difference.after, width)
    lines = max(len(left), len(right))
    left += [""] * (lines - len(left))
    right += [""] * (lines - len(right))
    return ["", difference.place, *(_line(*pair, width) for pair in zip(left, right, strict=True))]


def _wrapped(text: str | None, width: int) -> list[str]:
    return ["—"] if text is None else textwrap.wrap(text, width) or [""]


def _line(left: str, right: str, width: int) -> str:
    return f"{left}{' ' * (width - _columns(left))} │ {right}".rstrip()


def _columns(text: str) -> int:
    """Columns that a text takes: joiners and vowel signs take none."""
    return sum(1 for sign in text if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
