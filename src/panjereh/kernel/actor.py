"""Who acts: the person or official at the keyboard, apart from whom it is for and whom it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
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

    def as_dict(self) -> dict[str, Any]:
        return {
            "mandate": str(self.mandate),
            "party": str(self.party),
            "name": self.name,
            "kind": self.kind,
            "services": sorted(self.services),
            "agency": self.agency,
            "reads_only": self.reads_only,
            "together": self.together,
        }

    @classmethod
    def of_dict(cls, known: Mapping[str, Any]) -> "ActingFor":
        numbers = {"mandate": UUID(known["mandate"]), "party": UUID(known["party"])}
        return cls(**{**known, **numbers, "services": frozenset(known["services"])})

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

    def as_dict(self) -> dict[str, Any]:
        """As JSON, to act on later as they were known now; what colleagues have lent them is left out."""
        acting = self.acting_for
        return {
            "party": str(self.party) if self.party else None,
            "name": self.name,
            "agency": self.agency,
            "office": self.office,
            "roles": sorted(self.roles),
            "channel": str(self.channel),
            "level": str(self.level),
            "amr": list(self.amr),
            "language": self.language,
            "acting_for": acting.as_dict() if acting else None,
        }

    @classmethod
    def of_dict(cls, known: Mapping[str, Any]) -> "Actor":
        acting = known["acting_for"]
        return cls(
            party=UUID(known["party"]) if known["party"] else None,
            name=known["name"],
            agency=known["agency"],
            office=known["office"],
            roles=frozenset(known["roles"]),
            channel=Channel(known["channel"]),
            level=Level(known["level"]),
            amr=tuple(known["amr"]),
            language=known["language"],
            acting_for=ActingFor.of_dict(acting) if acting else None,
        )

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
