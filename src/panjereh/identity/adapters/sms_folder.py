"""The demonstration's gateway for SMS: each message becomes a file, as e-mails do."""

from dataclasses import dataclass
from pathlib import Path

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class FolderOfMessages:
    """Writes to `folder`, which it makes when it is missing."""

    folder: Path

    def send(self, to: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{clock.now():%Y%m%d-%H%M%S}-{new_id()}.txt"
        (self.folder / name).write_text(f"To: {to}\n\n{text}\n", encoding="utf-8")
