"""Backups: the database, the keys and everything else in the data folder, in one encrypted tar file.

The database is copied first and the files after it, while everything runs: files that the database names are never
missing. SQLite is copied by its own online backup, PostgreSQL by pg_dump, whose SQL psql reads back in one transaction.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from panjereh import __version__
from panjereh.config import sealed
from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, Unavailable

MANIFEST, DATABASE, FILES = "manifest.json", "database", "data/"
MADE_ANEW = {"static"}  # folders of the data folder that a start makes again
REPLACED = "database.sql"  # a PostgreSQL database that was there before
DROP_ALL = """
do $$ declare held record; begin
  for held in select oid::regclass as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute 'drop table ' || held.name || ' cascade';
  end loop;
  for held in select oid::regprocedure as name from pg_proc
    where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e') loop
    execute 'drop routine ' || held.name || ' cascade';
  end loop;
end $$
"""  # also what a newer program has made: its migrations would stumble over it


class DatabaseIsNotEmpty(Conflict):
    """Restoring would overwrite what is there."""

    code = "database_is_not_empty"


def write(target: Path, secret: bytes) -> dict[str, Any]:
    """Make a backup. It appears under its name only when it is whole; returns its manifest."""
    manifest = {"made_at": clock.now().isoformat(), "version": __version__, "database": connection.vendor}
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder,
            os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        ):
            copy = Path(folder) / DATABASE
            copy_database(copy)
            with (
                sealed.Writer(file, secret) as encrypted,
                tarfile.open(fileobj=cast("BinaryIO", encrypted), mode="w|gz") as archive,
            ):
                put(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
                archive.add(copy, DATABASE)
                for path in own_files():
                    archive.add(path, FILES + path.relative_to(settings.DATA).as_posix(), recursive=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def own_files() -> Iterator[Path]:
    """What lies in the data folder besides the database and what a start makes anew."""
    database = Path(str(connection.settings_dict["NAME"])).name if connection.vendor == "sqlite" else ""
    for path in sorted(settings.DATA.rglob("*")):
        inside = path.relative_to(settings.DATA)
        is_database = database and len(inside.parts) == 1 and inside.name.startswith(database)
        if path.is_file() and not path.is_symlink() and not is_database and inside.parts[0] not in MADE_ANEW:
            yield path


def copy_database(target: Path) -> None:
    """A consistent copy, while others write."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy, pages=2048)
    else:
        target.touch(mode=0o600)
        run_postgresql("pg_dump", "--no-owner", f"--file={target}")


def run_postgresql(program: str, *options: str) -> None:
    """One of PostgreSQL's own programs on our database; the password goes through the environment."""
    if shutil.which(program) is None:
        raise Unavailable(f"{program} is not on this machine. Install Debian’s postgresql-client.")
    given = connection.settings_dict
    where = {"dbname": given["NAME"], "user": given["USER"], "host": given["HOST"], "port": given["PORT"]}
    address = make_conninfo("", **{name: value for name, value in where.items() if value}, **given["OPTIONS"])
    environment = {**os.environ, "PGPASSWORD": given["PASSWORD"]} if given["PASSWORD"] else dict(os.environ)
    done = subprocess.run(
        [program, f"--dbname={address}", *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unavailable(f"{program} says: {done.stderr.strip()}")


def restore(source: Path, secret: bytes, *, replace: bool = False) -> dict[str, Any]:
    """Bring back a backup. Everything is decrypted and checked before anything here is touched; returns its manifest.

    Refuses where there is a database already, unless `replace`: then what was there is kept in a folder beside the
    data, a PostgreSQL database as SQL.
    """
    data: Path = settings.DATA
    data.parent.mkdir(parents=True, exist_ok=True)
    if not replace and has_tables():
        raise DatabaseIsNotEmpty("There is a database already. Choose another PANJEREH_DATA, or give --replace.")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data.parent) as folder:
        staged = Path(folder)
        with source.open("rb") as file:
            unpack(sealed.Reader(file, secret), staged)
        manifest: dict[str, Any] = json.loads((staged / MANIFEST).read_text())
        if manifest["database"] != connection.vendor:
            raise Invalid(f"The backup holds a {manifest['database']} database; PANJEREH_DATABASE says otherwise.")
        connection.close()
        (staged / "data").mkdir(exist_ok=True)
        if connection.vendor == "sqlite":
            (staged / DATABASE).rename(staged / "data" / Path(str(connection.settings_dict["NAME"])).name)
        else:
            data.mkdir(mode=0o700, exist_ok=True)
            copy_database(staged / REPLACED)
            load_database(staged / DATABASE)
            (staged / REPLACED).rename(data / REPLACED)
        if data.exists():
            data.rename(data.with_name(f"{data.name}.before-restore-{clock.now():%Y%m%dT%H%M%S}"))
        (staged / "data").rename(data)
    return manifest


def load_database(copy: Path) -> None:
    """Let the copy take the place of everything that is in the database, or leave it as it was."""
    options = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction")
    run_postgresql("psql", *options, f"--command={DROP_ALL}", f"--file={copy}")


def has_tables() -> bool:
    """Whether the database holds anything."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    return bool(connection.introspection.table_names())


def unpack(content: sealed.Reader, folder: Path) -> None:
    """Write the files of the archive below a folder; only plain files with plain names come out of it."""
    with tarfile.open(fileobj=cast("BinaryIO", content), mode="r|gz") as archive:
        for entry in archive:
            name = PurePosixPath(entry.name)
            stream = archive.extractfile(entry) if entry.isfile() else None
            if stream is None or name.is_absolute() or ".." in name.parts:
                raise Invalid(f"The backup holds something that is not a plain file: {entry.name}")
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(stream, file, 2**20)
            target.chmod(entry.mode & 0o700)
    content.read()  # to the last piece, which proves that nothing is missing
