"""What a machine spends: CPU time and memory of processes with their children, and how fast it can commit at all."""

import os
import sqlite3
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def family(pids: list[int]) -> list[int]:
    """These processes and all below them."""
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_after_name(entry / "stat")[1])
            except OSError:
                continue
    found = list(pids)
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time that the processes have spent, those of ended children included."""
    spent = 0
    for pid in family(pids):
        try:
            spent += sum(int(ticks) for ticks in _after_name(PROC / str(pid) / "stat")[11:15])
        except OSError:
            continue
    return spent / TICKS


def _after_name(path: Path) -> list[str]:
    """Fields of /proc/PID/stat from the state on; the name before may hold anything."""
    return path.read_text().rpartition(")")[2].split()


def memory_mb(pids: list[int]) -> float:
    """Sum of the proportional shares: what is shared counts once."""
    total = 0
    for pid in family(pids):
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def yardstick_ms() -> float:
    """CPU time of a fixed piece of Python, as a rule: what a slow or busy machine adds to all other figures."""

    def once() -> float:
        begun = time.process_time()
        sum(number * number for number in range(500_000))
        return (time.process_time() - begun) * 1000

    return sorted(once() for _ in range(31))[15]


def sqlite_commits_per_second(folder: Path, seconds: float = 2.0) -> float:
    """Durable commits of three small rows, one after the other, by a program that does nothing else."""
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER, b TEXT);")
    commits, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        connection.execute("BEGIN IMMEDIATE")
        for row in range(3):
            connection.execute("INSERT INTO t VALUES (?, ?)", (row, "x" * 200))
        connection.execute("COMMIT")
        commits += 1
    connection.close()
    return commits / seconds


def postgresql_commits_per_second(url: str, seconds: float = 2.0) -> float:
    """The same on a PostgreSQL server, over one connection."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_raw (a integer, b text)")
        commits, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            with connection.transaction():
                for row in range(3):
                    connection.execute("INSERT INTO bench_raw VALUES (%s, %s)", (row, "x" * 200))
            commits += 1
        connection.execute("DROP TABLE bench_raw")
    return commits / seconds
