"""What is wrong with a definition: where, since when it matters, and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from panjereh.kernel.errors import Invalid


class Severity(StrEnum):
    """An error keeps a service from being published, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake. `file` is relative to the country's folder, `line` counts from 1, `place` is such as ask[0].page."""

    file: str
    line: int
    code: str
    severity: Severity
    message: str
    advice: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code} {self.severity}: {self.message}\n    {self.advice}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class DefinitionErrors(Invalid):
    """The folder can't be used. `findings` says why, in the order of files and lines."""

    code = "definition_errors"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(findings)
        super().__init__("\n".join(map(str, self.findings)) or "the definition has errors")
