"""What happens before an example is sent where others must sign: each signs or declines, the applicant changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from panjereh.cases import operations as cases
from panjereh.cases import queries, rounds
from panjereh.cases.errors import NotComplete
from panjereh.cases.models import Signatory, SignatureRequest
from panjereh.catalogue import queries as catalogue
from panjereh.config.trying import device
from panjereh.definitions.scenarios import Happening
from panjereh.identity import queries as identities
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor


@dataclass
class Round:
    """A document of an example that waits for signatures. people: party of each person of the demonstration"""

    draft: UUID
    applicant: Actor
    language: str

    def sign(self, who: Actor) -> None:
        """In their own session, with a passkey where the definition asks for one."""
        one = self._place_of(who)
        view = queries.to_be_signed(who, one.pk)
        signed = device.sign_document(view.request.document) if view.how == "passkey" else None
        cases.sign(one.pk, actor=who, signed=signed)

    def sign_at_desk(self, who: UUID, helper: Actor) -> None:
        cases.sign(self._waiting(identities.numbers_of(who)).pk, actor=helper, papers="کارت ملی")

    def decline(self, who: Actor, reason: str) -> None:
        cases.decline(self._place_of(who).pk, actor=who, reason=reason)

    def _place_of(self, who: Actor) -> Signatory:
        assert who.party is not None  # noqa: S101 - people of the demonstration have accounts
        return self._waiting(identities.numbers_of(who.party))

    def _waiting(self, numbers: Iterable[UUID]) -> Signatory:
        found = Signatory.objects.filter(request__draft=self.draft, request__ended_at=None, party__in=list(numbers))
        one = found.filter(state=Signatory.State.WAITING).first()
        if one is None:
            raise NotComplete("nobody asks them to sign now", [])
        return one

    @property
    def outcome(self) -> str:
        """waiting: not all have signed; not_sent: it ended without being sent."""
        return "waiting" if rounds.open_of(self.draft) else "not_sent"

    @property
    def case(self) -> UUID | None:
        sent = SignatureRequest.objects.filter(draft=self.draft, case__isnull=False)
        return sent.values_list("case", flat=True).first()


def wait(happening: Happening) -> None:
    """Day after day; documents whose time is over end on their day."""
    assert happening.wait is not None  # noqa: S101 - the caller looked
    until = catalogue.country().working_calendar.add(clock.today(), happening.wait)
    while clock.today() < until:
        clock.advance(timedelta(days=1))
        rounds.sweep()
