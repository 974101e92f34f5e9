"""The queue at the door of one SQLite file: one writer at a time, in the order in which they came."""

import fcntl
import os
from pathlib import Path


class WriterQueue:
    """An exclusive lock on a file beside the database.

    SQLite lets a second writer poll with growing pauses, so that the unlucky starve; the kernel wakes those who wait
    at `flock` in turn. Each connection opens the file for itself, so the queue holds between threads and processes
    alike. It is left to the kernel to release the lock of a process that was killed.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._held = False

    def enter(self) -> None:
        """Wait for our turn. Waiting has no end of its own: whoever is in front is writing or dead."""
        if not self._held:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file >= 0:
            self.leave()
            os.close(self._file)
            self._file = -1
