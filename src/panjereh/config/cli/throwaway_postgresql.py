"""A PostgreSQL server in a temporary folder, for one run of the tests: no port, no password, nothing kept."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DURABLE = "-c listen_addresses='' -c max_connections=200 -c shared_buffers=256MB"
"""For measurements: what is committed is on the disk."""
OPTIONS = f"{DURABLE} -c fsync=off -c synchronous_commit=off"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, where Debian puts the newest; None when there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server(options: str = OPTIONS) -> Iterator[str]:
    """Start a server and give its address. As root it runs as the user `postgres`, because it refuses to be root."""
    folder = programs()
    if folder is None:
        raise FileNotFoundError("initdb")
    place = Path(tempfile.mkdtemp(prefix="panjereh-pg-"))
    user: list[str | Path] = []
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
        user = ["runuser", "-u", "postgres", "--"]
    control: list[str | Path] = [*user, folder / "pg_ctl", "-D", place / "data", "-w", "-s"]
    initialise: list[str | Path] = [
        folder / "initdb",
        "-D",
        place / "data",
        "-A",
        "trust",
        "-U",
        "panjereh",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    try:
        call([*user, *initialise, "--locale=C.UTF-8"], place)
        call([*control, "-l", place / "log", "-o", f"-k {place} {options}", "start"], place)
        try:
            yield f"postgresql://panjereh@/postgres?host={place}"
        finally:
            call([*control, "-m", "immediate", "stop"], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def call(command: list[str | Path], place: Path) -> None:
    subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
