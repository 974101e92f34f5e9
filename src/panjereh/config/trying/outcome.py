"""What came of an example, as plain values to compare and to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from panjereh.cases.access import service_of
from panjereh.cases.models import Case
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.documents import certificates
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.payments import queries as money
from panjereh.registries import queries as registries


@dataclass(frozen=True)
class Notice:
    """A notice to the applicant; `words` are its subject and text."""

    kind: str
    words: str


@dataclass(frozen=True)
class Written:
    """An entry of a register as it stands now."""

    registry: str
    data: Mapping[str, Any]
    annulled: bool


@dataclass(frozen=True)
class Issued:
    """A document, with the data that its template is given."""

    produce: str
    data: Mapping[str, Any]


@dataclass
class Outcome:
    """All that an example can have expectations about. Without a case, `problems` says what kept it from being sent."""

    screens: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    number: str = ""
    fee: int = 0
    owed: int = 0
    paid: int = 0
    four_eyes: bool = False
    duplicate: bool = False
    route: list[str] = field(default_factory=list)
    deadlines: dict[str, date] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    records: list[Written] = field(default_factory=list)
    documents: list[Issued] = field(default_factory=list)
    outcome: str = "open"

    def look_at(self, case: Case, applicant: Actor) -> None:
        """Note how the case stands now."""
        case.refresh_from_db()
        service = service_of(case)
        self.number, self.fee, self.duplicate = case.number, case.fee, bool(case.duplicate_of)
        bills = money.bills_about(case.agency, case.number)
        self.owed = sum(money.owed_on(bill.number) for bill in bills)
        self.paid = sum(money.paid_on(bill.number) - money.given_back_on(bill.number) for bill in bills)
        self.four_eyes = service.needs_four_eyes(service.context(case.answers, case.facts))
        self.route = list(case.tasks.order_by("opened_at", "pk").values_list("element", flat=True))
        self.deadlines = {
            deadline.kind: deadline.due_at.astimezone(clock.home_zone()).date()
            for deadline in case.deadlines.order_by("started_at", "pk")
        }
        self.notices = _notices(case, applicant)
        self.records = [_written(made) for made in case.results.get("records", {}).values()]
        self.documents = [_issued(certificate) for certificate in documents.of_case(case.number)]
        self.outcome = case.outcome or ("refused" if _is_refused(case) else "open")


def _is_refused(case: Case) -> bool:
    """Whether the agency has said no, though the case stays open as long as that can be objected to."""
    spoken = case.decisions.exclude(kind="confirm").order_by("-at", "-pk").first() if case.decided_at else None
    return spoken is not None and spoken.outcome in ("refuse", "uphold")


def _notices(case: Case, applicant: Actor) -> list[Notice]:
    told = [one for one in correspondence.inbox(applicant) if one.case == case.number and one.kind == one.Kind.NOTICE]
    return [Notice(one.key.split(":")[2], f"{one.subject}\n{one.text}") for one in reversed(told)]


def _issued(certificate: Certificate) -> Issued:
    """Its data. The template is set too, so that one that fails is found now. Raises TemplateFails."""
    certificates.typeset(certificate)
    return Issued(certificate.kind.partition("/")[2], certificate.data)


def _written(made: Mapping[str, Any]) -> Written:
    """What the register says of it today; nothing any more if the entry was annulled."""
    entry = registries.read_own(catalogue.country().registries[made["registry"]], UUID(made["entity"]), actor=SYSTEM)
    return Written(made["registry"], dict((entry.data if entry else made["data"]) or {}), annulled=entry is None)
