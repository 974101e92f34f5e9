"""The queue at the door of one SQLite file: one writer at a time, in the order in which they came."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriterQueue:
    """Two doors, one behind the other: exclusive locks on two files beside the database.

    SQLite lets a second writer poll with growing pauses, so that the unlucky starve; the kernel wakes those who wait
    at `flock` in turn. Whoever is next stands between the doors and keeps the outer one shut: who has just written and
    wants to write again, such as a worker at midnight, can't slip in before them. Each connection opens the files for
    itself, so the queue holds between threads and processes alike. It is left to the kernel to release the locks of a
    process that was killed.
    """

    def __init__(self, path: Path) -> None:
        self._outer = _opened(path.with_name(f"{path.name}-next"))
        self._inner = _opened(path)
        self._held = False

    def enter(self) -> None:
        """Wait for our turn. Waiting has no end of its own: whoever is in front is writing or dead."""
        if self._held:
            return
        fcntl.flock(self._outer, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._inner, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._outer, fcntl.LOCK_UN)
        self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            fcntl.flock(self._inner, fcntl.LOCK_UN)

    def has_next(self) -> bool:
        """Whether somebody stands between the doors; asked by whoever is inside."""
        try:
            fcntl.flock(self._outer, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._outer, fcntl.LOCK_UN)
        return False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Our turn for as long as this lasts; unless it was ours before, then nothing ends with this."""
        held = self._held
        self.enter()
        try:
            yield
        finally:
            if not held:
                self.leave()

    def close(self) -> None:
        if self._inner >= 0:
            self.leave()
            os.close(self._inner)
            os.close(self._outer)
            self._inner = self._outer = -1


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
