"""Where witnesses keep what they signed: in the database of an installation, or in files of a folder."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from panjereh.audit.models import Contradiction, WitnessedLog
from panjereh.audit.witness import Seen
from panjereh.kernel import clock

MOST_EVIDENCE = 100  # of one log: nobody fills our disk with it


class DatabaseMemory:
    """For an installation that is a witness beside its other work, and for what it hears of its own log."""

    def __init__(self, told_by: str = "") -> None:
        self.told_by = told_by

    def seen(self, origin: str) -> Seen:
        row = WitnessedLog.objects.filter(origin=origin).first()
        return Seen(row.size, bytes.fromhex(row.root), row.note) if row else Seen()

    def replace(self, origin: str, old: Seen, new: Seen) -> bool:
        values = {"size": new.size, "root": new.root.hex(), "note": new.note, "at": clock.now()}
        with transaction.atomic():
            row, made = WitnessedLog.objects.select_for_update().get_or_create(origin=origin, defaults=values)
            if made:
                return old.size == 0
            if (row.size, row.root) != (old.size, old.root.hex()):
                return False
            WitnessedLog.objects.filter(origin=origin).update(**values)
            return True

    def contradiction(self, origin: str, kept: str, sent: str) -> None:
        digest = hashlib.sha256(f"{origin}\0{kept}\0{sent}".encode()).hexdigest()
        if Contradiction.objects.filter(origin=origin).count() < MOST_EVIDENCE:
            Contradiction.objects.get_or_create(
                digest=digest,
                defaults={
                    "origin": origin, "kept": kept, "sent": sent, "told_by": self.told_by, "at": clock.now(),
                },
            )  # fmt: skip


class FolderMemory:
    """For a witness that has nothing but a folder. `<hash of origin>/checkpoint` may be served as it lies there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def seen(self, origin: str) -> Seen:
        file = self.file(origin).with_name("seen.json")
        if not file.exists():
            return Seen()
        kept = json.loads(file.read_text())
        return Seen(kept["size"], bytes.fromhex(kept["root"]), kept["note"])

    def replace(self, origin: str, old: Seen, new: Seen) -> bool:
        with self._locked():
            if self.seen(origin) != old:
                return False
            kept = {"origin": origin, "size": new.size, "root": new.root.hex(), "note": new.note}
            _put(self.file(origin).with_name("seen.json"), json.dumps(kept, ensure_ascii=False))
            _put(self.file(origin), new.note)
            return True

    def contradiction(self, origin: str, kept: str, sent: str) -> None:
        folder = self.file(origin).with_name("evidence")
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(f"{kept}\0{sent}".encode()).hexdigest()[:16]
        if len(list(folder.iterdir())) < 2 * MOST_EVIDENCE:
            _put(folder / f"{digest}-kept", kept)
            _put(folder / f"{digest}-sent", sent)

    def file(self, origin: str) -> Path:
        """The newest checkpoint of a log with its signature and ours (C2SP tlog-witness, retrieval by monitors)."""
        return self.folder / hashlib.sha256(origin.encode()).hexdigest() / "checkpoint"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _put(path: Path, content: str) -> None:
    """Whole or not at all, and on disk before anybody is told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
