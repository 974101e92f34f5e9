"""What must be true before the web server starts: tables, keys, services in force, the demonstration, pages' files.

Each step looks first whether it is needed, so that a second start takes little. Progress goes to the error stream; the
answer, one JSON object, to the output: how many processes to start, and what to tell the person at the terminal.
"""

import hashlib
import json
import sys
import time

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from panjereh.config import env


def main() -> int:
    django.setup()
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not bring_tables_up_to_date():
        return 1
    collect_static_files()
    print(json.dumps({"web_processes": env.web_processes(), "workers": env.workers(), "welcome": []}))
    return 0


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def bring_tables_up_to_date() -> bool:
    """Make the tables of a new database, or of a demonstration. A production database waits for `upgrade`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return True
    if settings.PRODUCTION and executor.loader.applied_migrations:
        report("The database is older than the program. Run ./panjereh upgrade: it makes a backup first.")
        return False
    begun = time.monotonic()
    report("Making the database …")
    call_command("migrate", interactive=False, verbosity=0)
    report(f"  done in {time.monotonic() - begun:.1f} s")
    return True


def collect_static_files() -> None:
    """Copy and compress styles, fonts and pictures when one of them changed since the last time."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            seen.update(f"{name} {storage.size(name)} {storage.get_modified_time(name).timestamp()}\n".encode())
    note = settings.STATIC_ROOT / ".collected"
    if not note.exists() or note.read_text() != seen.hexdigest():
        report("Preparing styles and fonts …")
        call_command("collectstatic", interactive=False, verbosity=0)
        note.write_text(seen.hexdigest())


if __name__ == "__main__":
    sys.exit(main())
