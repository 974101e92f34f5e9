"""Catalogues of Persian texts: collect from the code, update, compile; `--check` tells what is missing.

python -m panjereh.config.messages [--check] [room ...]
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [("**.py", "python"), ("**/jinja2/**.html", "jinja2"), ("**/jinja2/**.txt", "jinja2")]
OPTIONS = {
    "**/jinja2/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"},
    "**/jinja2/**.txt": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"},
}
LANGUAGE = "fa"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CHANGING = tuple(
    f'"{head}' for head in ("Project-Id", "Report-", "POT-", "PO-Revision", "Last-", "Language-Team", "Generated-By")
)
"""Headers that say nothing or change by themselves."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", help="rooms to look at; all by default")
    parser.add_argument("--check", action="store_true", help="change nothing, tell what is not translated or compiled")
    given = parser.parse_args(arguments)
    rooms = given.rooms or sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())
    failings = 0
    for room in rooms:
        fresh = extract(SOURCE / room)
        if not given.check:
            update(SOURCE / room, fresh)
        for complaint in complaints(SOURCE / room, fresh):
            failings += 1
            print(f"{room}: {complaint}", file=sys.stderr)
    return 1 if failings else 0


def extract(room: Path) -> Catalog:
    """Every text of the room that a person may read, with the places where it stands."""
    catalog = Catalog(locale=LANGUAGE, project="panjereh", copyright_holder="", fuzzy=False)
    found = extract_from_dir(
        room, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    )
    for name, line, message, comments, context in found:
        catalog.add(message, None, [(Path(name).as_posix(), line)], auto_comments=comments, context=context)
    return catalog


def catalogue_of(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update(room: Path, fresh: Catalog) -> None:
    """Bring the room's catalogue up to date, keep what was translated, drop what is gone, and compile it."""
    path = catalogue_of(room)
    if not fresh and not path.exists():
        return
    kept = read(path)
    kept.fuzzy = False
    kept.header_comment = f"# Persian texts of the room `{room.name}`."
    kept.update(fresh, no_fuzzy_matching=True, update_header_comment=False)
    kept.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_text(kept))
    path.with_suffix(".mo").write_bytes(as_machine_readable(read(path)))


def as_text(catalog: Catalog) -> bytes:
    """The catalogue without dates and line numbers, which would make a difference of every change elsewhere."""
    text = BytesIO()
    write_po(text, catalog, width=120, omit_header=False, include_lineno=False, sort_by_file=True)
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(CHANGING)).encode()


def as_machine_readable(catalog: Catalog) -> bytes:
    """What gettext reads. Without the time of making, so that the same texts give the same bytes."""
    catalog.creation_date = catalog.revision_date = LONG_AGO
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def complaints(room: Path, fresh: Catalog) -> Iterator[str]:
    """What keeps the room's pages from being wholly Persian."""
    path = catalogue_of(room)
    kept = read(path)
    for message in fresh:
        if not message.id:
            continue
        translated = kept.get(message.id, message.context)
        if translated is None or not is_translated(translated.string):
            yield f"not translated: {message.id!r}"
        elif translated.fuzzy:
            yield f"fuzzy: {message.id!r}"
        else:
            yield from (f"{error} in {message.id!r}" for error in translated.check(kept))
    if any(message.id for message in fresh) and not is_compiled(path, kept):
        yield "the compiled catalogue is older than the texts: run python -m panjereh.config.messages " + room.name


def is_translated(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return text is not None and bool(text) and all(text)


def is_compiled(path: Path, kept: Catalog) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.read_bytes() == as_machine_readable(kept)


if __name__ == "__main__":
    sys.exit(main())
