"""Who acts: the person or official at the keyboard, apart from whom it is for and whom it is about."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Level(StrEnum):
    """Level of assurance of a sign-in (eIDAS, Regulation (EU) 910/2014, article 8)."""

    NONE = "none"
    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    def meets(self, wanted: "Level") -> bool:
        order = list(Level)
        return order.index(self) >= order.index(wanted)


class Channel(StrEnum):
    """The way by which something reached us."""

    WEB = "web"
    DESK = "desk"
    API = "api"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, as known at this moment.

    party: number of the party that acts (a person, or an official as an employee); None for the system itself
    agency, office, roles: set when the actor acts as an official
    level: how sure we are who it is
    """

    party: UUID | None
    name: str = ""
    agency: str | None = None
    office: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    channel: Channel = Channel.WEB
    level: Level = Level.NONE
    language: str = "fa"

    @property
    def is_official(self) -> bool:
        return self.agency is not None

    @property
    def is_system(self) -> bool:
        return self.channel is Channel.SYSTEM


SOMEBODY = Actor(party=None)
"""Who has not said who they are."""

SYSTEM = Actor(party=None, name="system", channel=Channel.SYSTEM, level=Level.HIGH)
