"""What must be true before the web server starts: tables, keys, services in force, the demonstration, pages' files.

Each step looks first whether it is needed, so that a second start takes little. Progress goes to the error stream; the
answer, one JSON object, to the output: how many processes to start, and what to tell the person at the terminal.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from panjereh import definitions
from panjereh.config import env
from panjereh.kernel.errors import PanjerehError


def main() -> int:
    env.data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)  # before anything is written: only for ourselves
    django.setup()
    try:
        if not (bring_tables_up_to_date() and is_no_demonstration() and fill()):
            return 1
    except PanjerehError as error:
        report(f"panjereh: {error}")
        return 1
    collect_static_files()
    print(json.dumps({"web_processes": env.web_processes(), "workers": env.workers(), "welcome": welcome()}))
    return 0


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(english: str, persian: str) -> Iterator[None]:
    """Name what is done, and how long it took."""
    report(f"{english} …  ·  {persian} …")
    begun = time.monotonic()
    yield
    report(f"    {time.monotonic() - begun:.1f} s")


def bring_tables_up_to_date() -> bool:
    """Make the tables of a new database, or of a demonstration. A production database waits for `upgrade`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return True
    if settings.PRODUCTION and executor.loader.applied_migrations:
        report("The database is older than the program. Run ./panjereh upgrade: it makes a backup first.")
        return False
    with step("Making the database", "ساختن پایگاه داده"):
        call_command("migrate", interactive=False, verbosity=0)
        close_what_lies_open()
    return True


def close_what_lies_open() -> None:
    """Encrypt a demonstration from before there was encryption."""
    from panjereh.config import closing  # these need Django's tables of apps

    for _what, _count in closing.close_everything():
        pass


def is_no_demonstration() -> bool:
    """In production, what belongs to the demonstration is refused: its definitions, its people, and so its data."""
    from panjereh.identity import queries as identity

    if not settings.PRODUCTION:
        return True
    if settings.SERVICES == env.ROOT / "services":
        report("The demonstration is refused in production. Say whose country it is: --services DIR.")
    elif not env.hosts():
        report("In production, say under which host name people come: PANJEREH_HOSTS and PANJEREH_ADDRESS.")
    elif identity.holds_demonstration():
        report(f"The data in {settings.DATA} are a demonstration’s, refused in production. Set another PANJEREH_DATA.")
    else:
        return True
    return False


def fill() -> bool:
    """Keys for every agency; into a database without services, the demonstration and then every service."""
    from panjereh.catalogue import queries as catalogue  # these need Django's tables of apps
    from panjereh.config import demonstration
    from panjereh.identity import standing
    from panjereh.registries import history

    country = catalogue.country()
    for registry in country.registries.values():
        history.index_anew(registry)
    standing.begin_histories()
    if waiting := make_seals(country):
        report(
            f"Without a new seal until the root key is brought back: {', '.join(waiting)}. See ./panjereh seals --help"
        )
    if catalogue.all_current():
        if changed := catalogue.changed(country):
            report(f"Changed since they were published: {', '.join(changed)}. See ./panjereh publish --dry-run")
        return True
    if errors := [one for one in definitions.check(settings.SERVICES) if one.severity == definitions.Severity.ERROR]:
        raise definitions.DefinitionErrors(errors)
    if settings.DEMONSTRATION:
        with step("Loading the demonstration country", "بار کردن کشور نمونه"):
            demonstration.load()
    with step("Publishing the services", "انتشار خدمات"):
        publish_all(country)
    return True


def make_seals(country: definitions.Country) -> list[str]:
    """Of the agencies and of what the installation itself signs; those that must wait for the root key."""
    from panjereh.documents import queries as documents
    from panjereh.signing import custody

    names = {name: dict(agency.title) for name, agency in country.agencies.items()}
    return custody.prepare({**names, documents.KEY_LIST: documents.KEY_LIST_NAMES}, country.file.code)


def publish_all(country: definitions.Country) -> None:
    """All or none, so that an interrupted first start begins again. What is listed last is in force last."""
    from django.db import transaction

    from panjereh.catalogue import operations, queries

    with transaction.atomic():
        for name in country.services:
            operations.publish(definitions.bundle(country.path, name), by="start", note="first start")
    queries.forget()


def collect_static_files() -> None:
    """Copy and compress styles, fonts and pictures when one of them changed since the last time."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            seen.update(f"{name} {storage.size(name)} {storage.get_modified_time(name).timestamp()}\n".encode())
    note = settings.STATIC_ROOT / ".collected"
    if not note.exists() or note.read_text() != seen.hexdigest():
        with step("Preparing styles and fonts", "آماده کردن سبک‌ها و قلم‌ها"):
            call_command("collectstatic", interactive=False, verbosity=0)
        note.write_text(seen.hexdigest())


def welcome() -> list[str]:
    """What the person at the terminal reads when the portal answers: its address first."""
    address = env.public_address()
    lines = ["", f"  پنجره به فارسی        {address}/", f"  Panjereh in English   {address}/en/", ""]
    if not settings.DEMONSTRATION:
        return [*lines, "  People sign in with a code by e-mail; officials too.", ""]
    from panjereh.catalogue import queries as catalogue

    shown = catalogue.country().demonstration
    lines += [f"  To try it as one of these, open {address}/signin/demonstration/ and choose a name: one click.", ""]
    for title, people in (("People · مردم", shown.people), ("Officials · کارشناسان", shown.officials)):
        lines.append(f"  {title}")
        for one in people:
            name = f"{one.given_name.in_('en')} {one.family_name.in_('en')}"
            persian = f"{one.given_name.in_('fa')} {one.family_name.in_('fa')}"
            lines.append(f"    {name:<18} {persian:<14} {one.story.in_('en') if one.story else ''}")
        lines.append("")
    return [
        *lines,
        f"  The officials’ desk is at {address}/desk/. Letters to people lie in {settings.DATA / 'mail'}.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
