"""What goes in and out of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from panjereh.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is written: the law that calls for it, who does it, in which case (number), and in their words."""

    law: str
    actor: Actor
    case: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The cause of an entry as it was stored. `actor` is a party's number."""

    kind: str
    law: str
    case: str | None
    actor: UUID | None
    agency: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What a registry says, or said, of an entity.

    valid_from, valid_to: the days for which it was so; valid_to is the first day on which it was not, None if no end
    recorded_at, superseded_at: the time during which the registry believed it
    data: field to canonical value, only those that the reader asked for and may have; empty when the person was erased
    """

    registry: str
    entity: UUID
    version: int
    status: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    why: Why
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody or something found by a look-up: its number in the registry, and what the look-up returns."""

    registry: str
    entity: UUID
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a registry answered about an entity: yes, no, or None where it does not know.

    version: of the entry from which it comes; given: what the question was given
    """

    registry: str
    question: str
    entity: UUID
    given: Mapping[str, Any]
    answer: bool | None
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """A record whose chain doesn't hold, and what is wrong with it."""

    registry: str
    entity: UUID
    version: int
    what: str
