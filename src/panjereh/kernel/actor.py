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
class ActingFor:
    """For whom somebody acts, and how far they may.

    mandate: number of what gives them the right
    party: whose matters these are; name: what to call them
    kind: parent, guardian, representative or given
    services, agency: what it is limited to; empty: everything
    reads_only: looking is allowed, and nothing else
    together: how many must agree before something is declared in their name
    """

    mandate: UUID
    party: UUID
    name: str
    kind: str
    services: frozenset[str] = field(default_factory=frozenset)
    agency: str = ""
    reads_only: bool = False
    together: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether it reaches everything of theirs, also what belongs to no service."""
        return not self.services and not self.agency

    def reaches(self, service: str, agency: str) -> bool:
        return (not self.services or service in self.services) and self.agency in ("", agency)


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, as known at this moment.

    party: number of the party that acts (a person, or an official as an employee); None for the system itself
    agency, office, roles: set when the actor acts as an official
    level: how sure we are who it is
    amr: by which methods they proved it (RFC 8176)
    acting_for: set when a person acts for somebody else
    lent: of `roles` those that a colleague has lent, each with the colleague's party
    """

    party: UUID | None
    name: str = ""
    agency: str | None = None
    office: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    channel: Channel = Channel.WEB
    level: Level = Level.NONE
    amr: tuple[str, ...] = ()
    language: str = "fa"
    acting_for: ActingFor | None = None
    lent: tuple[tuple[str, UUID], ...] = ()

    @property
    def applicant(self) -> UUID | None:
        """In whose name this happens: their own, unless they act for somebody."""
        return self.acting_for.party if self.acting_for else self.party

    @property
    def is_official(self) -> bool:
        return self.agency is not None

    @property
    def is_system(self) -> bool:
        return self.channel is Channel.SYSTEM


SOMEBODY = Actor(party=None)
"""Who has not said who they are."""

SYSTEM = Actor(party=None, name="system", channel=Channel.SYSTEM, level=Level.HIGH)
